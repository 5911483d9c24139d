import type { Ip } from '../../address/ip.js';
import { type Range, type RangeSet, includes, toSet } from '../../address/ranges.js';
import { type Field, type Predicate, type OracleQuery, SetIndex } from '../../netfilter/index.js';
import { compileAddrtype } from './addrtype.js';
import { type MatchContext, type Test, Tri, tri } from './context.js';
import { devgroupTest, deviceOf, physdevTest } from './device-tests.js';
import { ctState, getterOf } from './fields.js';
import { testSet } from './ipset.js';
import { knownBytes } from './known-bytes.js';
import { conjunction, disjunction, negation } from './logic.js';
import { plainRange } from './plain-range.js';
import { writesList } from './recent-lists.js';
import { matchRpfilter } from './rpfilter.js';
import { isOwner, programsSocket, sendingSocket } from './sending-socket.js';
import { matchSocket } from './socket.js';
import { sourceMacTest } from './source-mac.js';
import { tcpOptionTest } from './tcp-options.js';
import { UNKNOWN, entryOf } from './terms.js';
import { within } from './within.js';

const PORT_FIELDS: ReadonlySet<Field> = new Set<Field>([
  'sport',
  'dport',
  'ctorigsrcport',
  'ctorigdstport',
  'ctreplsrcport',
  'ctrepldstport',
]);

function bitsOf(value: Ip, mask: Ip): Ip {
  if (typeof value === 'number' && typeof mask === 'number') return (value & mask) >>> 0;
  return BigInt(value) & BigInt(mask);
}

/** xt_owner: without a socket in this namespace, or with one that is no program's, there is no owner to ask; one that is listed says. */
function toldBySocket({ category, owner }: OracleQuery, context: MatchContext): boolean | undefined {
  if (category !== 'owner' && category !== 'cgroup') return undefined;
  const socket = category === 'cgroup' ? sendingSocket(context) : programsSocket(context);
  return socket === undefined ? false : owner && isOwner(owner, socket);
}

/** A question as this packet asks it: `fresh` does not hold of a list that the host's rules write, or of a counter that the trace's first connection may have moved. */
function unknownTest(question: OracleQuery): Test {
  return (context) => {
    const told = toldBySocket(question, context);
    if (told !== undefined) return tri(told);
    const { fresh: _fresh, ...listed } = question;
    const counted = question.category === 'statistic' && context.skb.leg > 0;
    const written = question.unlessSet !== undefined && writesList(context.ns, question.unlessSet);
    context.questions.push(counted || written ? listed : question);
    return Tri.Unknown;
  };
}

/** So many values of a draw are tried one by one. */
const FEW_DRAWS = 64;

/** Whether all that the kernel may draw is in a set, or none of it. */
function drawnIn({ key: [term, ...more], set }: Extract<Predicate, { op: 'lookup' }>): boolean | undefined {
  if (term?.op !== 'draw' || more.length > 0 || term.mod > FEW_DRAWS || set.dynamic) return undefined;
  const index = SetIndex.of(set);
  const found = Array.from({ length: term.mod }, (_, i) => index.find([term.offset + i]) !== undefined);
  return found.includes(false) ? (found.includes(true) ? undefined : false) : true;
}

function lookupTest(predicate: Extract<Predicate, { op: 'lookup' }>): Test {
  const drawn = drawnIn(predicate);
  if (drawn !== undefined) return () => tri(drawn);
  return (context) => {
    const entry = entryOf(predicate.key, predicate.set, context);
    return entry === UNKNOWN ? Tri.Unknown : tri(entry !== undefined);
  };
}

/** Ranges from this many on are sorted, to be searched by bisection. */
const MANY_RANGES = 8;

function valueIn(ranges: readonly Range[]): (value: Ip) => boolean {
  if (ranges.length < MANY_RANGES) return (value) => within(value, ranges);
  let sorted: RangeSet | undefined;
  return (value) => includes((sorted ??= toSet(ranges)), value);
}

/**
 * Turns a match's description into the function that a single packet is held against.
 * Unknown answers name their questions in `context.questions`.
 */
export function compilePredicate(predicate: Predicate): Test {
  switch (predicate.op) {
    case 'const': {
      const answer = tri(predicate.value);
      return () => answer;
    }
    case 'not':
      return negation(compilePredicate(predicate.of));
    case 'and':
      return conjunction(predicate.of.map(compilePredicate));
    case 'or':
      return disjunction(predicate.of.map(compilePredicate));
    case 'in': {
      if (predicate.field === 'srcMac') return sourceMacTest(predicate.ranges);
      if (predicate.field === 'tcpOption') return tcpOptionTest(predicate.ranges);
      const plain = plainRange(predicate.field, predicate.ranges);
      if (plain !== undefined) return plain;
      const get = getterOf(predicate.field);
      const { ranges } = predicate;
      const holds = valueIn(ranges);
      const isPort = PORT_FIELDS.has(predicate.field);
      return (context) => {
        const value = get(context);
        if (isPort && context.ports !== undefined && value !== undefined)
          for (const [lo, hi] of ranges) context.ports.compared(Number(value), Number(lo), Number(hi));
        return tri(value !== undefined && holds(value));
      };
    }
    case 'masked': {
      const get = getterOf(predicate.field);
      const { mask, value: wanted } = predicate;
      const isPort = PORT_FIELDS.has(predicate.field);
      return (context) => {
        if (isPort) context.ports?.refuse();
        const value = get(context);
        return tri(value !== undefined && bitsOf(value, mask) === wanted);
      };
    }
    case 'anybit': {
      if (predicate.field === 'ctstate') {
        const { mask } = predicate;
        return (context) => tri((ctState(context) & mask) !== 0);
      }
      const get = getterOf(predicate.field);
      const { mask } = predicate;
      const isPort = PORT_FIELDS.has(predicate.field);
      return (context) => {
        if (isPort) context.ports?.refuse();
        const value = get(context);
        return tri(value !== undefined && (Number(value) & mask) !== 0);
      };
    }
    case 'iface': {
      const { which, name, prefix } = predicate;
      if (!prefix && which === 'in') return (context) => tri(context.in === name);
      if (!prefix && which === 'out') return (context) => tri(context.out === name);
      return (context) => {
        const dev = deviceOf(which, context);
        return tri(prefix ? dev.startsWith(name) : dev === name);
      };
    }
    case 'devgroup':
      return devgroupTest(predicate);
    case 'physdev':
      return physdevTest(predicate.is);
    case 'addrtype':
      return compileAddrtype(predicate);
    case 'set':
      return (context) => testSet(predicate, context);
    case 'rpfilter':
      return (context) => tri(matchRpfilter(predicate, context));
    case 'socket':
      return (context) => tri(matchSocket(predicate, context));
    case 'owned':
      return (context) => tri(sendingSocket(context) !== undefined);
    case 'bytes':
      return (context) => {
        context.ports?.refuse();
        const answer = predicate.test(knownBytes(context.skb.packet));
        if (answer !== undefined) return tri(answer);
        context.questions.push({ category: 'bytes', yes: 'match', no: 'no-match', usual: false, detail: predicate.detail });
        return Tri.Unknown;
      };
    case 'lookup':
      return lookupTest(predicate);
    case 'unknown':
      return unknownTest(predicate.question);
  }
}
