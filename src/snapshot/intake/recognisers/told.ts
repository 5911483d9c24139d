import type { Call, Recogniser } from '../piece.js';

/** Listings that are known and decide nothing by themselves: what they are, and which command shows what the kernel holds. */
interface Told {
  readonly name: string;
  readonly printedBy: (call: Call) => boolean;
  readonly begins?: RegExp;
  readonly goesOn?: RegExp;
  readonly why: string;
}

const runs =
  (...programs: readonly string[]) =>
  ({ program }: Call): boolean =>
    programs.includes(program);
const engine =
  (...words: readonly string[]) =>
  ({ program, args }: Call): boolean =>
    /^(?:docker|podman|nerdctl)(?:-compose)?$/.test(program) &&
    words.every((word, i) => args.filter((one) => !one.startsWith('-'))[i] === word);

const CONFIGURED = 'configuration, which tells what is set at the next start:';
const EITHER = '`iptables-save` and `nft list ruleset` show what the kernel holds';

const TOLD: readonly Told[] = [
  {
    name: 'ufw',
    printedBy: ({ program, args }) => program === 'ufw' && /^(?:status|show|app)$/.test(args[0] ?? ''),
    begins: /^Status: (?:active|inactive)\s*$/,
    goesOn: /^/,
    why: `what ufw was told: ${EITHER}`,
  },
  {
    name: 'firewall-cmd',
    printedBy: (call) => runs('firewall-cmd', 'firewall-offline-cmd')(call) && call.args[0]?.startsWith('--') === true,
    goesOn: /^/,
    why: `what firewalld was told: ${EITHER}`,
  },
  {
    name: 'pve-firewall',
    printedBy: runs('pve-firewall'),
    begins: /^(?:exists|create|update|delete) (?:PVEFW|GROUP|tap|fwbr|veth)\S{0,40} \(\S+\)$/,
    goesOn: /^/,
    why: `what the firewall of Proxmox would load: ${EITHER}`,
  },
  {
    name: "dockerd's log",
    printedBy: () => false,
    begins: /^(?:DEBU|INFO|WARN|ERRO)\[\S{1,40}\] |^(?:.{0,60} dockerd\[\d+\]: )?time="[^"]{1,40}" level=/,
    goesOn: /^(?:DEBU|INFO|WARN|ERRO)\[|level=|\bdockerd\[\d+\]: /,
    why: `what the engine did at some time: ${EITHER}`,
  },
  {
    name: 'nmcli',
    printedBy: runs('nmcli'),
    begins: /^GENERAL\.DEVICE: +\S/,
    goesOn: /^/,
    why: `${CONFIGURED} \`ip addr\` and \`ip route\` show what the kernel holds`,
  },
  {
    name: 'networkctl',
    printedBy: runs('networkctl', 'netplan', 'resolvectl'),
    begins: /^IDX LINK\s+TYPE\s+OPERATIONAL/,
    goesOn: /^/,
    why: `${CONFIGURED} \`ip addr\` and \`ip route\` show what the kernel holds`,
  },
  {
    name: 'wg show',
    printedBy: runs('wg'),
    begins: /^interface: \S+$/,
    goesOn: /^(?:interface|peer): |^ {2}[a-z]+(?: [a-z]+){0,3}: /,
    why: 'the peers of a tunnel: which packets enter it, `ip route show table all` and `ip rule` decide',
  },
  {
    name: 'brctl showmacs',
    printedBy: ({ program, args }) => program === 'brctl' && args[0] === 'showmacs',
    begins: /^port no\s+mac addr\s+is local\?/,
    goesOn: /^port no\s+mac addr|^\s+\d+\s+[0-9a-f]{2}(?::[0-9a-f]{2}){5}\s/i,
    why: 'ports by their number alone: `bridge fdb show` names them',
  },
  {
    name: 'brctl showstp',
    printedBy: ({ program, args }) => program === 'brctl' && args[0] === 'showstp',
    goesOn: /^/,
    why: 'one bridge: `bridge -d link` shows the ports of all',
  },
  {
    name: 'docker port',
    printedBy: engine('port'),
    begins: /^\d{1,5}\/(?:tcp|udp|sctp) -> \S+:\d+\s*$/,
    goesOn: /^\d{1,5}\/(?:tcp|udp|sctp) -> \S+:\d+\s*$/,
    why: 'ports without the address that they lead to: `docker inspect` shows both',
  },
  {
    name: 'docker compose ps',
    printedBy: (call) => engine('compose', 'ps')(call) || (call.program === 'docker-compose' && call.args[0] === 'ps'),
    begins: /^NAME\s+(?:IMAGE\s+COMMAND\s+SERVICE|COMMAND\s+SERVICE|SERVICE)\b|^\s*Name\s+Command\s+State\s+Ports\s*$/,
    goesOn: /^/,
    why: 'services without networks and addresses: `docker inspect $(docker ps -q)` shows them',
  },
  {
    name: 'docker ps',
    printedBy: () => false,
    begins: /^NAMES\s{2,}(?:IMAGE|STATUS|PORTS)\b/,
    goesOn: /^\S+\s{2,}\S/,
    why: 'containers without their ids: `docker ps -a` shows both',
  },
];

const recogniser = ({ name, printedBy, begins, goesOn, why }: Told): Recogniser => ({
  name,
  printedBy,
  begins: (line) => begins?.test(line) ?? false,
  goesOn: (line) => goesOn?.test(line) ?? false,
  place: () => why,
});

/** What is known, and told as what it is. */
export const TOLD_ALONE: readonly Recogniser[] = TOLD.map(recogniser);
