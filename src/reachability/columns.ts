import { addTo } from '../datapath/lists-by-key.js';
import type { MatrixResult, MatrixService } from '../model/reachability.js';
import { together, type Reachability } from './ask.js';
import type { Finding } from './alike/template.js';
import type { Client, Source } from './sources.js';

interface Member {
  readonly name: string;
  readonly clients: readonly Client[];
  /** Its place among all members. */
  readonly at: number;
}

/** A network, and the places of its members. */
interface Network {
  readonly at: number;
  readonly members: readonly number[];
}

/** Asks for one service after the other what becomes of every source's packets; sources that fare alike share a result. */
export class Columns {
  private readonly members: Member[] = [];
  private readonly groups: readonly (readonly Member[])[];
  private readonly networks: Network[] = [];
  /** For each source that is a container its place among the members. */
  private readonly containers: { readonly at: number; readonly member: number }[] = [];
  private readonly results: MatrixResult[] = [];

  /** @param groups for each namespace the name of those that fare alike as senders. */
  constructor(
    private readonly engine: Reachability,
    private readonly sources: readonly Source[],
    groups: ReadonlyMap<string, string>,
  ) {
    const places = new Map<string, number>();
    const byGroup = new Map<string, Member[]>();
    const place = (name: string): number => {
      const known = places.get(name);
      if (known !== undefined) return known;
      const member = { name, clients: [{ from: name }], at: this.members.length };
      places.set(name, this.members.push(member) - 1);
      addTo(byGroup, groups.get(name) ?? name, member);
      return member.at;
    };
    sources.forEach((source, at) => {
      if (source.kind === 'container') this.containers.push({ at, member: place(source.name) });
      else if (source.kind === 'network') this.networks.push({ at, members: source.members.map(place) });
    });
    this.groups = [...byGroup.values()];
    // those that share results one after the other
    const order = new Map(this.groups.flat().map((member, i) => [member.at, i]));
    this.containers.sort((a, b) => order.get(a.member)! - order.get(b.member)!);
  }

  /** A member of a group fares as another that was asked, unless it has itself a part in either's way. */
  private askGroup(group: readonly Member[], service: MatrixService): void {
    let shared: Finding | undefined;
    for (const { name, clients, at } of group) {
      if (shared !== undefined && !shared.touched.includes(name) && name !== service.target) {
        this.results[at] = shared.result;
        continue;
      }
      const finding = this.engine.ask(clients, service);
      this.results[at] = finding.result;
      // a member that answers itself is no example for the others
      if (name !== service.target && !ownPart(finding, name, service))
        shared = { result: finding.result, touched: without(finding.touched, name) };
    }
  }

  private ofNetwork({ members }: Network): MatrixResult {
    const results = members.map((at) => this.results[at]!);
    const [first] = results;
    if (first !== undefined && results.every((result) => result === first)) return first;
    const reach = together(results.map((result) => result.reach));
    const shown = results.find((r) => r.reach === reach) ?? results.find((r) => r.reach !== 'closed') ?? first!;
    if (reach !== 'partial') return shown;
    const other = results.find((r) => r.reach !== shown.reach);
    const openTo = members.filter((_, i) => results[i]!.reach === 'open').map((at) => this.members[at]!.name);
    return { ...shown, reach, openTo, ...(other !== undefined && { counterWitness: other.witness }) };
  }

  /** @param put takes the result of each source, by its place. */
  fill(service: MatrixService, put: (source: number, result: MatrixResult) => void): void {
    this.sources.forEach((source, at) => {
      if (source.kind !== 'container' && source.kind !== 'network') put(at, this.engine.ask(source.clients, service).result);
    });
    for (const group of this.groups) this.askGroup(group, service);
    for (const network of this.networks) put(network.at, this.ofNetwork(network));
    for (const { at, member } of this.containers) put(at, this.results[member]!);
  }
}

/** Whether the sender received the packet itself, or a translated copy of it came back to it. */
function ownPart({ result }: Finding, netns: string, service: MatrixService): boolean {
  return service.leadsTo?.startsWith(`${netns}:`) === true || result.reason.includes(` in ${netns} `);
}

function without(names: readonly string[], name: string): readonly string[] {
  return names.includes(name) ? names.filter((n) => n !== name) : names;
}
