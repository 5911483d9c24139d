import { isLoopback } from '../address/ip.js';
import { QuestionError, withHostGrounds, type Machine } from '../datapath/index.js';
import { netnsFolder } from '../model/netns.js';
import type { Matrix, MatrixResult, MatrixService, MatrixSource } from '../model/reachability.js';
import type { FlowRequest } from '../model/trace.js';
import { Reachability } from './reachability.js';
import { Columns } from './columns.js';
import { ruleOnEach } from './classes/lone-addresses.js';
import { listServices, unlistenedServices } from './services/services.js';
import { listSources } from './sources.js';

export interface MatrixOptions {
  /** Keeps the sources whose name it accepts. */
  readonly from?: (source: MatrixSource) => boolean;
  readonly to?: (service: MatrixService) => boolean;
  /** Ports that packets get to and nobody listens on: costs a walk for each class of ports. */
  readonly unlistened?: boolean;
  /** More cells than this are not made: they would not fit into memory. */
  readonly mostCells?: number;
}

/** Six million cells are a host of 200 containers with 75 published ports each; so many take some two gigabytes. */
const MOST_CELLS = 150_000_000;

/** @throws QuestionError where there are more cells than a matrix holds. */
function mustFit(sources: number, services: number, most: number): void {
  if (sources * services <= most) return;
  const [rows, columns, cells] = [sources, services, most].map((n) => n.toLocaleString('en'));
  throw new QuestionError(
    `${rows} sources by ${columns} services are more than one matrix holds (${cells} cells): ask for some of them (matrix --from, --to)`,
  );
}

/**
 * Who reaches what: every source against every service, each answer exact over source addresses and ports, with a flow
 * that shows it.
 * @throws QuestionError where there are more cells than a matrix holds.
 */
export function reachabilityMatrix(machine: Machine, options: MatrixOptions = {}): Matrix {
  const engine = new Reachability(machine);
  const sources = listSources(machine).filter(options.from ?? (() => true));
  const all = [...listServices(machine), ...(options.unlistened === false ? [] : unlistenedServices(machine))];
  const services = all.filter(options.to ?? (() => true));
  mustFit(sources.length, services.length, options.mostCells ?? MOST_CELLS);
  const columns = new Columns(engine, sources, engine.flows.renamings.groups);
  const results: MatrixResult[] = [];
  const cells = sources.map(() => new Array<number>(services.length));
  const column = new Int32Array(sources.length);
  services.forEach((service, v) => {
    columns.fill(service, results, column);
    for (let s = 0; s < cells.length; s++) cells[s]![v] = column[s]!;
  });
  return {
    format: 'dtrace-path-matrix/1',
    ...withHostGrounds(machine.host),
    meta: machine.host.meta,
    sources: sources.map(({ clients: _clients, ...source }) => source),
    services,
    results,
    cells,
    notes: [...missingNamespaces(machine), ...unlistedLoopback(machine), ...inexact(machine)],
  };
}

function missingNamespaces(machine: Machine): readonly string[] {
  return machine.host.containers
    .filter((c) => c.running && !machine.namespaces.has(c.netns))
    .map((c) => `container ${c.name} is left out: the snapshot lacks ${netnsFolder(c.netns)}/`);
}

/** What the host keeps to its loopback is no service, unless a setting lets others in there: where that is not known, it is said. */
function unlistedLoopback({ root }: Machine): readonly string[] {
  const kept = root.netns.sockets.some(({ ip }) => typeof ip === 'number' && isLoopback(ip));
  const links = [...root.interfaces.values()].filter(({ detail }) => detail.kind !== 'loopback');
  const open = links.find(({ name }) => root.sysctls.either(name, 'route_localnet') === undefined);
  if (!kept || open === undefined) return [];
  const name = root.sysctls.openName(open.name, 'route_localnet');
  return [`host/sysctl.txt: ${name} is taken to be 0: what the host keeps to 127.0.0.0/8 is not listed as a service`];
}

/** Of rules that may treat each outside address otherwise, a cell tells what its witness meets. */
function inexact(machine: Machine): readonly string[] {
  return ([4, 6] as const).flatMap((family) => {
    const rule = ruleOnEach(machine, family);
    if (rule === undefined) return [];
    const { file, line } = rule.origin;
    return [
      `${file}:${line} (${rule.text}) may treat each IPv${family} address outside otherwise: cells of outside sources tell what their witness comes to`,
    ];
  });
}

/** @returns the flow that shows a cell: the result's own witness, asked by this source. */
export function cellWitness(matrix: Matrix, source: number, service: number): FlowRequest {
  const result = matrix.results[matrix.cells[source]![service]!]!;
  const { kind, name } = matrix.sources[source]!;
  return kind === 'container' ? { ...result.witness, from: name } : result.witness;
}
