import type { Machine } from '../datapath/index.js';
import type { Origin } from '../model/origin.js';
import type { FlowProto, FlowRequest } from '../model/trace.js';
import { formatIp } from '../address/ip.js';
import type { FlowClass } from './flow-class.js';
import type { FlowFate } from './flow-fate.js';
import { Likenesses, type Likeness } from './likeness.js';
import { includes, subtract, toSet, type RangeSet } from './ranges.js';

/** A class that was walked, with what its flows are like. */
interface Pattern {
  readonly likeness: Likeness;
  readonly sender: Sender;
  readonly found: FlowClass;
  /** Whether a second flow, walked as well, came out as this one says. */
  state: 'alone' | 'confirmed' | 'refuted';
}

interface Sender {
  readonly key: string;
  readonly name: string;
  readonly addresses: readonly string[];
}

const CLIENT_PORT = 49152;
const ADDRESS_OR_NAME = /(?:::|\b[0-9a-f]{1,4}:(?:[0-9a-f]{1,4}:|:))[0-9a-f:.]*|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?/g;
const BEFORE_PORT = /(?::|port |tcp |udp )$/;

/** Names of one flow and what another calls them; undefined where one name would stand for two things. */
class Renaming {
  private readonly names = new Map<string, string>();
  private readonly ports = new Map<number, number>();
  private readonly origins = new Map<string, { readonly origin: Origin; readonly text?: string }>();
  private consistent = true;

  constructor(from: Pattern, likeness: Likeness, sender: Sender) {
    this.name(from.sender.name, sender.name);
    from.sender.addresses.forEach((ip, i) => this.name(ip, sender.addresses[i] ?? ''));
    from.likeness.bindings.forEach((one, i) => {
      const other = likeness.bindings[i]!;
      this.name(one.netns, other.netns);
      this.name(one.ip, other.ip);
      const port = this.ports.get(one.port);
      if (port !== undefined && port !== other.port) this.consistent = false;
      this.ports.set(one.port, other.port);
      one.origins.forEach(({ origin }, k) => this.origins.set(`${origin.file}:${origin.line}`, other.origins[k]!));
      if (one.shared !== other.shared)
        one.shared.forEach(({ origin }, k) => this.origins.set(`${origin.file}:${origin.line}`, other.shared[k]!));
    });
  }

  get usable(): boolean {
    return this.consistent;
  }

  private name(one: string, other: string): void {
    const known = this.names.get(one);
    if (known !== undefined && known !== other) this.consistent = false;
    this.names.set(one, other);
  }

  text(text: string): string {
    return text.replace(ADDRESS_OR_NAME, (word, at: number) => {
      if (/^\d+$/.test(word)) return BEFORE_PORT.test(text.slice(Math.max(0, at - 5), at)) ? String(this.port(Number(word))) : word;
      return this.names.get(word) ?? word;
    });
  }

  netns(name: string): string {
    return this.names.get(name) ?? name;
  }

  port(port: number): number {
    return this.ports.get(port) ?? port;
  }

  /** @returns undefined for a line of a namespace that nothing says is like the other's. */
  origin(origin: Origin): { readonly origin: Origin; readonly text?: string } | undefined {
    return this.origins.get(`${origin.file}:${origin.line}`) ?? (origin.file.startsWith('netns/') ? undefined : { origin });
  }

  /** A set of ports, each under its other name; undefined where that does not say which is which. */
  set(ports: RangeSet): RangeSet | undefined {
    const moved = [...this.ports].filter(([one, other]) => one !== other);
    const all = moved.flat();
    const inside = all.filter((port) => includes(ports, port));
    if (inside.length === 0 || inside.length === all.length) return ports;
    if (new Set(all).size < all.length) return undefined;
    const point = (port: number): readonly [number, number] => [port, port];
    const kept = subtract(ports, toSet(all.map(point)));
    const swapped = moved.flatMap(([one, other]) => [...(includes(ports, one) ? [other] : []), ...(includes(ports, other) ? [one] : [])]);
    return toSet([...kept, ...swapped.map(point)]);
  }
}

function renamedFate(fate: FlowFate, names: Renaming): FlowFate | undefined {
  const { decidedBy, decidingRule, delivered, unheardIn, reason, rewritten, touched, outcome } = fate;
  const decided = decidedBy === undefined ? undefined : names.origin(decidedBy);
  if (decidedBy !== undefined && decided === undefined) return undefined;
  const rule = decidingRule === undefined ? undefined : (decided?.text ?? decidingRule);
  // the rule's own text is not renamed word by word
  const parts = decidingRule === undefined ? [reason] : reason.split(decidingRule);
  return {
    outcome,
    reason: parts.map((part) => names.text(part)).join(rule ?? ''),
    ...(decided !== undefined && { decidedBy: decided.origin }),
    ...(rule !== undefined && { decidingRule: rule }),
    rewritten: rewritten.map((text) => names.text(text)),
    touched: touched.map((name) => names.netns(name)),
    ...(delivered !== undefined && { delivered: { netns: names.netns(delivered.netns), port: names.port(delivered.port) } }),
    ...(unheardIn !== undefined && { unheardIn: names.netns(unheardIn) }),
  };
}

