import type { Field } from '../../predicate/field.js';
import { allOf, TRUE, type Predicate } from '../../predicate/predicate.js';
import type { KeyedSet } from '../../sets/keyed-set.js';
import type { Term } from '../../term.js';

const PORT = 0xffff;
/** The highest values of fields that are narrower than 32 bits. */
const TOP: Readonly<Partial<Record<Field, number>>> = {
  sport: PORT,
  dport: PORT,
  ctorigsrcport: PORT,
  ctorigdstport: PORT,
  ctreplsrcport: PORT,
  ctrepldstport: PORT,
  length: 0xffff,
  proto: 0xff,
  ttl: 0xff,
  tos: 0xff,
  icmpType: 0xff,
  icmpCode: 0xff,
  tcpFlags: 0xff,
  srcMac: 0xffffffffffff,
  dstMac: 0xffffffffffff,
};

/** Fields that a packet may lack although nothing else says so. */
const MAY_LACK: ReadonlySet<Field> = new Set<Field>(['connmark', 'srcMac', 'dstMac', 'iiftype', 'oiftype', 'nftstatus']);

const EVERYTHING: KeyedSet = { name: '', id: '', width: 1, entries: [{ key: [{ kind: 'any' }], asks: [] }], dynamic: false };

/** @returns the highest value that a field can have. */
export function topOf(field: Field): number {
  return TOP[field] ?? 0xffffffff;
}

/** That the packet has a value at all. */
export function presence(term: Term): Predicate {
  switch (term.op) {
    case 'field':
      return MAY_LACK.has(term.field) ? { op: 'in', field: term.field, ranges: [[0, topOf(term.field)]] } : TRUE;
    case 'binary':
      return allOf(presence(term.left), presence(term.right));
    case 'bits':
    case 'map':
    case 'nexthop':
      return { op: 'lookup', key: [term], set: EVERYTHING };
    case 'unknown':
      // a packet that no program sends has no owner, which ends the rule
      return term.question.owner === undefined ? TRUE : term;
    case 'const':
    case 'ifname':
    case 'fib':
    case 'draw':
      return TRUE;
  }
}
