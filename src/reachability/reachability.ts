import { causeOf, wordsOf, type Machine, type Reason } from '../datapath/index.js';
import { PARTS, type MatrixResult, type MatrixService, type Reach, type SourcePart } from '../model/reachability.js';
import type { FlowRequest } from '../model/trace.js';
import { SymmetricResults, type SourceResult, type SourcePorts } from './symmetry/findings.js';
import type { PairResult } from './symmetry/template.js';
import { FlowClasses } from './classes/flow-class.js';
import { sportsAt, type FlowClass } from './classes/equivalence-class.js';
import { familyOfText, nearestAddresses } from './nearest.js';
import { MOST_SPORT_CLASSES } from './classes/patience.js';
import { PortScans } from './classes/port-scan.js';
import { ALL_PORTS, formatPorts, subtract, toSet, type RangeSet } from '../address/ranges.js';
import { reachOf } from './classes/reach-of.js';
import { JoinedClients } from './joined-clients.js';
import { allAddressesOf, ClientParts, shownAddresses, type SourceClass } from './sources.js';

/** What was met while asking. */
interface Notes {
  readonly touched: Set<string>;
  readonly took: Set<string>;
  readonly met: Set<number>;
  sourcePorts: SourcePorts;
}

interface ClientResult {
  readonly client: SourceClass;
  readonly result: MatrixResult;
}

function resultOf({ fate, opaque }: FlowClass, reach: Reach, witness: FlowRequest): MatrixResult {
  const { touched: _touched, unheardIn: _unheard, delivered: _delivered, ...shown } = fate;
  if (opaque === undefined) return { reach, ...shown, witness };
  const looks = `the rule in line ${opaque.line} of ${opaque.file} looks at more of a packet than addresses and ports`;
  return { reach, ...shown, reason: `${shown.reason}; ${looks}, so that others may fare otherwise`, witness };
}

