import { hasFlag } from '../call.js';
import type { Call, Placing, Recogniser } from '../piece.js';
import type { LeftOut } from '../../parsers/source.js';

const STATES = '(?:LISTEN|UNCONN|ESTAB|TIME-WAIT|CLOSE-WAIT|SYN-SENT|SYN-RECV|FIN-WAIT-[12]|LAST-ACK|CLOSING|CLOSED)';
const SS_HEAD = /^(?:Netid\s+State|State\s+Recv-Q)\s/;
const SS = new RegExp(
  `^(?:(?:tcp|udp|raw|icmp6|mptcp|sctp|dccp|nl|u_str|u_dgr|u_seq|p_raw|p_dgr|v_str|v_dgr|tipc|xdp|\\?\\?\\?)\\s+)?${STATES}\\s*\\d+\\s+\\d+\\s`,
);

const TCP_UNSEEN: LeftOut = { why: 'the listing was asked for without TCP', what: 'tcp' };
const UDP_UNSEEN: LeftOut = { why: 'the listing was asked for without UDP', what: 'udp' };
const UNSURE: LeftOut = { why: 'it shows no line of UDP, and nothing tells whether UDP was asked for', what: 'udp' };
const TCP_UNSURE: LeftOut = { why: 'it shows no line of TCP, and nothing tells whether TCP was asked for', what: 'tcp' };
const CONNECTED: LeftOut[] = [
  { why: 'without -l or -a it shows no socket that listens', what: 'tcp' },
  { why: 'without -l or -a it shows no socket that listens', what: 'udp' },
];

/** The family that is asked for alone: `-4`, `-f inet6`, `-A inet`, `--inet6`. */
function familyAsked(args: readonly string[]): 4 | 6 | undefined {
  const words = args.flatMap((word) => (/^-[fA]$|^--family$/.test(word) ? [] : [word.replace(/^(?:-f|-A|--family=)(?=inet)/, '--')]));
  const [four, six] = [
    hasFlag(words, '4') || words.some((word) => /^(?:--)?(?:ipv4|inet)$/.test(word)),
    hasFlag(words, '6') || words.some((word) => /^(?:--)?(?:ipv6|inet6)$/.test(word)),
  ];
  return four === six ? undefined : four ? 4 : 6;
}

/** What of the listening sockets the options leave out (ss(8), netstat(8)). */
function unseen(call: Call | undefined, lines: readonly string[]): readonly LeftOut[] {
  if (call === undefined) return unseenIn(lines);
  const { args } = call;
  const long = (name: string): boolean => args.includes(`--${name}`);
  if (!hasFlag(args, 'l') && !hasFlag(args, 'a') && !long('listening') && !long('all')) return CONNECTED;
  if (args.some((word) => /^(?:sport|dport|src|dst|state|\()/.test(word)) || /[:=]\d/.test(args.join(' '))) return CONNECTED;
  const [tcp, udp] = [hasFlag(args, 't') || long('tcp'), hasFlag(args, 'u') || long('udp')];
  const other = hasFlag(args, 'x') || hasFlag(args, 'w');
  if (!tcp && !udp && !other) return [];
  return [...(tcp ? [] : [TCP_UNSEEN]), ...(udp ? [] : [UDP_UNSEEN])];
}

/** The same by the lines: ss prints its first column where more than one kind was asked for. */
function unseenIn(lines: readonly string[]): readonly LeftOut[] {
  if (lines.some((line) => /^(?:udp6?\s|(?:udp\s+)?UNCONN\b)/.test(line)))
    return lines.some((line) => /\btcp6?\b|\bLISTEN\b/.test(line)) ? [] : [TCP_UNSURE];
  if (!lines.some((line) => /\bLISTEN\b/.test(line))) return CONNECTED;
  return lines.some((line) => /^(?:Netid\s|Active Internet connections \((?:only servers|servers and established)\))/.test(line))
    ? []
    : [UNSURE];
}

/** `ss -tln` and `ss -uln` add up, and so do `ss -4 -tuln` and `ss -6 -tuln`. */
function placed(name: string, lacks: readonly LeftOut[], call: Call | undefined): Placing {
  const kinds = lacks.length !== 1 ? '' : lacks[0]?.what === 'udp' ? 'tcp' : 'udp';
  const family = call === undefined ? undefined : familyAsked(call.args);
  const place = { folder: 'netns', name, rank: 2 - lacks.length } as const;
  if (family !== undefined) {
    const [other, what] = family === 4 ? (['6', 'ipv6'] as const) : (['4', 'ipv4'] as const);
    const lack = { why: `the listing was asked for without IPv${other}`, what, suppliedBy: `${other} ${kinds}` };
    return { ...place, variant: `${family} ${kinds}`, lacks: [...lacks, lack] };
  }
  const suppliable = lacks.length !== 1 ? lacks : lacks.map((lack) => ({ ...lack, suppliedBy: lack.what === 'udp' ? 'udp' : 'tcp' }));
  return { ...place, variant: kinds, lacks: suppliable };
}

/** `ss`. */
export const SS_LISTING: Recogniser = {
  name: 'ss',
  begins: (line) => SS_HEAD.test(line) || SS.test(line),
  goesOn: (line) => SS_HEAD.test(line) || SS.test(line) || /^[ \t]+\S|^Failed to find cgroup2 mount/.test(line),
  printedBy: ({ program }) => program === 'ss',
  place: (lines, call) => placed('ss.txt', unseen(call, lines), call),
};

const NETSTAT_HEAD = /^(?:Active (?:Internet|UNIX)|Proto\s+(?:Recv-Q|RefCnt))/;
const NETSTAT = /^(?:tcp|udp|raw|sctp|udplite)6?\s+\d+\s+\d+\s|^unix\s+\d|^\((?:Not all|No info)|^ will not be shown/;

/** `netstat`. */
export const NETSTAT_LISTING: Recogniser = {
  name: 'netstat',
  begins: (line) => NETSTAT_HEAD.test(line) || NETSTAT.test(line),
  goesOn: (line) => NETSTAT_HEAD.test(line) || NETSTAT.test(line),
  printedBy: ({ program, args }) =>
    program === 'netstat' && !args.some((word) => /^-[A-Za-z0-9]*[ris]|^--(?:route|interfaces|statistics)$/.test(word)),
  place: (lines, call) => {
    const place = placed('netstat.txt', unseen(call, lines), call);
    return lines.some((line) => /^Active Internet connections \(w\/o servers\)/.test(line)) ? { ...place, lacks: CONNECTED } : place;
  },
};
