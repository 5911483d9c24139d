import { contains, type Ip } from '../../address/ip.js';
import { matchAddrtype, tri, Tri, type MatchContext } from '../../datapath/index.js';
import { CT_STATE, type Predicate } from '../../netfilter/index.js';
import type { HeadCondition, RuleHead } from '../../model/netfilter.js';

const STATES: ReadonlyMap<string, number> = new Map(Object.entries(CT_STATE));

const flip = (answer: Tri): Tri => (answer === Tri.Unknown ? Tri.Unknown : tri(answer === Tri.No));

function device(name: string, pattern: string): boolean {
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function holds<T>(condition: HeadCondition<T> | undefined, test: (value: T) => boolean): boolean {
  return condition === undefined || test(condition.value) !== condition.negated;
}

/** Whether the head of a rule lets a packet pass, whatever its ports are. */
export function headMayMatch(head: RuleHead, { skb: { packet }, in: input, out: output }: MatchContext): boolean {
  return (
    holds(head.proto, (proto) => proto === packet.proto) &&
    holds(head.dst, (net) => contains(net, packet.dst)) &&
    holds(head.src, (net) => contains(net, packet.src)) &&
    holds(head.in, (name) => device(input, name)) &&
    holds(head.out, (name) => device(output, name))
  );
}

function addressField(field: string, context: MatchContext): Ip | undefined {
  const { packet } = context.skb;
  return field === 'src' ? packet.src : field === 'dst' ? packet.dst : field === 'proto' ? packet.proto : undefined;
}

/** What a state word answers where conntrack told the state; translations are not told. */
function stateHolds(mask: number, ct: string | undefined): Tri {
  const bit = ct === undefined ? undefined : STATES.get(ct);
  if (bit === undefined) return Tri.Unknown;
  if ((mask & bit) !== 0) return Tri.Yes;
  return (mask & (CT_STATE.SNAT | CT_STATE.DNAT)) === 0 ? Tri.No : Tri.Unknown;
}

/**
 * Whether a condition holds for every packet of these addresses, protocol and devices, for none, or depends on more
 * (ports, marks: Unknown).
 * @param ct what conntrack called the packet, where it did.
 */
export function holdsForAll(predicate: Predicate, context: MatchContext, ct?: string): Tri {
  switch (predicate.op) {
    case 'const':
      return tri(predicate.value);
    case 'not':
      return flip(holdsForAll(predicate.of, context, ct));
    case 'and':
    case 'or': {
      const decisive = predicate.op === 'and' ? Tri.No : Tri.Yes;
      let answer: Tri = predicate.op === 'and' ? Tri.Yes : Tri.No;
      for (const part of predicate.of) {
        const one = holdsForAll(part, context, ct);
        if (one === decisive) return decisive;
        if (one === Tri.Unknown) answer = Tri.Unknown;
      }
      return answer;
    }
    case 'in': {
      const value = addressField(predicate.field, context);
      return value === undefined ? Tri.Unknown : tri(predicate.ranges.some(([lo, hi]) => value >= lo && value <= hi));
    }
    case 'iface': {
      if (predicate.which === 'physin' || predicate.which === 'physout') return Tri.Unknown;
      const name = predicate.which === 'in' ? context.in : context.out;
      return tri(predicate.prefix ? name.startsWith(predicate.name) : name === predicate.name);
    }
    case 'addrtype':
      return tri(matchAddrtype(predicate, context));
    case 'anybit':
      return predicate.field === 'ctstate' ? stateHolds(predicate.mask, ct) : Tri.Unknown;
    case 'masked':
    case 'physdev':
    case 'devgroup':
    case 'set':
    case 'rpfilter':
    case 'owned':
    case 'socket':
    case 'bytes':
    case 'lookup':
    case 'unknown':
      return Tri.Unknown;
  }
}
