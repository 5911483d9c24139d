import { formatIp, parseIp, type Family } from '../../address/ip.js';

/** A rule that a packet matched, or a base chain's policy, as `nft -a monitor trace` prints it. */
export interface TraceEntry {
  readonly netns: string;
  readonly family: Family;
  readonly in: string;
  readonly out: string;
  readonly src: string;
  readonly dst: string;
  /** 0 where the protocol has no ports. */
  readonly sport: number;
  readonly dport: number;
  /** The id of an ICMP echo; 0 for all else. */
  readonly echo: number;
  /** IPv4 identification or IPv6 flow label. */
  readonly ident: number;
  readonly table: string;
  readonly chain: string;
  /** As iptables-save prints it; absent for a policy. */
  readonly rule?: string;
  readonly verdict: string;
}

type PacketFields = Pick<TraceEntry, 'in' | 'out' | 'src' | 'dst' | 'sport' | 'dport' | 'echo' | 'ident'>;

/** The text of a rule by its handle, as iptables-save prints it. */
export type RuleTexts = (family: Family, table: string, chain: string, handle: number) => string | undefined;

const LINE = /^trace id ([0-9a-f]+) (ip6?) (\w+) (\S+) (packet:|rule|policy|unknown) ?(.*)$/;
const HANDLE = /# handle (\d+) \(verdict (.*)\)$/;

function canonical(text: string | undefined): string {
  const ip = parseIp(text ?? '');
  return ip === undefined ? (text ?? '') : formatIp(ip);
}

/** `iif "eth0" ip saddr 10.0.0.1 tcp sport 80 icmp id 7`: names of one or two words before each value. */
function packetFields(text: string): PacketFields {
  const words = text.split(' ');
  const after = (...names: readonly string[]): string | undefined => {
    const at = words.findIndex((w, i) => w === names[0] && (names.length === 1 || words[i + 1] === names[1]));
    return at < 0 ? undefined : words[at + names.length]?.replace(/"/g, '');
  };
  const number = (value: string | undefined): number => Number(value ?? 0);
  return {
    in: after('iif') ?? '',
    out: after('oif') ?? '',
    src: canonical(after('ip', 'saddr') ?? after('ip6', 'saddr')),
    dst: canonical(after('ip', 'daddr') ?? after('ip6', 'daddr')),
    sport: number(after('tcp', 'sport') ?? after('udp', 'sport')),
    dport: number(after('tcp', 'dport') ?? after('udp', 'dport')),
    ident: number(after('ip', 'id') ?? after('ip6', 'flowlabel')),
    // nft names the two words of an ICMPv6 header after the first message that has them: id and sequence number
    echo: number(after('icmp', 'id')) || number(after('icmpv6', 'parameter-problem')) >>> 16,
  };
}

/**
 * Reads the output of `nft -a monitor trace`.
 * @param textOf what each handle stands for; a handle that is not known keeps nft's own words.
 * @returns every rule and policy in order; the rules that switch the trace on are among them.
 */
export function readTraceLog(log: string, netns: string, textOf: RuleTexts): readonly TraceEntry[] {
  const entries: TraceEntry[] = [];
  const packets = new Map<string, PacketFields>();
  for (const line of log.split('\n')) {
    const found = LINE.exec(line);
    if (found === null) continue;
    const [, id = '', af, table = '', chain = '', kind, rest = ''] = found;
    if (kind === 'packet:') packets.set(id, packetFields(rest));
    const packet = packets.get(id);
    if (kind === 'packet:' || packet === undefined) continue;
    const family = af === 'ip6' ? 6 : 4;
    const rule = HANDLE.exec(rest);
    const where = { netns, family, ...packet, table, chain } as const;
    if (rule === null) entries.push({ ...where, verdict: rest.trim().toUpperCase() });
    else entries.push({ ...where, rule: textOf(family, table, chain, Number(rule[1])) ?? rest, verdict: (rule[2] ?? '').toUpperCase() });
  }
  return entries;
}
