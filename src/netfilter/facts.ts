import type { Ip } from '../address/ip.js';
import type { Range } from '../address/ranges.js';
import type { Action } from './action.js';
import { looksOf } from './predicate/key-ranges.js';
import { leavesOf, termsIn } from './predicate/leaves.js';
import type { Predicate } from './predicate/predicate.js';
import { verdictsOf } from './sets/verdicts.js';

/** What a rule does to the addresses and ports of a connection. */
export interface Translates {
  /** `by-hook`: the source where the packet leaves or is taken in, else the destination (NETMAP). */
  readonly manip: 'src' | 'dst' | 'by-hook';
  /** The addresses that it may give; absent where it keeps the packet's, or takes one of the namespace itself. */
  readonly addresses?: readonly [Ip, Ip];
  /** Of NETMAP: host bits are kept, those of the network taken. */
  readonly mask?: Ip;
  /** The ports that it may give; absent where it keeps the packet's. */
  readonly ports?: readonly [number, number];
  /** Of a shifted range, the port that its first stands for. */
  readonly basePort?: number;
}

/**
 * What whoever looks at rules wants to know of one, told from its predicate and its action: one description for rules of
 * iptables and native ones, so that nobody reads their text again.
 */
export interface RuleFacts {
  readonly action: Action;
  /** All that the rule asks for; absent where its head and `states` say it, and asking for the predicate would mean to make one. */
  readonly predicate?: Predicate;
  /** Of a rule whose head says the rest: the bits of `ctstate`, any of which it asks for. */
  readonly states?: number;
  /** Chains that it may send a packet to. */
  readonly leadsTo: readonly string[];
  /** A packet that meets it goes no further in its chain, whatever else holds. */
  readonly ends: boolean;
  /** It decides by ACCEPT or DROP. */
  readonly decides: boolean;
  /** It may take a packet out of its chain and on to what stands behind the rule that led there. */
  readonly leaves: boolean;
  /** It asks for the state of the packet's connection. */
  readonly asksState: boolean;
  /** The kernel tracks connections as long as the rule is there (nf_ct_netns_get). */
  readonly needsConntrack: boolean;
  /** It may keep a packet from being tracked, or have it tracked in another zone or by a helper. */
  readonly changesTracking: boolean;
  /** It holds sockets against packets that may be for others: TPROXY, `-m socket`. */
  readonly handsOver: boolean;
  /** It looks at raw bytes: what they are may be an address or a port. */
  readonly readsBytes: boolean;
  readonly translates: readonly Translates[];
  /** Sets that it adds to, takes from, or takes marks of. */
  readonly sets: readonly string[];
  /** Lists of xt_recent that it puts addresses on while it is asked. */
  readonly recentLists: readonly string[];
}

function fromRange(manip: 'src' | 'dst', range: Extract<Action, { kind: 'nat' }>['range']): Translates {
  const { minIp, maxIp, minPort, maxPort, basePort } = range;
  return {
    manip,
    ...(minIp !== undefined && { addresses: [minIp, maxIp ?? minIp] as const }),
    ...(minPort !== undefined && { ports: [minPort, maxPort ?? minPort] as const }),
    ...(basePort !== undefined && { basePort }),
  };
}

/** Actions that one may come to: those of a sequence's steps, and those that a verdict map holds. */
export function* actionsIn(action: Action): Generator<Action> {
  yield action;
  if (action.kind === 'sequence') for (const one of action.of) if (one.step === 'do') yield* actionsIn(one.action);
  if (action.kind === 'vmap') for (const verdict of verdictsOf(action.map)) yield* actionsIn(verdict);
}

function translation(action: Action): Translates | undefined {
  switch (action.kind) {
    case 'nat':
      return fromRange(action.manip, action.range);
    case 'masquerade':
      return fromRange('src', action.range);
    case 'redirect':
      return fromRange('dst', action.range);
    case 'netmap': {
      const { addr, mask } = action;
      const last =
        typeof addr === 'number' && typeof mask === 'number' ? addr + (0xffffffff - mask) : BigInt(addr) + (ALL_BITS ^ BigInt(mask));
      return { manip: 'by-hook', addresses: [addr, last], mask };
    }
    case 'nat-by':
      return { manip: action.type === 'snat' || action.type === 'masquerade' ? 'src' : 'dst' };
    default:
      return undefined;
  }
}

function setsOf(action: Action): readonly string[] {
  return action.kind === 'map-mark' || action.kind === 'set' ? [action.set] : [];
}

const ALL_BITS = (1n << 128n) - 1n;

