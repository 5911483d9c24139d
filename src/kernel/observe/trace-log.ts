import { formatIp, parseIp, type Family } from '../../address/ip.js';
import type { NetnsName } from '../../model/netns.js';
import type { NftFamily } from '../../model/nftables/ruleset.js';

/** A rule that a packet matched, or a base chain's policy, as `nft -a monitor trace` prints it. */
export interface TraceEntry {
  readonly netns: NetnsName;
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
  /** Family of the table of a native rule. */
  readonly nft?: NftFamily;
  readonly table: string;
  readonly chain: string;
  /** As iptables-save prints it, a native rule as the snapshot's listing does; absent for a policy. */
  readonly rule?: string;
  readonly verdict: string;
}

type PacketFields = Pick<TraceEntry, 'in' | 'out' | 'src' | 'dst' | 'sport' | 'dport' | 'echo' | 'ident'>;

export interface RuleText {
  readonly text: string;
  readonly native: boolean;
}

export interface TracedRule {
  readonly family: NftFamily;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  /** As the trace prints it. */
  readonly words: string;
}

/** The text of a rule by its handle: as iptables-save prints it, or, of a native one, as the snapshot's listing does. */
export type RuleTexts = (rule: TracedRule) => RuleText;

const LINE = /^trace id ([0-9a-f]+) (ip6?|inet|bridge|netdev) (\S+) (\S+) (packet:|rule|policy|unknown|verdict) ?(.*)$/s;
const HANDLE_WORDS = '# handle ';
const HANDLE = /^# handle (\d+) \(verdict (.*)\)\s*$/s;

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

/** A record begins with `trace id`; a rule that calls a chain written where it stands goes over several lines. */
function records(log: string): readonly string[] {
  return log.split(/\n(?=trace id )/);
}

/**
 * Reads the output of `nft -a monitor trace`.
 * @param textOf what each handle stands for.
 * @returns every rule and policy in order; the rules that switch the trace on are among them.
 */
export function readTraceLog(log: string, netns: string, textOf: RuleTexts): readonly TraceEntry[] {
  const entries: TraceEntry[] = [];
  const packets = new Map<string, PacketFields & { readonly family: Family }>();
  for (const record of records(log)) {
    const found = LINE.exec(record);
    if (found === null) continue;
    const [, id = '', af = '', table = '', chain = '', kind, rest = ''] = found;
    if (kind === 'packet:') packets.set(id, { ...packetFields(rest), family: / ip6 saddr /.test(rest) ? 6 : 4 });
    const packet = packets.get(id);
    if (kind === 'packet:' || packet === undefined) continue;
    const where = { netns, ...packet, table, chain };
    // the rule's own words may hold these as well: the last are nft's
    const at = Math.max(0, rest.lastIndexOf(HANDLE_WORDS));
    const [, handle = '', verdict = ''] = HANDLE.exec(rest.slice(at)) ?? [];
    if (handle === '') {
      entries.push({ ...where, verdict: (rest.trim().split('\n')[0] ?? '').toUpperCase() });
      continue;
    }
    // the words of a line are of the type the pattern says
    const family = af as NftFamily;
    const { text, native } = textOf({ family, table, chain, handle: Number(handle), words: rest.slice(0, at).trim() });
    entries.push({ ...where, ...(native && { nft: family }), rule: text, verdict: verdict.toUpperCase() });
  }
  return entries;
}
