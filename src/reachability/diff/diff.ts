import { evidenceOf, markAccepted } from '../../inventory/index.js';
import { exploreFlow, withGrounds, type Machine } from '../../datapath/index.js';
import { isHostNetns } from '../../model/netns.js';
import type { ChangeCause, ChangeKind, Matrix, MatrixResult, ReachChange, ReachDiff } from '../../model/reachability.js';
import type { FlowRequest } from '../../model/trace.js';
import { differences, type Difference } from './differences.js';
import { fateOf } from '../classes/flow-fate.js';
import { groundsOf, linesOf } from './grounds.js';
import { cellWitness, reachabilityMatrix } from '../matrix.js';
import { formatPorts, type RangeSet } from '../../address/ranges.js';
import { sameName } from './same-name.js';

/** One host, with all that its rules and routes say. */
interface Side {
  readonly which: 'before' | 'after';
  readonly machine: Machine;
  readonly matrix: Matrix;
  readonly lines: ReadonlySet<string>;
  readonly name: (text: string) => string;
  readonly cells: ReadonlyMap<string, Cell>;
}

interface Cell {
  readonly source: string;
  readonly service: string;
  readonly leadsTo?: string;
  readonly result: MatrixResult;
  readonly witness: FlowRequest;
}

function sideOf(which: Side['which'], machine: Machine): Side {
  const name = sameName(machine.host);
  const matrix = reachabilityMatrix(machine);
  const cells = new Map<string, Cell>();
  matrix.sources.forEach((source, s) => {
    matrix.services.forEach((service, v) => {
      const result = matrix.results[matrix.cells[s]![v]!]!;
      cells.set(`${source.name}\n${service.name}`, {
        source: source.name,
        service: service.name,
        ...(service.leadsTo !== undefined && { leadsTo: service.leadsTo }),
        result,
        witness: cellWitness(matrix, s, v),
      });
    });
  });
  return { which, machine, matrix, lines: linesOf(machine.host, name), name, cells };
}

/** The last line of a flow's way that the other host does not have. */
function newGround(side: Side, other: Side, witness: FlowRequest): ChangeCause | undefined {
  const { sides } = exploreFlow(side.machine, witness);
  const grounds = (sides[0] ?? [])
    .flatMap((step) => groundsOf(step, side.machine.host, side.name))
    .filter(({ line, unless }) => !other.lines.has(line) && (unless === undefined || other.lines.has(unless)));
  const found = grounds.findLast((ground) => ground.isRule) ?? grounds.at(-1);
  return found === undefined ? undefined : { side: side.which, ...found.cause };
}

interface Pair {
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** What decided on one side, with its line. */
function decided(which: Side['which'], cell: Cell | undefined): ChangeCause | undefined {
  if (cell === undefined) return undefined;
  const { decidedBy: origin, decidingRule, reason } = cell.result;
  return { side: which, text: decidingRule ?? reason, ...(origin !== undefined && { origin }) };
}

/** A sender or a service that only one side has is the cause itself. */
function onlyOn(side: Side, other: Side, cell: Cell): ChangeCause {
  const known = other.matrix.sources.some((source) => source.name === cell.source);
  const origin = known ? cell.result.decidedBy : undefined;
  const what = known ? `there is ${cell.service}` : `there is ${cell.source}`;
  return { side: side.which, text: `${what}, and not ${other.which}`, ...(origin !== undefined && { origin }) };
}

function causeOf(before: Side, after: Side, cell: Pair): ChangeCause | undefined {
  if (cell.before === undefined && cell.after !== undefined) return onlyOn(after, before, cell.after);
  if (cell.after === undefined && cell.before !== undefined) return onlyOn(before, after, cell.before);
  for (const [side, other, one] of [
    [after, before, cell.after],
    [before, after, cell.before],
  ] as const) {
    for (const witness of one === undefined ? [] : [one.witness, one.result.counterWitness]) {
      const found = witness && newGround(side, other, witness);
      if (found !== undefined) return found;
    }
  }
  return cell.after === undefined ? decided('before', cell.before) : decided('after', cell.after);
}

/** Where one side's packets for a published or translated port end up; what is the same on both sides needs no walk. */
class Answers {
  private readonly ways = new Map<MatrixResult, string>();
  private readonly takers = new Map<MatrixResult, string>();