/** Whether nothing of a packet that the action is done to goes on in the chain. */
export function endsChain(action: Action): boolean {
  switch (action.kind) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'return':
    case 'nat':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'goto':
      return true;
    default:
      return false;
  }
}

function makesTracked(action: Action): boolean {
  switch (action.kind) {
    case 'nat':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'nat-by':
    case 'connmark':
      return true;
    case 'ct':
      return !action.notrack;
    case 'write':
      return action.to === 'connmark' || action.to === 'zone';
    default:
      return false;
  }
}

const OF_CONNECTION = /^(?:ct(?!family)|connmark|nftstat)/;

function asksConnection(predicate: Predicate): boolean {
  switch (predicate.op) {
    case 'in':
    case 'masked':
    case 'anybit':
      return OF_CONNECTION.test(predicate.field);
    case 'lookup':
      return termsIn(predicate.key).some((term) => term.op === 'field' && OF_CONNECTION.test(term.field));
    default:
      return false;
  }
}

function asksState(predicate: Predicate): boolean {
  return (predicate.op === 'anybit' || predicate.op === 'in') && (predicate.field === 'ctstate' || predicate.field === 'nftstate');
}

function readsBytes(predicate: Predicate): boolean {
  return (
    predicate.op === 'bytes' ||
    (predicate.op === 'lookup' && termsIn(predicate.key).some((term) => term.op === 'bits' && term.base !== 'll'))
  );
}

/** Every condition of a rule on its own: of its predicate, and between what it does and what it does next. */
export function conditionsOf({ predicate, action }: Pick<RuleFacts, 'action' | 'predicate'>): readonly Predicate[] {
  const { predicates, keys } = looksOf(action);
  return [
    ...(predicate === undefined ? [] : leavesOf(predicate)),
    ...predicates.flatMap((one) => [...leavesOf(one)]),
    ...keys.map(([key, set]): Predicate => ({ op: 'lookup', key, set })),
  ];
}

/** What a rule's extensions do without asking or deciding. */
interface Unasked {
  /** They make the kernel track connections. */
  readonly tracked?: boolean;
  readonly recentLists?: readonly string[];
}

/**
 * @param rule what it asks for and does; without a predicate, its head and `states` say what it asks for.
 * @param unasked what neither of the two shows.
 */
export function factsOf(
  rule: Pick<RuleFacts, 'action' | 'predicate' | 'states'>,
  { tracked = false, recentLists = [] }: Unasked = {},
): RuleFacts {
  const { action, predicate, states } = rule;
  const actions = [...actionsIn(action)];
  const conditions = predicate === undefined && action.kind !== 'sequence' && action.kind !== 'vmap' ? [] : conditionsOf(rule);
  const translates = actions.flatMap((one) => translation(one) ?? []);
  return {
    action,
    ...(predicate !== undefined && { predicate }),
    ...(states !== undefined && { states }),
    leadsTo: actions.flatMap((one) => (one.kind === 'jump' || one.kind === 'goto' ? [one.chain] : [])),
    ends: endsChain(action),
    decides: action.kind === 'accept' || action.kind === 'drop',
    leaves: actions.some(({ kind }) => kind === 'return' || kind === 'goto'),
    asksState: states !== undefined || conditions.some(asksState),
    needsConntrack: tracked || states !== undefined || actions.some(makesTracked) || conditions.some(asksConnection),
    changesTracking: actions.some(({ kind }) => kind === 'ct' || kind === 'notrack'),
    handsOver: actions.some(({ kind }) => kind === 'tproxy' || kind === 'tproxy-to') || conditions.some(({ op }) => op === 'socket'),
    readsBytes: conditions.some(readsBytes) || looksOf(action).terms.some((term) => term.op === 'bits' && term.base !== 'll'),
    translates,
    sets: actions.flatMap(setsOf),
    recentLists,
  };
}

/** @returns whether a translation gives one of several ports. */
export function givesPortRange({ ports }: Translates): boolean {
  return ports !== undefined && ports[0] !== ports[1];
}

/** @returns the one address that a translation gives, where it is one. */
export function soleAddress({ addresses, mask }: Translates): Ip | undefined {
  return addresses !== undefined && mask === undefined && addresses[0] === addresses[1] ? addresses[0] : undefined;
}

/** @returns the values that a rule asks for of a field, one list a condition: those of a `not` as well. */
export function rangesAsked(conditions: Iterable<Predicate>, fields: ReadonlySet<string>): readonly (readonly Range[])[] {
  return [...conditions].flatMap((one) => (one.op === 'in' && fields.has(one.field) ? [one.ranges] : []));
}
