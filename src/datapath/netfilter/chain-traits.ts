import { verdictsOf, type Action, type Predicate, type Term } from '../../netfilter/index.js';
import type { HookedChain } from '../hook/hooked-chain.js';
import { chainIn, type ChainTable, type RunnableChain } from './compile.js';

/** What a base chain, with all that it leads to, can do to a packet. */
interface Traits {
  /** Ways to end the packet or to have it translated; accepting is none. */
  readonly endings: ReadonlySet<string>;
  /** It writes into the packet, its connection or a set. */
  readonly writes: boolean;
  /** It looks at the packet's connection, or keeps it from having one. */
  readonly tracks: boolean;
}

interface Draft {
  readonly endings: Set<string>;
  writes: boolean;
  tracks: boolean;
}

const OF_CONNECTION = /^(?:ct(?!family)|connmark|nftstat)/;

function termLooks(term: Term): boolean {
  switch (term.op) {
    case 'field':
      return OF_CONNECTION.test(term.field);
    case 'binary':
      return termLooks(term.left) || termLooks(term.right);
    case 'map':
      return term.key.some(termLooks);
    default:
      return false;
  }
}

function looksAtConnection(predicate: Predicate): boolean {
  switch (predicate.op) {
    case 'not':
      return looksAtConnection(predicate.of);
    case 'and':
    case 'or':
      return predicate.of.some(looksAtConnection);
    case 'in':
    case 'masked':
    case 'anybit':
      return OF_CONNECTION.test(predicate.field);
    case 'lookup':
      return predicate.key.some(termLooks);
    default:
      return false;
  }
}

function noteAction(action: Action, into: Draft): void {
  switch (action.kind) {
    case 'accept':
    case 'return':
    case 'jump':
    case 'goto':
    case 'continue':
      return;
    case 'ct':
    case 'connmark':
      into.tracks = true;
      into.writes = true;
      return;
    case 'mark':
    case 'ttl':
    case 'tos':
    case 'set':
    case 'map-mark':
    case 'gap': // what it does besides ending the packet's way is asked where it is met
      into.writes = true;
      return;
    case 'reject':
      into.endings.add(`reject ${action.with}`);
      return;
    case 'drop':
    case 'fwd':
    case 'nat':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'tproxy':
    case 'unknown':
      into.endings.add(action.kind);
      return;
    case 'nat-by':
      into.endings.add('nat');
      return;
    case 'write':
    case 'update':
    case 'tproxy-to':
      into.writes = true;
      if (action.kind === 'write' && (action.to === 'connmark' || action.to === 'zone')) into.tracks = true;
      return;
    case 'notrack':
    case 'flow':
      into.tracks = true;
      into.writes = true;
      return;
    case 'vmap':
      for (const verdict of verdictsOf(action.map)) noteAction(verdict, into);
      return;
    case 'sequence':
      for (const step of action.of) {
        if (step.step === 'do') noteAction(step.action, into);
        else if (looksAtConnection(step.predicate)) into.tracks = true;
      }
      return;
  }
}

/** Chains that an action leads to. */
function* targetsOf(action: Action): Generator<string> {
  switch (action.kind) {
    case 'jump':
    case 'goto':
      yield action.chain;
      return;
    case 'vmap':
      for (const verdict of verdictsOf(action.map)) yield* targetsOf(verdict);
      return;
    case 'sequence':
      for (const step of action.of) if (step.step === 'do') yield* targetsOf(step.action);
      return;
    default:
      return;
  }
}

function visit(table: ChainTable, base: RunnableChain, into: Draft): void {
  const seen = new Set([base.name]);
  const open = [base];
  for (let chain = open.pop(); chain !== undefined; chain = open.pop()) {
    if (chain.policy === 'DROP') into.endings.add('drop');
    for (let position = 0, rule = chain.rule(0); rule !== undefined; rule = chain.rule(++position)) {
      noteAction(rule.action, into);
      if (looksAtConnection(rule.predicate)) into.tracks = true;
      for (const name of targetsOf(rule.action)) {
        const next = seen.has(name) ? undefined : chainIn(table, name);
        if (next === undefined) continue;
        seen.add(name);
        open.push(next);
      }
    }
  }
}

const known = new WeakMap<RunnableChain, Traits>();

function traitsOf({ table, base }: HookedChain): Traits {
  let traits = known.get(base);
  if (traits === undefined) {
    const draft: Draft = { endings: new Set(), writes: false, tracks: false };
    visit(table, base, draft);
    known.set(base, (traits = draft));
  }
  return traits;
}

const isInert = ({ endings, writes }: Traits): boolean => endings.size === 0 && !writes;
const onlyDrops = ({ endings, writes }: Traits): boolean => !writes && [...endings].every((ending) => ending === 'drop');

/** @returns whether two base chains come to the same in either order. */
export function commute(a: HookedChain, b: HookedChain): boolean {
  const [one, other] = [traitsOf(a), traitsOf(b)];
  return isInert(one) || isInert(other) || (onlyDrops(one) && onlyDrops(other));
}

/** @returns whether it does not matter if connections are looked up before a chain or behind it. */
export function commutesWithConntrack(chain: HookedChain): boolean {
  return !traitsOf(chain).tracks;
}
