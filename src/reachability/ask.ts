import type { Machine } from '../datapath/index.js';
import type { MatrixResult, MatrixService, Reach } from '../model/reachability.js';
import type { FlowRequest } from '../model/trace.js';
import { FlowClasses, type FlowClass } from './flow-class.js';
import { familyOfText, nearestAddresses } from './nearest.js';
import { ALL_PORTS, formatAddresses, formatPorts, subtract, toSet, type RangeSet } from './ranges.js';
import { ClientParts, MOST_SHOWN, type Client } from './sources.js';

/** More source-port classes than this are not looked at. */
const MOST_SPORT_CLASSES = 8;

/** What became of one client's packets, and which namespaces had a part in it. */
export interface Finding {
  readonly result: MatrixResult;
  readonly touched: ReadonlySet<string>;
}

/** What was met while asking. */
interface Notes {
  readonly touched: Set<string>;
  readonly met: Set<number>;
}

/** What a look at every port of an address found. */
interface Scan {
  /** Ports that get there, and nobody listens on. */
  readonly ports?: string;
  /** A port that shows it. */
  readonly port: number;
  readonly met: ReadonlySet<number>;
}

interface Asked {
  readonly client: Client;
  readonly result: MatrixResult;
}

function reachOf(found: FlowClass): Reach {
  const { outcomes, opaque } = found;
  if (opaque !== undefined) return 'unknown';
  const open = outcomes.filter((o) => o === 'connected').length;
  return found.fate.outcome === 'unknown' ? 'unknown' : open === 0 ? 'closed' : open === outcomes.length ? 'open' : 'unknown';
}

function resultOf({ fate, witness }: FlowClass, reach: Reach): MatrixResult {
  const { touched: _touched, unheardIn: _unheard, delivered: _delivered, ...shown } = fate;
  return { reach, ...shown, witness };
}

/** Combines findings about parts of a source or of a service. */
export function together(reaches: readonly Reach[]): Reach {
  const [first] = reaches;
  if (first !== undefined && reaches.every((r) => r === first)) return first;
  return reaches.some((r) => r === 'open' || r === 'partial') ? 'partial' : 'unknown';
}

const RANK: Readonly<Record<Reach, number>> = { open: 0, partial: 1, unknown: 2, closed: 3 };

/** Asks who reaches what, one client and one service at a time. */
export class Reachability {
  readonly flows: FlowClasses;
  private readonly parts = new ClientParts();
  private readonly scanned = new Map<string, Scan>();

  constructor(readonly machine: Machine) {
    this.flows = new FlowClasses(machine);
  }

  private note(found: FlowClass, into: Notes): void {
    for (const name of found.fate.touched) into.touched.add(name);
    for (const port of found.met) into.met.add(port);
  }

  /** One client to one address, over all source ports. */
  private toAddress(client: Client, service: MatrixService, to: string, touched: Notes): MatrixResult {
    const request: FlowRequest = {
      from: client.from,
      to,
      proto: service.proto,
      ...(service.port !== undefined && { dport: service.port }),
    };
    const first = this.flows.classOf(request);
    this.note(first, touched);
    const result = resultOf(first, reachOf(first));
    let rest: RangeSet = subtract(ALL_PORTS, first.sports);
    let open: RangeSet = result.reach === 'open' ? first.sports : [];
    let counter: FlowRequest | undefined;
    for (let i = 0; rest.length > 0 && i < MOST_SPORT_CLASSES; i++) {
      const next = this.flows.classOf({ ...request, sport: Math.max(1, Number(rest[0]![0])) });
      this.note(next, touched);
      rest = subtract(rest, next.sports.length === 0 ? [rest[0]!] : [...next.sports]);
      if (Number(rest[0]?.[0] ?? 1) === 0) rest = subtract(rest, [[0, 0]]);
      const reach = reachOf(next);
      if (reach === 'open') open = toSet([...open, ...next.sports]);
      if (reach !== result.reach) counter ??= next.witness;
    }
    if (counter === undefined) return result;
    return { ...result, reach: open.length > 0 ? 'partial' : 'unknown', counterWitness: counter, openFrom: formatPorts(open) };
  }

  /** One client to a service, by the first of its addresses that answers. */
  private toService(client: Client, service: MatrixService, touched: Notes): MatrixResult | undefined {
    const usable = service.addresses.filter((text) => client.family === undefined || familyOfText(text) === client.family);
    let best: MatrixResult | undefined;
    for (const to of nearestAddresses(this.machine, client.from, usable)) {
      const result = this.toAddress(client, service, to, touched);
      if (best === undefined || RANK[result.reach] < RANK[best.reach]) best = result;
      if (best.reach === 'open') break;
    }
    return best;
  }

