import type { Rule } from '../../model/netfilter.js';
import type { Expression, MatchStatement, Statement } from './ast.js';

/** Extensions of iptables that may print what an expression asks; the empty name is the command itself (-s -d -p -i -o -f). */
type Modules = ReadonlySet<string>;

const modules = (...names: readonly string[]): Modules => new Set(names);
const NONE = modules();

/** Those that print bytes of the packet which nft may name or not. */
const BYTES = ['u32', 'string', 'bpf'] as const;
const NAT_STATES = ['conntrack', 'state', 'connlabel', 'connmark', 'connbytes', 'connlimit', 'helper', 'cluster'] as const;

const OF_META: Readonly<Record<string, Modules>> = {
  mark: modules('mark'),
  l4proto: modules('', 'multiport', 'ipv6header', 'tcp', 'udp'),
  nfproto: modules(''),
  protocol: modules(''),
  iif: modules(''),
  oif: modules(''),
  iifname: modules('', 'physdev'),
  oifname: modules('', 'physdev'),
  length: modules('length'),
  pkttype: modules('pkttype'),
  skuid: modules('owner'),
  skgid: modules('owner'),
  cgroup: modules('cgroup'),
  cpu: modules('cpu'),
  iifgroup: modules('devgroup'),
  oifgroup: modules('devgroup'),
  rtclassid: modules('realm'),
  random: modules('statistic'),
  hour: modules('time'),
  day: modules('time'),
  time: modules('time'),
  ipsec: modules('policy'),
  secpath: modules('policy'),
};

const OF_NETWORK: Readonly<Record<string, Modules>> = {
  saddr: modules('', 'iprange', 'set'),
  daddr: modules('', 'iprange', 'set'),
  protocol: modules('', 'multiport'),
  nexthdr: modules('', 'multiport'),
  ttl: modules('ttl'),
  hoplimit: modules('hl'),
  dscp: modules('dscp', 'tos'),
  ecn: modules('ecn', 'tos'),
  length: modules('length', ...BYTES),
  'frag-off': modules(''),
};

/** By header; `length` and `checksum` of one are printed by none of its own. */
const OF_TRANSPORT: Readonly<Record<string, Modules>> = {
  tcp: modules('tcp', 'multiport', 'ecn'),
  udp: modules('udp', 'multiport'),
  th: modules('tcp', 'udp', 'multiport', 'sctp', 'dccp'),
  sctp: modules('sctp', 'multiport'),
  dccp: modules('dccp', 'multiport'),
  udplite: modules('udplite', 'multiport'),
  icmp: modules('icmp'),
  icmpv6: modules('icmp6'),
  ah: modules('ah'),
  esp: modules('esp'),
  comp: modules('ipcomp'),
  ether: modules('mac', 'eui64'),
};
const NOT_PRINTED: ReadonlySet<string> = new Set(['length', 'checksum', 'csumcov', 'id', 'version', 'sequence', 'ackseq', 'window']);

function ofPayload(protocol: string, field: string): Modules {
  if (protocol === 'ip' || protocol === 'ip6') return OF_NETWORK[field] ?? modules(...BYTES);
  return NOT_PRINTED.has(field) ? modules(...BYTES) : (OF_TRANSPORT[protocol] ?? modules(...BYTES));
}

/** What may print an expression; undefined where an extension of any name may. */
function printersOf(left: Expression): Modules | undefined {
  switch (left.kind) {
    case 'payload':
      return left.inner === undefined ? ofPayload(left.protocol, left.field) : NONE;
    case 'meta':
      return OF_META[left.key] ?? NONE;
    case 'ct':
      return modules(...NAT_STATES);
    case 'fib':
      return modules('addrtype', 'rpfilter');
    case 'tcp option':
      return modules('tcp', 'tcpmss');
    case 'exthdr':
      return modules('frag', 'mh', 'rt', 'hbh', 'dst', 'srh', 'ipv6header', 'ah', 'esp');
    case 'numgen':
      return modules('statistic');
    case 'jhash':
      return modules('cluster');
    case 'socket':
      return modules('socket');
    case 'osf':
      return modules('osf');
    case 'ipsec':
      return modules('policy');
    case 'rt':
      return modules('realm', 'tcpmss', 'policy');
    case 'binary':
      return printersOf(left.left);
    // `--ports` is of either side
    case 'concat':
      return modules('multiport');
    case 'ip option':
    case 'sctp chunk':
    case 'dccp option':
    case 'raw tcp option':
    case 'raw payload':
      return undefined;
    default:
      return NONE;
  }
}

/** Extensions of the command that say nothing of a packet. */
const SILENT: ReadonlySet<string> = new Set(['', 'comment']);

