import type { Family } from '../address/ip.js';
import { groupBy } from '../datapath/lists-by-key.js';
import { PARTS, type ChangeKind, type MatrixResult, type Reach, type SourcePart } from '../model/reachability.js';
import { ALL_PORTS, intersect, subtract, toSet, type RangeSet } from './ranges.js';

/** One way in which two results differ. */
export interface Difference {
  readonly kind: ChangeKind;
  /** Ports that were opened or closed, for the unlistened. */
  readonly ports?: RangeSet;
}

const AMOUNT: Readonly<Record<Reach | 'absent', number>> = { open: 3, partial: 2, unknown: 1, closed: 0, absent: 0 };

function portsOf(text: string | undefined): RangeSet {
  return toSet(
    (text ?? '')
      .split(', ')
      .filter((w) => w !== '')
      .map((word) => {
        const [lo, hi] = word.split('-').map(Number);
        return [lo ?? 0, hi ?? lo ?? 0];
      }),
  );
}

/** What one side has and the other has not. */
function opposed<T>(before: T, after: T, lacks: (whole: T, of: T) => boolean): readonly Difference[] {
  return [...(lacks(before, after) ? [{ kind: 'opened' as const }] : []), ...(lacks(after, before) ? [{ kind: 'closed' as const }] : [])];
}

const setLacks = (whole: RangeSet, of: RangeSet): boolean => subtract(of, whole).length > 0;
const listLacks = (whole: readonly string[], of: readonly string[]): boolean => of.some((name) => !whole.includes(name));

/** Addresses that get through from the same source ports. */
interface Group {
  readonly key: string;
  readonly addresses: RangeSet;
  /** Source ports that surely get through. */
  readonly ports: RangeSet;
}

function groupsOf(parts: readonly SourcePart[], family: Family): readonly Group[] {
  const byKey = groupBy(parts, ({ reach, openFrom }) => `${reach} ${openFrom ?? ''}`);
  return [...byKey].map(([key, own]) => {
    const ranges = own.flatMap((part) => part.addresses()).filter(([lo]) => (typeof lo === 'number') === (family === 4));
    const addresses = toSet(ranges);
    return { key, addresses, ports: own[0]!.reach === 'open' ? ALL_PORTS : portsOf(own[0]!.openFrom) };
  });
}

/** How addresses that both sides know fare on each. */
function* partDifferences(before: readonly SourcePart[], after: readonly SourcePart[]): Generator<ChangeKind> {
  for (const family of [4, 6] as const) {
    const now = groupsOf(after, family);
    for (const old of groupsOf(before, family)) {
      for (const own of now) {
        if (own.key === old.key || intersect(own.addresses, old.addresses).length === 0) continue;
        const kinds = opposed(old.ports, own.ports, setLacks).map(({ kind }) => kind);
        yield* kinds.length > 0 ? kinds : (['undecided'] as const);
      }
    }
  }
}

/** What becomes of a source of which neither time all get through. */
function partialDifferences(before: MatrixResult, after: MatrixResult): readonly Difference[] {
  const [old, now] = [before[PARTS], after[PARTS]];
  if (old !== undefined && now !== undefined) return [...new Set(partDifferences(old, now))].map((kind) => ({ kind }));
  const byName = opposed(before.openTo ?? [], after.openTo ?? [], listLacks);
  return byName.length > 0 ? byName : opposed(portsOf(before.openFrom), portsOf(after.openFrom), setLacks);
}

/**
 * @returns how two results of one cell differ, but for who answers; absent: there was no such source or service. Ports of the unlistened
 *   are compared one by one, and so are the addresses and ports of what is partial.
 */
export function differences(before: MatrixResult | undefined, after: MatrixResult | undefined): readonly Difference[] {
  if (before?.ports !== undefined || after?.ports !== undefined) {
    const [old, now] = [portsOf(before?.ports), portsOf(after?.ports)];
    const opened = subtract(now, old);
    const closed = subtract(old, now);
    return [
      ...(opened.length > 0 ? [{ kind: 'opened' as const, ports: opened }] : []),
      ...(closed.length > 0 ? [{ kind: 'closed' as const, ports: closed }] : []),
    ];
  }
  const old: Reach | 'absent' = before?.reach ?? 'absent';
  const now: Reach | 'absent' = after?.reach ?? 'absent';
  if (before !== undefined && after !== undefined && old === 'partial' && now === 'partial') return partialDifferences(before, after);
  if (AMOUNT[old] === AMOUNT[now]) return [];
  if (now === 'unknown' && old !== 'open' && old !== 'partial') return [{ kind: 'undecided' }];
  return [{ kind: AMOUNT[now] > AMOUNT[old] ? 'opened' : 'closed' }];
}
