import { contains, exampleOf, familyOf, formatIp, isLoopback, parseIp, type Family, type Ip } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import type { NetnsState } from '../datapath/netns-state.js';
import type { ListeningSocket } from '../model/host.js';
import type { Rule } from '../model/netfilter.js';
import type { MatrixService } from '../model/reachability.js';
import { mappedOnto } from './mapped-addresses.js';

const TARGET = / -j (?:DNAT --to-destination (\S+)|REDIRECT(?: --to-ports (\d+))?)/;
const PORTS = /( !)? --(?:dport|destination-port|dports|destination-ports) (\S+)/;
/** Where every packet comes by: a rule there without an address or a port takes them all. */
const BUILT_IN: ReadonlySet<string> = new Set(['PREROUTING', 'OUTPUT']);
type Proto = 'tcp' | 'udp';
const BOTH: readonly Proto[] = ['tcp', 'udp'];
const PROTOS: ReadonlyMap<number, Proto> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
]);
/** Of longer ranges the two ends stand for the rest. */
const MOST_PORTS = 16;

/** Where a rule sends what it takes. */
interface Destination {
  /** The namespace that has the address, or the address where nobody in the snapshot has it. */
  readonly name: string;
  readonly owner?: NetnsState;
  /** Absent: the address at which the packet came in. */
  readonly ip?: Ip;
  /** Absent: the port asked for. */
  readonly port?: number;
}

function portsOf(text: string): readonly number[] {
  return text.split(',').flatMap((word) => {
    const [lo = 0, hi = lo] = word.split(':').map(Number);
    if (!Number.isInteger(lo) || !Number.isInteger(hi) || lo < 1 || hi > 65535 || hi < lo) return [];
    return hi - lo < MOST_PORTS ? Array.from({ length: hi - lo + 1 }, (_, i) => lo + i) : [lo, hi];
  });
}

function destinationOf(machine: Machine, to: string | undefined, redirected: string | undefined): Destination {
  if (to === undefined) return { name: 'host', owner: machine.root, ...(redirected !== undefined && { port: Number(redirected) }) };
  const [, v6, v4, own] = /^(?:\[([0-9a-f:]+)\]|([0-9.]+)|[^:]*)(?:-[^:]*)?(?::(\d+))?/.exec(to) ?? [];
  const ip = parseIp(v6 ?? v4 ?? to);
  const owner = ip === undefined ? undefined : machine.ownerOf(ip);
  const name = owner?.name ?? (ip === undefined ? to : formatIp(ip));
  return { name, ...(owner !== undefined && { owner }), ...(ip !== undefined && { ip }), ...(own !== undefined && { port: Number(own) }) };
}

/** Ports at which somebody listens at an address of a namespace; at any address that others ask for, where none is told. */
function listenedAt({ netns }: NetnsState, proto: Proto, at: Ip | undefined): readonly number[] {
  const takes = ({ ip }: ListeningSocket): boolean => ip === undefined || (at === undefined ? !isLoopback(ip) : ip === at);
  return [...new Set(netns.sockets.filter((s) => s.proto === proto && takes(s)).map((s) => s.port))];
}

/** Ports that show what a rule takes: those it names, else those that lead to somebody who listens. */
function portsAsked({ head, text, chain }: Rule, proto: Proto, to: Destination): readonly number[] {
  const [, negated, ports] = PORTS.exec(text) ?? [];
  if (ports !== undefined && negated === undefined) return portsOf(ports);
  if (head?.dst === undefined && !BUILT_IN.has(chain)) return [];
  const spared = new Set(portsOf(ports ?? ''));
  const heard = to.owner === undefined ? [] : listenedAt(to.owner, proto, to.ip);
  const leading = to.port === undefined ? heard : [to.port];
  return leading.filter((port) => !spared.has(port));
}

/** One address that shows what a rule takes. */
function addressOf({ head }: Rule, family: Family, own: readonly Ip[]): Ip | undefined {
  const same = own.filter((ip) => familyOf(ip) === family);
  const dst = head?.dst;
  if (dst === undefined) return same[0];
  if (dst.negated) return same.find((ip) => !contains(dst.value, ip));
  return same.find((ip) => contains(dst.value, ip)) ?? exampleOf(dst.value);
}

/** Services by name; one that several rules forward is asked for at the addresses of all. */
class Forwarded {
  readonly services = new Map<string, MatrixService>();

  constructor(
    private readonly own: readonly Ip[],
    private readonly known: ReadonlySet<string>,
  ) {}

  add(rule: Rule, ip: Ip, proto: Proto, port: number, target: string, toPort: number): void {
    const address = formatIp(ip);
    const bound = `${address.includes(':') ? `[${address}]` : address}:${port}/${proto}`;
    const name = this.own.includes(ip) ? `host:${port}/${proto}` : bound;
    if (this.known.has(name) || this.known.has(bound)) return;
    const known = this.services.get(name);
    const addresses = [...new Set([...(known?.addresses ?? []), address])];
    const service = { name, kind: 'forwarded', target, proto, port, leadsTo: `${target}:${toPort}`, origin: rule.origin } as const;
    this.services.set(name, { ...service, ...known, addresses });
  }
}

/**
 * Ports that rules of the host send on without Docker's doing: DNAT, REDIRECT and NETMAP that somebody wrote by hand.
 * @param own addresses of the host.
 * @param known names that others have already.
 */
export function forwardedServices(machine: Machine, own: readonly Ip[], known: ReadonlySet<string>): readonly MatrixService[] {
  const found = new Forwarded(own, known);
  for (const { family, tables } of machine.root.netns.rulesets) {
    for (const rule of [...(tables.get('nat')?.chains.values() ?? [])].flatMap((chain) => chain.rules)) {
      const target = TARGET.exec(rule.text);
      const address = target === null ? undefined : addressOf(rule, family, own);
      if (target === null || address === undefined) continue;
      const to = destinationOf(machine, target[1], target[2]);
      for (const proto of protosOf(rule))
        for (const port of portsAsked(rule, proto, to)) found.add(rule, address, proto, port, to.name, to.port ?? port);
    }
  }
  for (const { rule, ip, owner, own: to } of mappedOnto(machine))
    for (const proto of protosOf(rule)) for (const port of listenedAt(owner, proto, to)) found.add(rule, ip, proto, port, owner.name, port);
  return [...found.services.values()];
}

function protosOf({ head }: Rule): readonly Proto[] {
  if (head?.proto === undefined) return BOTH;
  return BOTH.filter((proto) => (PROTOS.get(head.proto!.value) === proto) !== head.proto!.negated);
}
