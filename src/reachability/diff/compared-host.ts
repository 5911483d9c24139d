import type { Machine } from '../../datapath/index.js';
import type { Matrix, MatrixResult } from '../../model/reachability.js';
import type { FlowRequest, Outcome } from '../../model/trace.js';
import { cellWitness, reachabilityMatrix } from '../matrix.js';
import { elementsOf, linesOf, type CommonNames } from './host-lines.js';
import { sameName } from './same-name.js';
import { SetsOfRules } from './set-elements.js';

/** One of two hosts, with all that its rules and routes say. */
export interface ComparedHost {
  readonly which: 'before' | 'after';
  readonly machine: Machine;
  readonly matrix: Matrix;
  readonly lines: ReadonlySet<string>;
  /** Of `lines`, the elements of its sets; of two hosts that are held against each other, those that the other has not. */
  readonly elements: readonly string[];
  readonly setsOfRules: SetsOfRules;
  readonly name: CommonNames;
  readonly cells: ReadonlyMap<string, ComparedCell>;
}

/** How one source fares at one service. */
export interface ComparedCell {
  readonly source: string;
  readonly service: string;
  readonly leadsTo?: string;
  /** At which the service is asked for. */
  readonly addresses: readonly string[];
  readonly result: MatrixResult;
  readonly witness: FlowRequest;
}

/** Each cell is compared by its names: so many take some two gigabytes. */
const MOST_COMPARED = 10_000_000;

/** A host with its matrix, cell by cell. */
function comparedHost(which: ComparedHost['which'], machine: Machine): ComparedHost {
  const name = sameName(machine.host);
  const matrix = reachabilityMatrix(machine, { mostCells: MOST_COMPARED });
  const cells = new Map<string, ComparedCell>();
  matrix.sources.forEach((source, s) => {
    matrix.services.forEach((service, v) => {
      const result = matrix.results[matrix.cells[s]![v]!]!;
      cells.set(`${source.name}\n${service.name}`, {
        source: source.name,
        service: service.name,
        ...(service.leadsTo !== undefined && { leadsTo: service.leadsTo }),
        addresses: service.addresses,
        result,
        witness: cellWitness(matrix, s, v),
      });
    });
  });
  const elements = elementsOf(machine.host, name);
  const lines = new Set([...linesOf(machine.host, name), ...elements]);
  return { which, machine, matrix, lines, elements, setsOfRules: new SetsOfRules(machine.host), name, cells };
}

/** @returns two hosts that are held against each other. */
export function comparedHosts(before: Machine, after: Machine): readonly [before: ComparedHost, after: ComparedHost] {
  const [old, now] = [comparedHost('before', before), comparedHost('after', after)];
  const onlyIn = ({ elements }: ComparedHost, other: ComparedHost): readonly string[] => elements.filter((line) => !other.lines.has(line));
  return [
    { ...old, elements: onlyIn(old, now) },
    { ...now, elements: onlyIn(now, old) },
  ];
}

/** @returns whether a flow with such an end reached a service: all that are asked for are the host's, so that what leaves it did not. */
export function getsThrough(outcome: Outcome): boolean {
  return outcome === 'connected';
}

/** @returns the cell's flow that gets through, or that does not, where its source's flows do not fare alike; else the one that stands for it. */
export function flowThat(passes: boolean, { result, witness }: ComparedCell): FlowRequest {
  return result.counterWitness === undefined || getsThrough(result.outcome) === passes ? witness : result.counterWitness;
}
