import { addTo } from '../datapath/index.js';
import type { MatrixResult, MatrixService } from '../model/reachability.js';
import { together, type Reachability } from './reachability.js';
import type { PairResult } from './symmetry/template.js';
import type { SourceClass, Source } from './sources.js';

interface Member {
  readonly name: string;
  readonly clients: readonly SourceClass[];
}

/** Members that fare alike as senders: their places are those from `start` on, before `end`. */
interface Group {
  readonly start: number;
  readonly end: number;
}

/** A source, and the places of the members that it stands for. */
interface Network {
  readonly at: number;
  readonly members: readonly number[];
}

/**
 * Asks for one service after the other what becomes of every source's packets; sources that fare alike share a result.
 * A column is kept as numbers of results: most of its thousands of cells are filled in one go.
 */
export class Columns {
  private readonly members: readonly Member[];
  private readonly places = new Map<string, number>();
  private readonly groups: readonly Group[];
  private readonly alone: readonly { readonly at: number; readonly clients: readonly SourceClass[] }[];
  private readonly networks: readonly Network[];
  /** For each source that is a container its place among the members. */
  private readonly containers: readonly { readonly at: number; readonly member: number }[];
  /** What was found out about the service under way. */
  private found: MatrixResult[] = [];
  /** For each member the number of its result among those. */
  private readonly own: Int32Array;

  /** @param alike for each namespace the name of those that fare alike as senders. */
  constructor(
    private readonly engine: Reachability,
    sources: readonly Source[],
    alike: ReadonlyMap<string, string>,
  ) {
    const names = new Set(
      sources.flatMap((source) => (source.kind === 'container' ? [source.name] : source.kind === 'network' ? source.members : [])),
    );
    const byGroup = new Map<string, string[]>();
    for (const name of names) addTo(byGroup, alike.get(name) ?? name, name);
    this.members = [...byGroup.values()].flat().map((name) => ({ name, clients: [{ from: name }] }));
    this.members.forEach(({ name }, at) => this.places.set(name, at));
    this.groups = [...byGroup.values()].map((group) => ({ start: this.place(group[0]!), end: this.place(group.at(-1)!) + 1 }));
    this.own = new Int32Array(this.members.length);
    const at = sources.map((source, i) => ({ source, i }));
    this.alone = at.flatMap(({ source, i }) =>
      source.kind === 'container' || source.kind === 'network' ? [] : [{ at: i, clients: source.clients }],
    );
    this.networks = at.flatMap(({ source, i }) =>
      source.kind === 'network' ? [{ at: i, members: source.members.map((name) => this.place(name)) }] : [],
    );
    this.containers = at
      .flatMap(({ source, i }) => (source.kind === 'container' ? [{ at: i, member: this.place(source.name) }] : []))
      .sort((a, b) => a.member - b.member);
  }

  private place(name: string): number {
    return this.places.get(name)!;
  }

  private ask(at: number, service: MatrixService): PairResult {
    const finding = this.engine.ask(this.members[at]!.clients, service);
    this.own[at] = this.found.push(finding.result) - 1;
    return finding;
  }

  /** A member of a group fares as another that was asked, unless it has itself a part in either's way. */
  private askGroup({ start, end }: Group, service: MatrixService): void {
    let at = start;
    let example: PairResult | undefined;
    for (; at < end && example === undefined; at++) {
      const finding = this.ask(at, service);
      const { name } = this.members[at]!;
      // a member that answers itself is no example for the others
      if (name !== service.target && !ownPart(finding, name, service)) example = finding;
    }
    if (example === undefined) return;
    this.own.fill(this.own[at - 1]!, at, end);
    for (const name of new Set([...example.touched, service.target])) {
      const other = this.places.get(name) ?? -1;
      if (other >= at && other < end) this.ask(other, service);
    }
  }

  /** @returns the number of a network's result. */
  private ofNetwork({ members }: Network): number {
    const { own, found } = this;
    const numbers = distinct(own, members);
    const [first = 0] = numbers;
    if (numbers.length === 1) return first;
    const reach = together(numbers.map((number) => found[number]!.reach));
    const shown = numbers.find((n) => found[n]!.reach === reach) ?? numbers.find((n) => found[n]!.reach !== 'closed') ?? first;
    if (reach !== 'partial') return shown;
    const other = numbers.find((n) => found[n]!.reach !== found[shown]!.reach);
    const openTo = members.filter((at) => found[own[at]!]!.reach === 'open').map((at) => this.members[at]!.name);
    const counter = other === undefined ? {} : { counterWitness: found[other]!.witness };
    return found.push({ ...found[shown]!, reach, openTo, ...counter }) - 1;
  }

  /**
   * Asks about one service.
   * @param results takes what was not among them yet.
   * @param column takes for each source the place of its result among those.
   */
  fill(service: MatrixService, results: MatrixResult[], column: Int32Array): void {
    this.found = [];
    const alone = this.alone.map(({ clients }) => this.found.push(this.engine.ask(clients, service).result) - 1);
    for (const group of this.groups) this.askGroup(group, service);
    const networks = this.networks.map((network) => this.ofNetwork(network));
    const placed = new Int32Array(this.found.length).fill(-1);
    const place = (number: number): number => {
      if (placed[number]! < 0) placed[number] = results.push(this.found[number]!) - 1;
      return placed[number]!;
    };
    this.alone.forEach(({ at }, i) => (column[at] = place(alone[i]!)));
    this.networks.forEach(({ at }, i) => (column[at] = place(networks[i]!)));
    for (const { at, member } of this.containers) column[at] = place(this.own[member]!);
  }
}

/** The values at these places, each once, in the order in which they come; a run of one value costs no look-up. */
function distinct(values: Int32Array, places: readonly number[]): readonly number[] {
  const seen = new Set<number>();
  let last = -1;
  for (const at of places) {
    const value = values[at]!;
    if (value === last) continue;
    last = value;
    seen.add(value);
  }
  return [...seen];
}

/** Whether the sender received the packet itself, or a translated copy of it came back to it. */
function ownPart({ took }: PairResult, netns: string, service: MatrixService): boolean {
  return service.leadsTo?.startsWith(`${netns}:`) === true || took.includes(netns);
}
