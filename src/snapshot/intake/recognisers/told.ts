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
    name: 'brctl showmacs',
    printedBy: ({ program, args }) => program === 'brctl' && args[0] === 'showmacs',
    begins: /^port no\s+mac addr\s+is local\?/,
    goesOn: /^port no\s+mac addr|^\s+\d+\s+[0-9a-f]{2}(?::[0-9a-f]{2}){5}\s/i,
    why: 'ports by their number alone: `bridge fdb show` names them',
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
