import { PROTO } from '../../../../model/packet.js';
import { negateIf, type Predicate } from '../../../predicate/predicate.js';
import { mayHold, type Guess } from '../../../sets/may-hold.js';
import type { KeyedSet } from '../../../sets/keyed-set.js';
import type { Term } from '../../../term.js';
import { withProtocol, type Selected } from '../context.js';

/** The condition that a packet has ports: what `th dport` is read of as the port that it is. */
export const HAS_PORTS: Predicate = withProtocol(PROTO.TCP, PROTO.UDP, PROTO.SCTP, PROTO.DCCP, PROTO.UDPLITE);
const HAS_NONE: Predicate = negateIf(true, HAS_PORTS);

/** Type and code of echo requests and replies, which stand where others have their source port. */
const ECHOES: Guess = { kind: 'one of', values: [0x0800, 0x0000, 0x8000, 0x8100] };
const ICMP: Guess = { kind: 'one of', values: [PROTO.ICMP, PROTO.ICMPV6] };

/** @returns whether an expression reads ports of any transport (`th dport`, `@th,16,16`), which nft asks for no protocol. */
export function readsAnyPorts({ needs }: Selected): boolean {
  return needs.includes(HAS_PORTS);
}

/** @returns conditions without the one that the packet has ports. */
export function withoutPorts(needs: readonly Predicate[]): readonly Predicate[] {
  return needs.filter((need) => need !== HAS_PORTS);
}

function inTheirPlace(term: Term): Term {
  switch (term.op) {
    case 'field':
      if (term.field !== 'sport' && term.field !== 'dport') return term;
      return { op: 'bits', base: 'th', offset: term.field === 'sport' ? 0 : 16, length: 16, detail: 'ports' };
    case 'binary':
      return { ...term, left: inTheirPlace(term.left), right: inTheirPlace(term.right) };
    case 'map':
      return { ...term, key: term.key.map(inTheirPlace) };
    default:
      return term;
  }
}

/** @returns what such an expression reads of packets without ports: whatever stands in their place (nft_payload_eval). */
export function portless({ terms, needs }: Selected): Selected {
  return { terms: terms.map(inTheirPlace), needs: [HAS_NONE, ...withoutPorts(needs)] };
}

function guess(term: Term): Guess {
  if (term.op === 'field' && term.field === 'proto') return ICMP;
  if (term.op !== 'bits' || term.base !== 'th' || term.length !== 16) return { kind: 'open' };
  return term.offset === 0 ? ECHOES : term.offset === 16 ? { kind: 'any bits' } : { kind: 'open' };
}

/** @returns whether an echo request or reply may well be found in a set by what stands in the place of ports. */
export function mayBeFound(terms: readonly Term[], set: KeyedSet): boolean {
  return set.unread === undefined && mayHold(set, terms.map(guess));
}
