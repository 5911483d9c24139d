import type { Call, Lacking, Placing, Recogniser } from '../piece.js';
import { askedFamily, isShort, objectWords, SHOWS } from './addresses.js';

const HEADER = /^\d+: [^\s:@]+(?:@[^\s:]+)?: </;
const DETAIL =
  /^\s+(?:link\/|inet6? |valid_lft|altname|alias|RX:|TX:|vf \d|bridge_slave|bond_slave|vrf_slave|veth|bridge|macvlan|ipvlan|vlan|vxlan|tun|wireguard|bond|dummy|ipip|gre|promiscuity|\d[\d\s]*$)/;
/** `bridge link` has the master behind the MTU and no queueing discipline. */
const BRIDGE_PORT = / mtu \d+ (?:master \S+ )?state (?:forwarding|blocking|learning|listening|disabled) /;

function isAddr(call: Call): boolean {
  if (call.program !== 'ip') return false;
  const [object, verb] = objectWords(call.args);
  return isShort(object, 'address') && (verb === undefined || isShort(verb, ...SHOWS));
}

function place(lines: readonly string[], call: Call | undefined): Placing | string {
  const text = lines.join('\n');
  if (call !== undefined) {
    const rest = objectWords(call.args).slice(2);
    if (rest.some((word) => word !== 'all')) return `\`${call.text}\` shows one interface, or some: \`ip addr\` shows all`;
  }
  const only = call === undefined ? undefined : askedFamily(call.args);
  if (!/\binet6? /.test(text) && / mode DEFAULT | qlen /.test(text) && lines.length > 4)
    return '`ip link` shows no addresses: `ip -d addr` shows both';
  const lacks = only === undefined ? [] : [{ why: `it shows interfaces with an IPv${only} address alone`, what: 'links' as const }];
  const detailed = / numtxqueues /.test(text);
  return { folder: 'netns', name: 'ip-addr', variant: '', rank: only === undefined ? (detailed ? 5 : 4) : 3, lacks };
}

/** `ip [-d] addr show`. */
export const IP_ADDR: Recogniser = {
  name: 'ip addr',
  begins: (line) => HEADER.test(line) && !BRIDGE_PORT.test(line),
  goesOn: (line) => DETAIL.test(line) || (HEADER.test(line) && !BRIDGE_PORT.test(line)),
  printedBy: isAddr,
  place,
};

/** `ip -s -d link`: names and masters, which `ip addr` shows as well, and no addresses. */
export const IP_LINK: Recogniser = {
  name: 'ip link',
  begins: () => false,
  goesOn: IP_ADDR.goesOn,
  printedBy: ({ program, args }) => program === 'ip' && isShort(objectWords(args)[0], 'link'),
  place: () => '`ip link` shows no addresses: `ip -d addr` shows both',
};

/** The family of which a listing shows no address: the one that was not asked for, or may not have been where nothing tells. */
function familyLack(lines: readonly string[], call: Call | undefined): readonly Lacking[] {
  const only = call === undefined ? undefined : askedFamily(call.args);
  const text = lines.join('\n');
  const [four, six] = [/\s\d+(?:\.\d+){3}\//.test(text), /\s[0-9a-f]*:[0-9a-f:.]*\//.test(text)];
  const other = only === undefined ? (call !== undefined || four === six ? undefined : four ? 6 : 4) : only === 4 ? 6 : 4;
  return other === undefined ? [] : [{ why: `it shows no IPv${other} address`, what: `ipv${other}` }];
}

const SHORT = /^\s*\S+\s+(?:UNKNOWN|UP|DOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING)(?:\s+[0-9a-f.:]+\/\d|\s*$)/;

/** `ip -br addr`. */
export const IP_BRIEF: Recogniser = {
  name: 'ip -br addr',
  begins: (line) => SHORT.test(line),
  goesOn: (line) => SHORT.test(line),
  printedBy: (call) => isAddr(call) && call.args.some((word) => /^-br/.test(word)),
  place: (lines, call) => ({
    folder: 'netns',
    name: 'ip-addr.txt',
    variant: '',
    rank: 2,
    lacks: [
      ...familyLack(lines, call),
      { why: '`ip -br addr` does not show which interface is a port of which bridge', what: 'ports' },
      { why: '`ip -br addr` shows no MAC addresses', what: 'peers' },
    ],
  }),
};

const ONE_LINE = /^\s*\d+: \S+\s+inet6? \S+ [^\\\n]{1,300}\\/;

/** All that is told of an interface in one line, as `ip -br addr` does; its further lines are left out. */
function placeOneLine(lines: readonly string[], call: Call | undefined): Placing {
  const partsOf = (line: string): readonly string[] => /^\s*\d+: (\S+)\s+inet6? (\S+)/.exec(line)?.slice(1) ?? [];
  const addresses = new Map<string, string[]>();
  for (const [name = '', address = ''] of lines.map(partsOf)) addresses.set(name, [...(addresses.get(name) ?? []), address]);
  const as = (line: string, index: number): string => {
    const [name] = partsOf(line);
    if (name === undefined) return line;
    const first = lines.findIndex((other) => partsOf(other)[0] === name) === index;
    return first ? `${name} UNKNOWN ${(addresses.get(name) ?? []).join(' ')}` : '';
  };
  const lacks: readonly Lacking[] = [
    ...familyLack(lines, call),
    { why: '`ip -o addr` shows no interface without an address, and not which is down', what: 'links' },
    { why: '`ip -o addr` does not show which interface is a port of which bridge', what: 'ports' },
    { why: '`ip -o addr` shows no MAC addresses', what: 'peers' },
  ];
  return { folder: 'netns', name: 'ip-addr.txt', variant: '', rank: 1, lacks, as };
}

/** `ip -o addr`: interfaces without an address are not in it, nor flags. */
export const IP_ONELINE: Recogniser = {
  name: 'ip -o addr',
  begins: (line) => ONE_LINE.test(line),
  goesOn: (line) => ONE_LINE.test(line),
  printedBy: (call) => isAddr(call) && call.args.some((word) => /^-o/.test(word)),
  place: placeOneLine,
};

/** `ifconfig`, of either layout. */
export const IFCONFIG: Recogniser = {
  name: 'ifconfig',
  begins: (line) => /^\S+: flags=\d+</.test(line) || /^\S+\s+Link encap:/.test(line),
  goesOn: (line) => /^\s+\S/.test(line) || /^\S+: flags=\d+</.test(line) || /^\S+\s+Link encap:/.test(line),
  printedBy: ({ program }) => program === 'ifconfig',
  place: () => ({ folder: 'netns', name: 'ifconfig.txt', variant: '', rank: 0 }),
};
