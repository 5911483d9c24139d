import type { Family, Ip } from '../../address/ip.js';
import { groupBy } from '../../datapath/index.js';
import { PARTS, type ChangeKind, type MatrixResult, type Reach, type SourcePart } from '../../model/reachability.js';
import { ALL_PORTS, exampleOf, includes, intersect, parsePorts, subtract, toSet, type RangeSet } from '../../address/ranges.js';

/** One way in which two results differ. */
export interface Difference {
  readonly kind: ChangeKind;
  /** Ports that were opened or closed, for the unlistened. */
  readonly ports?: RangeSet;
}

const AMOUNT: Readonly<Record<Reach | 'absent', number>> = { open: 3, partial: 2, unknown: 1, closed: 0, absent: 0 };

/** What one side has and the other has not. */
function opposed<T>(before: T, after: T, lacks: (whole: T, of: T) => boolean): readonly Difference[] {
  return [...(lacks(before, after) ? [{ kind: 'opened' as const }] : []), ...(lacks(after, before) ? [{ kind: 'closed' as const }] : [])];
}

const setLacks = (whole: RangeSet, of: RangeSet): boolean => subtract(of, whole).length > 0;
const listLacks = (whole: readonly string[], of: readonly string[]): boolean => of.some((name) => !whole.includes(name));

/** Outside addresses of one family that fare alike, or all where nothing is parted. */
interface Group {
  readonly key: string;
  readonly addresses?: RangeSet;
  /** Source ports that surely get through; of the unlistened, ports that packets get to. */
  readonly ports: RangeSet;
}

const keyOf = ({ reach, openFrom, ports }: SourcePart): string => [reach, openFrom, ports].join('\n');

function groupsOf(result: MatrixResult, family: Family, portsOf: (part: SourcePart | MatrixResult) => RangeSet): readonly Group[] {
  const parts = result[PARTS];
  if (parts === undefined) return [{ key: '', ports: portsOf(result) }];
  return [...groupBy(parts, keyOf)].map(([key, own]) => {
    const ranges = own.flatMap((part) => part.addresses()).filter(([lo]) => (typeof lo === 'number') === (family === 4));
    return { key, addresses: toSet(ranges), ports: portsOf(own[0]!) };
  });
}

/** The groups of both sides that have addresses in common and do not fare alike. */
function* unlikePairs(
  before: MatrixResult,
  after: MatrixResult,
  portsOf: (part: SourcePart | MatrixResult) => RangeSet,
): Generator<readonly [old: Group, now: Group]> {
  for (const family of [4, 6] as const) {
    const groups = groupsOf(after, family, portsOf);
    for (const old of groupsOf(before, family, portsOf))
      for (const now of groups) {
        const apart = old.addresses !== undefined && now.addresses !== undefined && intersect(now.addresses, old.addresses).length === 0;
        if (now.key !== old.key && !apart) yield [old, now];
      }
  }
}

const openPorts = ({ reach, openFrom }: SourcePart | MatrixResult): RangeSet => (reach === 'open' ? ALL_PORTS : parsePorts(openFrom ?? ''));

/** What becomes of a source of which neither time all get through. */
function partialDifferences(before: MatrixResult, after: MatrixResult): readonly Difference[] {
  if (before[PARTS] !== undefined && after[PARTS] !== undefined) {
    const kinds = [...unlikePairs(before, after, openPorts)].flatMap(([old, now]): readonly ChangeKind[] => {
      const found = opposed(old.ports, now.ports, setLacks).map(({ kind }) => kind);
      return found.length > 0 ? found : ['undecided'];
    });
    return [...new Set(kinds)].map((kind) => ({ kind }));
  }
  const byName = opposed(before.openTo ?? [], after.openTo ?? [], listLacks);
  return byName.length > 0 ? byName : opposed(parsePorts(before.openFrom ?? ''), parsePorts(after.openFrom ?? ''), setLacks);
}

const unlistened = ({ ports }: SourcePart | MatrixResult): RangeSet => parsePorts(ports ?? '');

/** Ports of the unlistened that some get to on one side only. */
function unlistenedDifferences(before: MatrixResult | undefined, after: MatrixResult | undefined): readonly Difference[] {
  const parted = before?.[PARTS] !== undefined || after?.[PARTS] !== undefined;
  const pairs =
    before !== undefined && after !== undefined && parted
      ? [...unlikePairs(before, after, unlistened)].map(([old, now]) => [old.ports, now.ports] as const)
      : [[parsePorts(before?.ports ?? ''), parsePorts(after?.ports ?? '')] as const];
  const opened = toSet(pairs.flatMap(([old, now]) => subtract(now, old)));
  const closed = toSet(pairs.flatMap(([old, now]) => subtract(old, now)));
  return [
    ...(opened.length > 0 ? [{ kind: 'opened' as const, ports: opened }] : []),
    ...(closed.length > 0 ? [{ kind: 'closed' as const, ports: closed }] : []),
  ];
}

/**
 * @returns how two results of one cell differ, but for who answers; absent: there was no such source or service. Ports of the unlistened
 *   are compared one by one, and so are the addresses and ports of what is partial.
 */
export function differences(before: MatrixResult | undefined, after: MatrixResult | undefined): readonly Difference[] {
  if (before?.ports !== undefined || after?.ports !== undefined) return unlistenedDifferences(before, after);
  const old: Reach | 'absent' = before?.reach ?? 'absent';
  const now: Reach | 'absent' = after?.reach ?? 'absent';
  if (before !== undefined && after !== undefined && old === 'partial' && now === 'partial') return partialDifferences(before, after);
  if (AMOUNT[old] === AMOUNT[now]) return [];
  if (now === 'unknown' && old !== 'open' && old !== 'partial') return [{ kind: 'undecided' }];
  return [{ kind: AMOUNT[now] > AMOUNT[old] ? 'opened' : 'closed' }];
}

/** What a packet has that shows a change: its source address where outside addresses fare differently, its source port where those do. */
export interface ChangedPacket {
  readonly src?: Ip;
  readonly sport?: number;
}

/** A port that no rule is likely to name, where it is among those that changed. */
const USUAL_PORT = 49152;

/** The addresses and ports by which two results of one cell differ, and how the ports do. */
function* changedParts(before: MatrixResult, after: MatrixResult, portsOf: typeof openPorts): Generator<readonly [old: Group, now: Group]> {
  if (before[PARTS] === undefined && after[PARTS] === undefined)
    yield [
      { key: '', ports: portsOf(before) },
      { key: '', ports: portsOf(after) },
    ];
  else yield* unlikePairs(before, after, portsOf);
}

/**
 * @param port of the ports that nobody listens on: that which changed.
 * @returns packets that get through on one side alone, as far as both results say how addresses and ports fare.
 */
export function* changedPackets(kind: ChangeKind, before: MatrixResult, after: MatrixResult, port?: number): Generator<ChangedPacket> {
  for (const [old, now] of changedParts(before, after, port === undefined ? openPorts : unlistened)) {
    const changed = kind === 'closed' ? subtract(old.ports, now.ports) : subtract(now.ports, old.ports);
    const common = old.addresses && now.addresses ? intersect(old.addresses, now.addresses) : (old.addresses ?? now.addresses);
    const [addresses] = common ?? [];
    const src = addresses === undefined ? {} : { src: exampleOf(addresses) };
    const [range] = changed;
    if (range === undefined) continue;
    if (port !== undefined) {
      if (includes(changed, port)) yield src;
    } else yield includes(changed, USUAL_PORT) ? src : { ...src, sport: Math.max(Number(range[0]), 1) };
  }
}