function printsAny(printed: Rule, by: Modules | undefined): boolean {
  const named = printed.spec.matches.map(({ module }) => module);
  return by === undefined ? named.some((module) => !SILENT.has(module)) : named.some((module) => by.has(module));
}

/** Statements that only a target of iptables prints, by its names. */
const TARGETS: ReadonlyMap<Statement['kind'], ReadonlySet<string>> = new Map<Statement['kind'], ReadonlySet<string>>([
  ['log', new Set(['LOG', 'NFLOG', 'ULOG', 'AUDIT'])],
  ['reject', new Set(['REJECT'])],
  ['queue', new Set(['NFQUEUE', 'QUEUE'])],
  ['notrack', new Set(['CT', 'NOTRACK'])],
  ['dup', new Set(['TEE'])],
  ['tproxy', new Set(['TPROXY'])],
  ['synproxy', new Set(['SYNPROXY'])],
  ['nat', new Set(['SNAT', 'DNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP'])],
  ['ct helper', new Set(['CT'])],
  ['ct timeout', new Set(['CT'])],
  ['secmark', new Set(['SECMARK', 'CONNSECMARK'])],
]);

/** `--icmp-type` has one word for type and code, and iptables-nft prints neither a code alone nor a `!=` (nft_parse_icmp). */
function printsIcmp({ left, op }: MatchStatement, printed: Rule): boolean {
  const option = printed.spec.matches
    .flatMap((match) => (match.module === 'icmp' || match.module === 'icmp6' ? match.options : []))
    .find(({ flag }) => flag === '--icmp-type' || flag === '--icmpv6-type');
  if (option === undefined || left.kind !== 'payload' || option.negated !== (op === '!=')) return false;
  return left.field === 'type' || (left.field === 'code' && option.args[0]?.includes('/') === true);
}

function printsMatch(statement: MatchStatement, printed: Rule): boolean {
  const { left } = statement;
  if (left.kind === 'payload' && (left.protocol === 'icmp' || left.protocol === 'icmpv6')) return printsIcmp(statement, printed);
  return printsAny(printed, printersOf(left));
}

const OF_MANGLED: Readonly<Record<string, readonly string[]>> = {
  'meta mark': ['MARK', 'CONNMARK'],
  'meta priority': ['CLASSIFY'],
  'meta nftrace': ['TRACE'],
  'ct mark': ['CONNMARK'],
  'ct zone': ['CT'],
  'ct event': ['CT'],
};

/** Matches that write: `--set` of connlabel, and what the libraries of cluster translate it to. */
const WRITING = modules('connlabel', 'cluster');

/** Targets that write as `KEY set VALUE` does. */
function writersOf(key: Expression): readonly string[] {
  if (key.kind === 'meta' || key.kind === 'ct') return OF_MANGLED[`${key.kind} ${key.key}`] ?? [];
  if (key.kind === 'payload') return ['TTL', 'HL', 'DSCP', 'TOS', 'ECN', 'CHECKSUM'];
  return key.kind === 'tcp option' ? ['TCPMSS'] : [];
}

/**
 * Whether a rule's line in iptables-save has a word for a statement of the same rule in nft's listing. iptables-nft leaves out, in
 * silence, what it does not know of a rule that nft made (nft_rule_to_iptables_command_state): such a line says more than the rule.
 */
export function isPrinted(statement: Statement, printed: Rule): boolean {
  const targets = TARGETS.get(statement.kind);
  if (targets !== undefined) return targets.has(printed.spec.target?.name ?? '');
  switch (statement.kind) {
    case 'match':
      return printsMatch(statement, printed);
    case 'mangle':
      return writersOf(statement.key).includes(printed.spec.target?.name ?? '') || printsAny(printed, WRITING);
    case 'set':
      return printed.spec.target?.name === 'SET' || printsAny(printed, modules('recent', 'hashlimit', 'connlimit'));
    case 'vmap':
      return false;
    case 'limit':
      return printsAny(printed, modules('limit', 'hashlimit'));
    case 'quota':
      return printsAny(printed, modules('quota'));
    case 'ct count':
      return printsAny(printed, modules('connlimit'));
    case 'meter':
      return printsAny(printed, modules('hashlimit', 'connlimit', 'recent'));
    case 'verdict': {
      const { verdict } = statement;
      const target = printed.spec.target?.name;
      switch (verdict.kind) {
        case 'accept':
        case 'drop':
        case 'return':
          return target === verdict.kind.toUpperCase();
        case 'jump':
        case 'goto':
          return target === verdict.chain;
        case 'continue':
          return true;
      }
    }
    default:
      return true;
  }
}
