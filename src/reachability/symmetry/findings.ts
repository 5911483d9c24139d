import { DEFAULT_SPORT, type Machine } from '../../datapath/index.js';
import type { MatrixService } from '../../model/reachability.js';
import { templateOf, type PairResult, type FindingTemplate, type PairFlow } from './template.js';
import type { DestinationClass } from './likeness.js';
import type { Binding } from './binding.js';
import type { SenderClass } from './sender.js';
import { familyOfText, nearestAddresses } from '../nearest.js';
import type { Renamings } from './renaming.js';
import type { SourceClass } from '../sources.js';

/** A finding that others may be told by, once a second one came out as it says. */
type Pattern =
  | { readonly state: 'alone'; readonly asked: SourceResult; readonly question: PairFlow }
  | { readonly state: 'confirmed'; readonly fill: FindingTemplate; readonly sourcePorts: SourcePorts }
  | { readonly state: 'refuted' };

/** What tells a service from others, at its addresses in one order. */
interface Kind {
  readonly key: number;
  readonly addresses: readonly string[];
  readonly likenesses: readonly DestinationClass[];
  readonly bindings: readonly Binding[];
}

/** How a finding depends on the ports that its source sends from. */
export type SourcePorts = 'all alike' | 'its own apart' | 'in classes';

export interface SourceResult extends PairResult {
  readonly sourcePorts: SourcePorts;
}

/** Which of these texts are the same. */
function shape(texts: readonly (string | number)[]): string {
  return texts.map((text) => texts.indexOf(text)).join();
}

const tell = ({ result, touched, took }: PairResult): string => JSON.stringify([{ ...result }, [...touched].sort(), [...took].sort()]);

/** The same members in the same order: findings are compared as text. */
function ordered({ result, touched, took }: PairResult): PairResult {
  const entries = Object.entries(result).sort(([a], [b]) => (a < b ? -1 : 1));
  return { result: Object.fromEntries(entries) as unknown as PairResult['result'], touched, took };
}

/**
 * Carries what became of one source's packets to one service over to pairs that differ from it in names alone: hosts with
 * many containers set up alike are asked about two of each kind.
 */
export class SymmetricResults {
  private readonly patterns = new Map<string, Pattern>();
  private readonly outside = new WeakMap<readonly SourceClass[], string>();
  private readonly keys = new Map<string, number>();
  private current: { readonly service: MatrixService; readonly kinds: Map<string, Kind | undefined> } | undefined;
  private outsides = 0;

  constructor(
    private readonly machine: Machine,
    private readonly renamings: Renamings,
  ) {}

  private kindAnew(service: MatrixService, addresses: readonly string[]): Kind | undefined {
    const { proto, port } = service;
    if (port === undefined || service.kind === 'unlistened' || addresses.length === 0) return undefined;
    const likenesses: DestinationClass[] = [];
    for (const to of addresses) {
      const likeness = this.renamings.likenesses.of(to, proto, port);
      if (likeness === undefined || likeness.wide) return undefined;
      likenesses.push(likeness);
    }
    const bindings = likenesses.flatMap((likeness) => likeness.bindings);
    const text = [
      proto,
      ...likenesses.map(({ key }, i) => `${familyOfText(addresses[i]!)} ${key}`),
      shape(bindings.map((b) => b.netns)),
      shape(bindings.map((b) => b.ip)),
      shape([port, ...bindings.map((b) => b.port)]),
    ].join('\n');
    let key = this.keys.get(text);
    if (key === undefined) this.keys.set(text, (key = this.keys.size));
    return { key, addresses, likenesses, bindings };
  }

  /** What a service is like; services are asked about one after the other. */
  private kind(service: MatrixService, addresses: readonly string[]): Kind | undefined {
    if (this.current?.service !== service) this.current = { service, kinds: new Map() };
    const name = addresses.join();
    const { kinds } = this.current;
    if (!kinds.has(name)) kinds.set(name, this.kindAnew(service, addresses));
    return kinds.get(name);
  }

  /** Sources of one key, outside ones by the list that they come in; undefined where nothing stands for them. */
  private source(
    clients: readonly SourceClass[],
    bindings: readonly Binding[],
  ): { readonly key: string; readonly sender: SenderClass } | undefined {
    const [first] = clients;
    if (first === undefined) return undefined;
    const sender = this.renamings.senders.of(first.from, bindings);
    if (clients.every((client) => client.addresses !== undefined)) {
      let key = this.outside.get(clients);
      if (key === undefined) this.outside.set(clients, (key = `outside ${this.outsides++}`));
      return { key, sender };
    }
    if (clients.length > 1 || first.addresses !== undefined || first.family !== undefined) return undefined;
    const strange = bindings.some((b) => b.netns !== first.from && sender.addresses.includes(b.ip));
    return strange ? undefined : { key: sender.key, sender };
  }

  private apart(clients: readonly SourceClass[], { likenesses }: Kind, sport: number): boolean {
    const [first] = clients;
    return first === undefined || likenesses.some((likeness) => this.renamings.apart.of(first.from, likeness.bindings, sport));
  }

  /**
   * @param ask finds out anew; used where no other finding tells.
   * @returns what becomes of the packets of a source to a service.
   */
  finding(clients: readonly SourceClass[], service: MatrixService, ask: () => SourceResult): PairResult {
    const outside = clients[0]?.addresses !== undefined;
    const usable = outside ? service.addresses : nearestAddresses(this.machine, clients[0]?.from ?? '', service.addresses);
    const kind = this.kind(service, usable);
    const source = kind === undefined ? undefined : this.source(clients, kind.bindings);
    if (kind === undefined || source === undefined || service.port === undefined) return ask();
    if (this.apart(clients, kind, DEFAULT_SPORT)) return ask();
    const key = `${source.key} ${kind.key}`;
    const pattern = this.patterns.get(key);
    const question: PairFlow = { cast: { sender: source.sender, bindings: kind.bindings }, addresses: usable, port: service.port };
    const usual = pattern?.state === 'confirmed' && pattern.sourcePorts === 'all alike';
    if (usual) return pattern.fill(question);
    if (pattern?.state === 'refuted' || this.apart(clients, kind, service.port)) return ask();
    if (pattern?.state === 'confirmed') return pattern.fill(question);
    const asked = ask();
    const next = pattern === undefined ? first(asked, question) : second(pattern, asked, question);
    this.patterns.set(key, next);
    return asked;
  }
}

function first(asked: SourceResult, question: PairFlow): Pattern {
  return asked.sourcePorts === 'in classes' ? { state: 'refuted' } : { state: 'alone', asked, question };
}

function second(pattern: Pattern, asked: SourceResult, question: PairFlow): Pattern {
  if (pattern.state !== 'alone' || asked.sourcePorts !== pattern.asked.sourcePorts) return { state: 'refuted' };
  const fill = templateOf(pattern.asked, pattern.question);
  const alike = fill !== undefined && tell(ordered(fill(question))) === tell(ordered(asked));
  return alike ? { state: 'confirmed', fill, sourcePorts: asked.sourcePorts } : { state: 'refuted' };
}
