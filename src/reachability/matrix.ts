import type { Machine } from '../datapath/index.js';
import type { Matrix, MatrixResult, MatrixService, MatrixSource } from '../model/reachability.js';
import type { FlowRequest } from '../model/trace.js';
import { Reachability, together, type Finding } from './ask.js';
import { listServices, unlistenedServices } from './services.js';
import { listSources, type Source } from './sources.js';

export interface MatrixOptions {
  /** Keeps the sources whose name it accepts. */
  readonly from?: (source: MatrixSource) => boolean;
  readonly to?: (service: MatrixService) => boolean;
  /** Ports that packets get to and nobody listens on: costs a walk for each class of ports. */
  readonly unlistened?: boolean;
}

/** Fills the columns of one service: a result for each source, shared where sources fare alike. */
class Column {
  private readonly byGroup = new Map<string, Finding & { readonly asked: string }>();
  private readonly byClient = new Map<string, MatrixResult>();

  constructor(
    private readonly engine: Reachability,
    private readonly service: MatrixService,
    private readonly groups: ReadonlyMap<string, string>,
  ) {}

  /** A member of a group fares as another that was asked, unless it has itself a part in either's way. */
  private container(name: string): MatrixResult {
    const known = this.byClient.get(name);
    if (known !== undefined) return known;
    const netns = this.engine.machine.namespaces.has(name)
      ? name
      : (this.engine.machine.host.containers.find((c) => c.name === name)?.netns ?? name);
    const group = this.groups.get(netns) ?? netns;
    const shared = this.byGroup.get(group);
    if (shared !== undefined && !shared.touched.has(netns) && netns !== this.service.target) return shared.result;
    const finding = this.engine.ask([{ from: name }], this.service);
    // a member that answers itself is no example for the others
    if (netns !== this.service.target && !ownPart(finding, netns, this.service))
      this.byGroup.set(group, { ...finding, touched: without(finding.touched, netns), asked: name });
    this.byClient.set(name, finding.result);
    return finding.result;
  }

  result(source: Source): MatrixResult {
    if (source.kind === 'container') return this.container(source.name);
    if (source.kind !== 'network') return this.engine.ask(source.clients, this.service).result;
    const members = source.members.map((name) => ({ name, result: this.container(name) }));
    const [first] = members;
    const distinct = new Set(members.map((m) => m.result));
    if (distinct.size === 1 && first !== undefined) return first.result;
    const reach = together(members.map((m) => m.result.reach));
    const shown = members.find((m) => m.result.reach === reach) ?? members.find((m) => m.result.reach !== 'closed') ?? members[0]!;
    if (reach !== 'partial') return shown.result;
    const other = members.find((m) => m.result.reach !== shown.result.reach);
    const openTo = members.filter((m) => m.result.reach === 'open').map((m) => m.name);
    return { ...shown.result, reach, openTo, ...(other !== undefined && { counterWitness: other.result.witness }) };
  }
}

/** Whether the sender received the packet itself, or a translated copy of it came back to it. */
function ownPart({ result }: Finding, netns: string, service: MatrixService): boolean {
  return service.leadsTo?.startsWith(`${netns}:`) === true || result.reason.includes(` in ${netns} `);
}

function without(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return new Set([...names].filter((n) => n !== name));
}

/**
 * Who reaches what: every source against every service, each answer exact over source addresses and ports, with a flow
 * that shows it.
 */
export function reachabilityMatrix(machine: Machine, options: MatrixOptions = {}): Matrix {
  const engine = new Reachability(machine);
  const sources = listSources(machine).filter(options.from ?? (() => true));
  const all = [...listServices(machine), ...(options.unlistened === false ? [] : unlistenedServices(machine))];
  const services = all.filter(options.to ?? (() => true));
  const { groups } = engine.flows.renamings;
  const results: MatrixResult[] = [];
  const places = new Map<MatrixResult, number>();
  const place = (result: MatrixResult): number => {
    let at = places.get(result);
    if (at === undefined) {
      at = results.push(result) - 1;
      places.set(result, at);
    }
    return at;
  };
  const cells = sources.map(() => new Array<number>(services.length));
  services.forEach((service, v) => {
    const column = new Column(engine, service, groups);
    sources.forEach((source, s) => {
      cells[s]![v] = place(column.result(source));
    });
  });
  return {
    format: 'dtrace-path-matrix/1',
    meta: machine.host.meta,
    sources: sources.map(({ clients: _clients, ...source }) => source),
    services,
    results,
    cells,
    notes: missingNamespaces(machine),
  };
}

function missingNamespaces(machine: Machine): readonly string[] {
  return machine.host.containers
    .filter((c) => c.running && !machine.namespaces.has(c.netns))
    .map((c) => `container ${c.name} is left out: the snapshot lacks netns/${c.netns}/`);
}

/** @returns the flow that shows a cell: the result's own witness, asked by this source. */
export function cellWitness(matrix: Matrix, source: number, service: number): FlowRequest {
  const result = matrix.results[matrix.cells[source]![service]!]!;
  const { kind, name } = matrix.sources[source]!;
  return kind === 'container' ? { ...result.witness, from: name } : result.witness;
}