const lone = (set: RangeSet): boolean => set.length === 1 && set[0]![0] === set[0]![1];

/** @param narrow whether the second tells of one port, and the first may tell of more. */
function same(one: FlowClass, other: FlowClass, narrow: boolean): boolean {
  const tell = ({ fate, outcomes, sports, dports, opaque }: FlowClass): string =>
    JSON.stringify([{ ...fate, touched: [...fate.touched].sort() }, outcomes, sports, narrow ? [] : dports, opaque]);
  return tell(one) === tell(other);
}

/**
 * Carries the fate of one flow over to flows that differ from it in names alone. A pattern is used only after a second walk
 * came out as it says.
 */
export class Renamings {
  private readonly likenesses: Likenesses;
  private readonly patterns = new Map<string, Pattern>();
  private readonly senders = new Map<string, Sender>();

  constructor(private readonly machine: Machine) {
    this.likenesses = new Likenesses(machine);
  }

  private sender(from: string, likeness: Likeness): Sender {
    const part = likeness.bindings.findIndex((b) => b.netns === from);
    const id = part > 0 || (part === 0 && from !== 'host') ? `part ${part}` : '';
    const known = this.senders.get(`${from} ${id}`);
    if (known !== undefined) return known;
    const ns = this.machine.namespaces.get(from);
    const group = ns === undefined || ns === this.machine.root ? from : (this.likenesses.groups.get(from) ?? from);
    const addresses =
      ns === undefined || ns === this.machine.root
        ? []
        : [...ns.interfaces.values()].flatMap((i) => i.addresses.map((a) => formatIp(a.ip)));
    const made = { key: `${group} ${id}`, name: from, addresses: addresses.filter((ip) => ip !== '127.0.0.1' && ip !== '::1') };
    this.senders.set(`${from} ${id}`, made);
    return made;
  }

  /** @returns a key that senders and addresses share whose ports all fare alike, names apart; undefined where nobody shares it. */
  allPorts(from: string, to: string, proto: FlowProto): string | undefined {
    const ports = this.likenesses.allPorts(to, proto);
    const likeness = ports === undefined ? undefined : this.likenesses.of(to, proto, 1);
    if (likeness === undefined || this.likenesses.apart(from, likeness, CLIENT_PORT)) return undefined;
    return `${this.sender(from, likeness).key} ${ports}`;
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
    const { from, to, proto, dport, sport = CLIENT_PORT, src } = request;
    if (proto === undefined || dport === undefined || src !== undefined) return walk(request);
    const likeness = this.likenesses.of(to, proto, dport);
    if (likeness === undefined || this.likenesses.apart(from, likeness, sport)) return walk(request);
    const sender = this.sender(from, likeness);
    const key = `${sender.key} ${likeness.key} ${sport === dport ? 'same' : sport}`;
    const pattern = this.patterns.get(key);
    if (pattern === undefined) {
      const found = walk(request);
      if (found.opaque === undefined) this.patterns.set(key, { likeness, sender, found, state: 'alone' });
      return found;
    }
    const renamed = pattern.state === 'refuted' ? undefined : this.renamed(pattern, request, likeness, sender);
    if (renamed === undefined) return walk(request);
    if (pattern.state === 'confirmed') return renamed;
    const found = walk(request);
    pattern.state = same(found, renamed, lone(renamed.dports)) ? 'confirmed' : 'refuted';
    return found;
  }

  private renamed(pattern: Pattern, request: FlowRequest, likeness: Likeness, sender: Sender): FlowClass | undefined {
    const names = new Renaming(pattern, likeness, sender);
    const { found } = pattern;
    if (!names.usable || (likeness.wide && !includes(found.dports, request.dport ?? 0))) return undefined;
    const fate = renamedFate(found.fate, names);
    const sports = names.set(found.sports);
    const dports: RangeSet = likeness.wide ? found.dports : [[request.dport ?? 0, request.dport ?? 0]];
    if (fate === undefined || sports === undefined) return undefined;
    return {
      sports,
      dports,
      witness: request,
      fate,
      outcomes: found.outcomes,
      met: found.met.map((port) => names.port(port)),
    };
  }
}
