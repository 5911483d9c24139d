import { DEFAULT_SPORT, type Machine } from '../../datapath/index.js';
import type { FlowProto, FlowRequest } from '../../model/trace.js';
import { JointRules } from './apart.js';
import { EveryPort } from './every-port.js';
import type { FlowClass } from '../classes/equivalence-class.js';
import type { FlowFate } from '../classes/flow-fate.js';
import { DestinationClasses, type DestinationClass } from './likeness.js';
import { renamedWords, Renaming, type Cast } from './names.js';
import { Senders } from './senders.js';
import type { SenderClass } from './sender.js';
import { includes, type RangeSet } from '../../address/ranges.js';
import { reachOf } from '../classes/reach-of.js';

/** A class that was walked, with what its flows are like. */
interface Pattern {
  readonly likeness: DestinationClass;
  readonly sender: SenderClass;
  readonly found: FlowClass;
  /** Whether a second flow, walked as well, came out as this one says. */
  state: 'alone' | 'confirmed' | 'refuted';
}

function renamedFate(fate: FlowFate, names: Renaming): FlowFate | undefined {
  const { delivered, unheardIn, outcome, cause } = fate;
  const words = renamedWords(fate, names);
  return (
    words && {
      outcome,
      cause,
      ...words,
      ...(delivered !== undefined && { delivered: { netns: names.netns(delivered.netns), port: names.port(delivered.port) } }),
      ...(unheardIn !== undefined && { unheardIn: names.netns(unheardIn) }),
    }
  );
}

const lone = (set: RangeSet): boolean => set.length === 1 && set[0]![0] === set[0]![1];

/** @param narrow whether the second tells of one port, and the first may tell of more. */
function same(one: FlowClass, other: FlowClass, narrow: boolean): boolean {
  const tell = ({ fate, outcomes, sports, dports, facing, opaque }: FlowClass): string =>
    JSON.stringify([{ ...fate, touched: [...fate.touched].sort() }, outcomes, sports, narrow ? [] : dports, facing, opaque]);
  return tell(one) === tell(other);
}

/** What a pattern tells of another flow without its words. */
export interface CarriedOver {
  /** The flow that it is told by. */
  readonly found: FlowClass;
  readonly met: readonly number[];
  readonly unheardIn?: string;
}

/** Patterns by sender, destination and source port. */
class Patterns {
  private readonly known = new Map<string, Map<number | string, Pattern>>();

  of(sender: SenderClass): Map<number | string, Pattern> {
    let own = this.known.get(sender.key);
    if (own === undefined) this.known.set(sender.key, (own = new Map<number | string, Pattern>()));
    return own;
  }
}

const patternKey = ({ key }: DestinationClass, sport: number, dport: number): number | string =>
  sport === dport ? `${key} same` : sport === DEFAULT_SPORT ? key : `${key} ${sport}`;

/**
 * Carries the fate of one flow over to flows that differ from it in names alone. A pattern is used only after a second walk
 * came out as it says.
 */
export class Renamings {
  readonly likenesses: DestinationClasses;
  private readonly patterns = new Patterns();
  readonly senders: Senders;
  readonly apart: JointRules;
  private readonly everyPort: EveryPort;

  constructor(machine: Machine) {
    this.likenesses = new DestinationClasses(machine);
    this.senders = new Senders(machine, this.likenesses.groups);
    this.apart = new JointRules(machine, this.likenesses.rules, this.likenesses.metByAnswers);
    this.everyPort = new EveryPort(machine, this.likenesses);
  }

  /** @returns a key that senders and addresses share whose ports all fare alike, names apart; undefined where nobody shares it. */
  allPorts(from: string, to: string, proto: FlowProto): string | undefined {
    const ports = this.everyPort.of(to, proto);
    const likeness = ports === undefined ? undefined : this.likenesses.of(to, proto, 1);
    if (likeness === undefined || this.apart.of(from, likeness.bindings, DEFAULT_SPORT)) return undefined;
    return `${this.senders.of(from, likeness.bindings).key} ${ports}`;
  }