/** What is added where not all source ports are told of. */
function alsoUntold(untold: RangeSet, unseen: RangeSet): string {
  const ports = formatPorts(untold);
  const told = ports === '' ? '' : `; the snapshot does not tell what comes of source port${/\D/.test(ports) ? 's' : ''} ${ports}`;
  return unseen.length === 0 ? told : `${told}; source ports ${formatPorts(unseen)} were not looked at`;
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
  readonly alike: SymmetricResults;
  private readonly parts = new ClientParts();
  private readonly joined = new JoinedClients();
  private readonly scans: PortScans;

  constructor(readonly machine: Machine) {
    this.flows = new FlowClasses(machine);
    this.scans = new PortScans(this.flows);
    this.alike = new SymmetricResults(machine, this.flows.renamings);
  }

  private note(found: FlowClass, into: Notes): void {
    const { touched, delivered } = found.fate;
    for (const name of touched) into.touched.add(name);
    if (delivered !== undefined) into.took.add(delivered.netns);
    for (const port of found.met) into.met.add(port);
  }

  /** One client to one address, over all source ports. */
  private toAddress(client: SourceClass, service: MatrixService, to: string, touched: Notes): MatrixResult {
    const request: FlowRequest = {
      from: client.from,
      to,
      proto: service.proto,
      ...(service.port !== undefined && { dport: service.port }),
    };
    const first = this.flows.classOf(request);
    this.note(first, touched);
    const result = resultOf(first, reachOf(first), request);
    const own = sportsAt(first, service.port ?? 0);
    let rest: RangeSet = subtract(ALL_PORTS, own);
    if (rest.length > 0) {
      const alone = rest.length === 1 && rest[0]![0] === rest[0]![1] && rest[0]![0] === request.dport;
      touched.sourcePorts = alone && touched.sourcePorts !== 'in classes' ? 'its own apart' : 'in classes';
    }
    let open: RangeSet = result.reach === 'open' ? own : [];
    let untold: RangeSet = result.reach === 'unknown' ? own : [];
    let counter: FlowRequest | undefined;
    for (let i = 0; rest.length > 0 && i < MOST_SPORT_CLASSES; i++) {
      const other = { ...request, sport: Math.max(1, Number(rest[0]![0])) };
      const next = this.flows.classOf(other);
      this.note(next, touched);
      const theirs = toSet([...sportsAt(next, service.port ?? 0), [other.sport, other.sport]]);
      rest = subtract(rest, theirs);
      if (Number(rest[0]?.[0] ?? 1) === 0) rest = subtract(rest, [[0, 0]]);
      const reach = reachOf(next);
      if (reach === 'open') open = toSet([...open, ...theirs]);
      else if (reach === 'unknown') untold = toSet([...untold, ...theirs]);
      if (reach !== result.reach) counter ??= other;
    }
    if (counter === undefined && rest.length === 0) return result;
    const reason = `${result.reason}${alsoUntold(counter === undefined ? [] : untold, rest)}`;
    if (counter === undefined) return { ...result, reach: 'unknown', reason };
    return { ...result, reach: open.length > 0 ? 'partial' : 'unknown', reason, counterWitness: counter, openFrom: formatPorts(open) };
  }

  /** One client to a service, by the first of its addresses that answers. */
  private toService(client: SourceClass, service: MatrixService, touched: Notes): MatrixResult | undefined {
    const usable = service.addresses.filter((text) => client.family === undefined || familyOfText(text) === client.family);
    // a published port is meant for the uplinks, which come first; who cannot use those may find it at a bridge's own address
    const inOrder = service.kind === 'published' ? usable : nearestAddresses(this.machine, client.from, usable);
    return this.bestOf(inOrder, (to) => this.toAddress(client, service, to, touched));
  }

  /** Ports of a namespace that a client's packets get to and nobody listens on: by the address where most is open, the nearest first. */
  private unlistened(client: SourceClass, service: MatrixService, touched: Notes): MatrixResult | undefined {
    const usable = service.addresses.filter((text) => client.family === undefined || familyOfText(text) === client.family);
    return this.bestOf(nearestAddresses(this.machine, client.from, usable), (to) => this.unlistenedAt(client, service, to, touched));
  }

  /** The same at one address. @returns undefined where somebody takes them all. */
  private unlistenedAt(client: SourceClass, service: MatrixService, to: string, touched: Notes): MatrixResult | undefined {
    const scan = this.scans.of(client.from, to, service);
    if (scan === undefined) return undefined;
    for (const port of scan.met) touched.met.add(port);
    const shown = this.flows.classOf({ from: client.from, to, proto: service.proto, dport: scan.port });
    if (scan.ports !== undefined) this.note(shown, touched);
    return {
      ...resultOf(shown, scan.ports === undefined ? reachOf(shown) : 'open', shown.witness),
      ...(scan.ports !== undefined && { ports: scan.ports }),
    };
  }

  /** @returns the result at the address where most is open, of several alike the first; one that is not closed is never hidden by one that is. */
  private bestOf(addresses: readonly string[], ask: (to: string) => MatrixResult | undefined): MatrixResult | undefined {
    let best: MatrixResult | undefined;
    for (const to of addresses) {
      const result = ask(to);
      if (result !== undefined && (best === undefined || RANK[result.reach] < RANK[best.reach])) best = result;
      if (best?.reach === 'open' || (result !== undefined && this.isGivenUp(result))) break;
    }
    return best;
  }

  /** An outside client, parted further where rules that its packets met tell its addresses apart. */
  private inParts(client: SourceClass, service: MatrixService, all: Notes): readonly ClientResult[] {
    const asked: ClientResult[] = [];
    const open = [client];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const notes: Notes = { ...all, met: new Set() };
      const result = service.kind === 'unlistened' ? this.unlistened(next, service, notes) : this.toService(next, service, notes);
      if (notes.sourcePorts !== 'all alike') all.sourcePorts = all.sourcePorts === 'in classes' ? 'in classes' : notes.sourcePorts;
      if (result === undefined) continue;
      const [own = next, ...others] = this.parts.of(next, notes.met);
      asked.push({ client: own, result });
      for (const other of others.reverse()) open.push(other);
    }
    return asked;
  }

  /** Whether a result says that nothing more is walked for this question. */
  private isGivenUp({ reach, cause }: MatrixResult): boolean {
    return this.machine.toil.isOver && reach === 'unknown' && cause.kind === 'too-much';
  }

  /** Each client in parts; once nothing more is walked, all that are left are as unknown as the first of them. */
  private askEach(clients: readonly SourceClass[], service: MatrixService, notes: Notes): readonly ClientResult[] {
    const asked: ClientResult[] = [];
    for (const [i, client] of clients.entries()) {
      for (const one of this.inParts(client, service, notes)) asked.push(one);
      const last = asked.at(-1);
      if (last === undefined || !this.isGivenUp(last.result)) continue;
      for (const left of this.joined.from(clients, i + 1)) asked.push({ client: left, result: last.result });
      break;
    }
    return asked;
  }

  /** What becomes of all clients of a source. */
  ask(clients: readonly SourceClass[], service: MatrixService): PairResult {
    return this.alike.finding(clients, service, () => this.askAnew(clients, service));
  }

  /** Finds out what becomes of all clients of a source, whatever became of others. */
  askAnew(clients: readonly SourceClass[], service: MatrixService): SourceResult {
    const notes: Notes = { touched: new Set(), took: new Set(), met: new Set(), sourcePorts: 'all alike' };
    const asked = this.askEach(clients, service, notes);
    const result = combined(asked, clients, service);
    const sourcePorts = asked.length === 0 ? 'in classes' : notes.sourcePorts;
    return { result, touched: [...notes.touched], took: [...notes.took], sourcePorts };
  }
}