  constructor(private readonly side: Side) {}

  private way({ result, leadsTo }: Cell): string {
    let way = this.ways.get(result);
    if (way === undefined) this.ways.set(result, (way = [leadsTo ?? '', ...result.rewritten.map(this.side.name)].join('\n')));
    return way;
  }

  /** The namespace and port that take a cell's witness. */
  private taker({ result, witness }: Cell): string {
    let taker = this.takers.get(result);
    if (taker === undefined) {
      const { trace, sides } = exploreFlow(this.side.machine, witness);
      const { delivered } = fateOf(trace, sides);
      this.takers.set(result, (taker = delivered === undefined ? '' : `${delivered.netns}:${delivered.port}`));
    }
    return taker;
  }

  /** @returns whether a cell that some get through to on both sides is answered by another on the other side. */
  differ(own: Cell, other: Answers, theirs: Cell): boolean {
    if ([own, theirs].some(({ result }) => result.reach !== 'open' && result.reach !== 'partial')) return false;
    return this.way(own) !== other.way(theirs) && this.taker(own) !== other.taker(theirs);
  }
}

/** A port that only stopped or began to be listened on is told by its own service, not by the rest of the ports. */
function isListened(side: Side, service: string, ports: RangeSet): boolean {
  const [target = '', proto = ''] = service.split(':other/');
  const own = side.matrix.services.filter(
    (s) => s.kind !== 'unlistened' && s.proto === proto && (s.target === target || isHostNetns(target)),
  );
  return ports.every(([lo, hi]) => {
    const listened = new Set(own.flatMap((s) => (s.port !== undefined && s.port >= lo && s.port <= hi ? [s.port] : [])));
    return listened.size === Number(hi) - Number(lo) + 1;
  });
}

function changesOf(before: Side, after: Side): readonly ReachChange[] {
  const grouped = new Map<string, ReachChange>();
  const [old, now] = [new Answers(before), new Answers(after)];
  for (const key of new Set([...before.cells.keys(), ...after.cells.keys()])) {
    const cell = { before: before.cells.get(key), after: after.cells.get(key) };
    const { source, service } = (cell.after ?? cell.before)!;
    const elsewhere = cell.before !== undefined && cell.after !== undefined && old.differ(cell.before, now, cell.after);
    const found: readonly Difference[] = elsewhere ? [{ kind: 'opened' }] : differences(cell.before?.result, cell.after?.result);
    for (const { kind, ports } of found) {
      if (ports !== undefined && (isListened(before, service, ports) || isListened(after, service, ports))) continue;
      const cause = causeOf(before, after, cell);
      const instead = cause && (cause.side === 'after' ? decided('before', cell.before) : decided('after', cell.after));
      const shown = (kind === 'closed' ? (cell.after ?? cell.before) : cell.after)!;
      const witness = ports === undefined ? shown.witness : { ...shown.witness, dport: Number(ports[0]![0]) };
      const text = ports === undefined ? undefined : formatPorts(ports);
      const same = [kind, service, cell.before?.result.reach, cell.after?.result.reach, cause?.text, text].join('\n');
      const known = grouped.get(same);
      const change: ReachChange = {
        kind,
        service,
        sources: [...(known?.sources ?? []), source],
        before: cell.before?.result.reach ?? 'absent',
        after: cell.after?.result.reach ?? 'absent',
        ...(text !== undefined && { ports: text }),
        reason: known?.reason ?? shown.result.reason,
        ...(cause !== undefined && { cause }),
        ...(instead !== undefined && { instead }),
        witness: known?.witness ?? witness,
      };
      grouped.set(same, change);
    }
  }
  return [...grouped.values()];
}

/**
 * What becomes reachable and what no longer is, from one host to another, by names: addresses and devices may move.
 * @param acceptMissing files, or folders ending in a slash, that either snapshot may lack.
 */
export function diffReachability(before: Machine, after: Machine, acceptMissing: readonly string[] = []): ReachDiff {
  const old = sideOf('before', before);
  const now = sideOf('after', after);
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