  /** The confirmed pattern of a flow from a client's usual port to one that something singles out. */
  private confirmed(from: string, to: string, proto: FlowProto, dport: number): (Cast & { readonly pattern: Pattern }) | undefined {
    const likeness = this.likenesses.of(to, proto, dport);
    if (likeness === undefined || likeness.wide || dport === DEFAULT_SPORT) return undefined;
    const { bindings } = likeness;
    if (this.apart.of(from, bindings, DEFAULT_SPORT)) return undefined;
    const sender = this.senders.of(from, bindings);
    const pattern = this.patterns.of(sender).get(patternKey(likeness, DEFAULT_SPORT, dport));
    return pattern?.state === 'confirmed' ? { pattern, sender, bindings } : undefined;
  }

  /** @returns whether a confirmed pattern tells that somebody answers such a flow. */
  answered(from: string, to: string, proto: FlowProto, dport: number): boolean {
    const found = this.confirmed(from, to, proto, dport)?.pattern.found;
    return found !== undefined && found.fate.unheardIn === undefined && reachOf(found) === 'open';
  }

  /**
   * @returns what a confirmed pattern tells of a flow from a client's usual port to one that something singles out: no more
   *   than who had no listener for it, and which ports were met.
   */
  carriedOver(from: string, to: string, proto: FlowProto, dport: number): CarriedOver | undefined {
    const known = this.confirmed(from, to, proto, dport);
    if (known === undefined) return undefined;
    const { pattern, sender, bindings } = known;
    const { found } = pattern;
    const own = pattern.likeness.bindings;
    const port = (value: number): number => bindings[own.findLastIndex((b) => b.port === value)]?.port ?? value;
    if (own.some((b, i) => port(b.port) !== bindings[i]!.port)) return undefined;
    const { unheardIn } = found.fate;
    const name = unheardIn === pattern.sender.name ? sender.name : bindings[own.findIndex((b) => b.netns === unheardIn)]?.netns;
    return { found, met: found.met.map(port), ...(unheardIn !== undefined && { unheardIn: name ?? unheardIn }) };
  }

  /** Who fares alike as a sender: the group of each container. */
  get groups(): ReadonlyMap<string, string> {
    return this.likenesses.groups;
  }

  /**
   * @param walk walks the flow itself; used where no other flow tells what comes of it.
   * @returns the class of a flow.
   */
  classOf(request: FlowRequest, walk: (request: FlowRequest) => FlowClass): FlowClass {
    const { from, to, proto, dport, sport = DEFAULT_SPORT, src } = request;
    if (proto === undefined || dport === undefined || src !== undefined) return walk(request);
    const likeness = this.likenesses.of(to, proto, dport);
    if (likeness === undefined || this.apart.of(from, likeness.bindings, sport)) return walk(request);
    const sender = this.senders.of(from, likeness.bindings);
    const patterns = this.patterns.of(sender);
    const key = patternKey(likeness, sport, dport);
    const pattern = patterns.get(key);
    if (pattern === undefined) {
      const found = walk(request);
      if (found.opaque === undefined) patterns.set(key, { likeness, sender, found, state: 'alone' });
      return found;
    }
    const renamed = pattern.state === 'refuted' ? undefined : this.renamed(pattern, request, likeness, sender);
    if (renamed === undefined) return walk(request);
    if (pattern.state === 'confirmed') return renamed;
    const found = walk(request);
    pattern.state = same(found, renamed, lone(renamed.dports)) ? 'confirmed' : 'refuted';
    return found;
  }

  private renamed(pattern: Pattern, request: FlowRequest, likeness: DestinationClass, sender: SenderClass): FlowClass | undefined {
    const names = new Renaming({ sender: pattern.sender, bindings: pattern.likeness.bindings }, { sender, bindings: likeness.bindings });
    const { found } = pattern;
    if (!names.usable || (likeness.wide && !includes(found.dports, request.dport ?? 0))) return undefined;
    const fate = renamedFate(found.fate, names);
    const sports = names.set(found.sports);
    const dports: RangeSet = likeness.wide ? found.dports : [[request.dport ?? 0, request.dport ?? 0]];
    const facing = found.facing === undefined ? undefined : names.set(found.facing);
    if (fate === undefined || sports === undefined || (found.facing !== undefined && facing === undefined)) return undefined;
    return {
      sports,
      dports,
      ...(facing !== undefined && { facing }),
      witness: request,
      fate,
      outcomes: found.outcomes,
      met: found.met.map((port) => names.port(port)),
    };
  }
}