function partOf({ client, result: { reach, cause, openFrom, ports } }: ClientResult): SourcePart {
  return {
    ...{ reach, addresses: () => allAddressesOf(client), ...(cause.kind === 'too-much' && { givenUp: true as const }) },
    ...(openFrom !== undefined && { openFrom }),
    ...(ports !== undefined && { ports }),
  };
}

/** Puts together what became of the parts of a source. */
function combined(asked: readonly ClientResult[], clients: readonly SourceClass[], service: MatrixService): MatrixResult {
  const [first] = asked;
  if (first === undefined) return unaskable(clients, service);
  const reach = together(asked.map((a) => a.result.reach));
  const shown = asked.find((a) => a.result.reach === reach) ?? asked.find((a) => a.result.reach !== 'closed') ?? first;
  const other = asked.find((a) => a.result.reach !== shown.result.reach);
  const unlike = asked.some((a) => a.result.ports !== first.result.ports) && { [PARTS]: asked.map(partOf) };
  if (reach !== 'partial' || other === undefined) return { ...shown.result, reach, ...unlike };
  const open = asked.filter((a) => a.result.reach === 'open').flatMap((a) => shownAddresses(a.client));
  return {
    ...shown.result,
    reach,
    counterWitness: other.result.witness,
    ...(open.length > 0 && { openTo: open }),
    [PARTS]: asked.map(partOf),
  };
}

/** Nobody to ask by, or of the ports that nobody listens on none is left: somebody takes them all. */
function unaskable(clients: readonly SourceClass[], { name, kind, target, addresses, proto, port = 1 }: MatrixService): MatrixResult {
  const fits = (client: SourceClass, to: string): boolean => client.family === undefined || familyOfText(to) === client.family;
  const taken = kind === 'unlistened' && clients.some((client) => addresses.some((to) => fits(client, to)));
  const why: Reason = taken ? { kind: 'all-ports-taken', proto, target } : { kind: 'no-common-family', service: name };
  const witness: FlowRequest = { from: clients[0]?.from ?? '', to: addresses[0] ?? '', proto, dport: port };
  return { reach: 'closed', outcome: 'unreachable', cause: causeOf(why), reason: wordsOf(why), witness, rewritten: [] };
}