  /** Ports of a namespace that a client's packets get to and nobody listens on. */
  private unlistened(client: Client, service: MatrixService, touched: Notes): MatrixResult | undefined {
    const [to] = nearestAddresses(
      this.machine,
      client.from,
      service.addresses.filter((t) => client.family === undefined || familyOfText(t) === client.family),
    );
    if (to === undefined) return undefined;
    const key = this.flows.renamings.allPorts(client.from, to, service.proto);
    const known = key === undefined ? undefined : this.scanned.get(key);
    const scan = known ?? this.scan(client, service, to);
    if (scan === undefined) return undefined;
    if (key !== undefined) this.scanned.set(key, scan);
    for (const port of scan.met) touched.met.add(port);
    const shown = this.flows.classOf({ from: client.from, to, proto: service.proto, dport: scan.port });
    if (scan.ports !== undefined) this.note(shown, touched);
    return {
      ...resultOf(shown, scan.ports === undefined ? reachOf(shown) : 'open'),
      ...(scan.ports !== undefined && { ports: scan.ports }),
    };
  }

  /** Looks at every port of an address. */
  private scan(client: Client, service: MatrixService, to: string): Scan | undefined {
    const arrived: FlowClass[] = [];
    const met = new Set<number>();
    let other: FlowClass | undefined;
    for (const found of this.flows.byDestinationPort({ from: client.from, to, proto: service.proto })) {
      // who takes the other ports does not matter here
      if (found.fate.unheardIn === service.target) {
        arrived.push(found);
        for (const port of found.met) met.add(port);
      } else if (reachOf(found) !== 'open') {
        for (const port of found.met) met.add(port);
        other ??= found;
      }
    }
    const shown = arrived[0] ?? other;
    if (shown === undefined) return undefined;
    const ports = arrived.length === 0 ? undefined : formatPorts(subtract(toSet(arrived.flatMap((f) => [...f.dports])), [[0, 0]]));
    return { met, port: shown.witness.dport ?? 1, ...(ports !== undefined && { ports }) };
  }

  /** An outside client, parted further where rules that its packets met tell its addresses apart. */
  private inParts(client: Client, service: MatrixService, touched: Set<string>): readonly Asked[] {
    const asked: Asked[] = [];
    const open = [client];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const notes: Notes = { touched, met: new Set() };
      const result = service.kind === 'unlistened' ? this.unlistened(next, service, notes) : this.toService(next, service, notes);
      if (result === undefined) continue;
      const [own = next, ...others] = this.parts.of(next, notes.met);
      asked.push({ client: own, result });
      open.push(...others.reverse());
    }
    return asked;
  }

  /** What becomes of all clients of a source. */
  ask(clients: readonly Client[], service: MatrixService): Finding {
    const touched = new Set<string>();
    const asked = clients.flatMap((client) => this.inParts(client, service, touched));
    const [first] = asked;
    if (first === undefined) return { result: unaskable(clients, service), touched };
    const reach = together(asked.map((a) => a.result.reach));
    const shown = asked.find((a) => a.result.reach === reach) ?? asked.find((a) => a.result.reach !== 'closed') ?? first;
    const other = asked.find((a) => a.result.reach !== shown.result.reach);
    if (reach !== 'partial' || other === undefined) return { result: { ...shown.result, reach }, touched };
    const open = asked
      .filter((a) => a.result.reach === 'open')
      .flatMap((a) => (a.client.addresses === undefined ? [a.client.from] : shownAddresses(a.client.addresses)));
    return { result: { ...shown.result, reach, counterWitness: other.result.witness, openTo: open }, touched };
  }
}

const shown = new WeakMap<RangeSet, readonly string[]>();

/** The addresses of a class as text, written once: every cell of a row names them. */
function shownAddresses(addresses: RangeSet): readonly string[] {
  const known = shown.get(addresses);
  if (known !== undefined) return known;
  const text = formatAddresses(addresses, MOST_SHOWN);
  shown.set(addresses, text);
  return text;
}

function unaskable(clients: readonly Client[], service: MatrixService): MatrixResult {
  const witness: FlowRequest = {
    from: clients[0]?.from ?? '',
    to: service.addresses[0] ?? '',
    proto: service.proto,
    ...(service.port !== undefined && { dport: service.port }),
  };
  return {
    reach: 'closed',
    outcome: 'unreachable',
    reason: `${service.name} has no address of a family that the source has`,
    witness,
    rewritten: [],
  };
}
