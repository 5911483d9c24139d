import { evidenceOf, markAccepted } from '../../inventory/index.js';
import { exploreFlow, withGrounds, type Machine } from '../../datapath/index.js';
import { isHostNetns } from '../../model/netns.js';
import { PARTS, type ChangeKind, type MatrixResult, type ReachChange, type ReachDiff } from '../../model/reachability.js';
import { formatPorts, type RangeSet } from '../../address/ranges.js';
import { fateOf } from '../classes/flow-fate.js';
import { showChange, type CellPair } from './change-cause.js';
import { differences, type Difference } from './differences.js';
import { comparedHosts, type ComparedCell, type ComparedHost } from './compared-host.js';

/** Where one side's packets for a published or translated port end up; what is the same on both sides needs no walk. */
class Answers {
  private readonly ways = new Map<MatrixResult, string>();
  private readonly takers = new Map<MatrixResult, string>();

  constructor(private readonly side: ComparedHost) {}

  private way({ result, leadsTo }: ComparedCell): string {
    let way = this.ways.get(result);
    if (way === undefined) this.ways.set(result, (way = [leadsTo ?? '', ...result.rewritten.map(this.side.name)].join('\n')));
    return way;
  }

  /** The namespace and port that take a cell's witness. */
  private taker({ result, witness }: ComparedCell): string {
    let taker = this.takers.get(result);
    if (taker === undefined) {
      const { trace, sides } = exploreFlow(this.side.machine, witness);
      const { delivered } = fateOf(trace, sides);
      this.takers.set(result, (taker = delivered === undefined ? '' : `${delivered.netns}:${delivered.port}`));
    }
    return taker;
  }

  /** @returns whether a cell that some get through to on both sides is answered by another on the other side. */
  differ(own: ComparedCell, other: Answers, theirs: ComparedCell): boolean {
    if ([own, theirs].some(({ result }) => result.reach !== 'open' && result.reach !== 'partial')) return false;
    return this.way(own) !== other.way(theirs) && this.taker(own) !== other.taker(theirs);
  }
}

/** A port that only stopped or began to be listened on is told by its own service, not by the rest of the ports. */
function isListened(side: ComparedHost, service: string, ports: RangeSet): boolean {
  const [target = '', proto = ''] = service.split(':other/');
  const own = side.matrix.services.filter(
    (s) => s.kind !== 'unlistened' && s.proto === proto && (s.target === target || isHostNetns(target)),
  );
  return ports.every(([lo, hi]) => {
    const listened = new Set(own.flatMap((s) => (s.port !== undefined && s.port >= lo && s.port <= hi ? [s.port] : [])));
    return listened.size === Number(hi) - Number(lo) + 1;
  });
}

/** The cells of both sides, by their names. */
function pairsOf(before: ComparedHost, after: ComparedHost): readonly CellPair[] {
  return [...new Set([...before.cells.keys(), ...after.cells.keys()])].flatMap((key): readonly CellPair[] => {
    const [old, now] = [before.cells.get(key), after.cells.get(key)];
    if (now === undefined) return old === undefined ? [] : [{ before: old }];
    return old === undefined ? [{ after: now }] : [{ before: old, after: now }];
  });
}

/** Whether more was to be looked at on a side than is looked at, so that what is unknown on both may have changed. */
function isGivenUp({ before, after }: CellPair): boolean {
  const sides = [before?.result, after?.result];
  if (sides.some((result) => result?.[PARTS]?.some((part) => part.givenUp))) return true;
  return sides.every((result) => result?.reach === 'unknown') && sides.some((result) => result?.cause.kind === 'too-much');
}

function changesOf(before: ComparedHost, after: ComparedHost): readonly ReachChange[] {
  const grouped = new Map<string, ReachChange>();
  const [old, now] = [new Answers(before), new Answers(after)];
  const differ = before.lines.size !== after.lines.size || [...before.lines].some((line) => !after.lines.has(line));
  for (const pair of pairsOf(before, after)) {
    const { source, service } = pair.before ?? pair.after;
    const elsewhere = pair.before !== undefined && pair.after !== undefined && old.differ(pair.before, now, pair.after);
    const known: readonly Difference[] = elsewhere ? [{ kind: 'opened' }] : differences(pair.before?.result, pair.after?.result);
    const found: readonly Difference[] = differ && known.length === 0 && isGivenUp(pair) ? [{ kind: 'undecided' }] : known;
    for (const { kind, ports } of found) {
      if (ports !== undefined && (isListened(before, service, ports) || isListened(after, service, ports))) continue;
      const shown = showChange({ kind, port: ports && Number(ports[0]![0]) }, before, after, pair);
      const text = ports === undefined ? undefined : formatPorts(ports);
      const [was, is] = [pair.before?.result.reach ?? 'absent', pair.after?.result.reach ?? 'absent'] as const;
      const same = [kind, service, was, is, shown.cause.text, text].join('\n');
      const known = grouped.get(same);
      const change = { kind, service, sources: [source], before: was, after: is, ...(text !== undefined && { ports: text }), ...shown };
      grouped.set(same, known === undefined ? change : { ...known, sources: [...known.sources, source], cause: shown.cause });
    }
  }
  return [...grouped.values()];
}

/**
 * What becomes reachable and what no longer is, from one host to another, by names: addresses and devices may move.
 * @param acceptMissing files, or folders ending in a slash, that either snapshot may lack.
 */
export function diffReachability(before: Machine, after: Machine, acceptMissing: readonly string[] = []): ReachDiff {
  const [old, now] = comparedHosts(before, after);
  const changes = changesOf(old, now);
  const order: readonly ChangeKind[] = ['opened', 'undecided', 'closed'];
  return {
    format: 'dtrace-path-diff/1',
    ...withGrounds(before.host, after.host),
    before: before.host.meta,
    after: after.host.meta,
    changes: [...changes].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    compared: new Set([...old.cells.keys(), ...now.cells.keys()]).size,
    lacking: [old, now].flatMap(({ which, machine }) =>
      markAccepted(evidenceOf(machine.host).all(), acceptMissing).map((lack) => ({ side: which, ...lack })),
    ),
  };
}
