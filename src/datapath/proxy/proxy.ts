import { familyOf, type Family, type Ip } from '../../address/ip.js';
import { ENGINE, engineMajor, evidenceOf, standInsOf, type StandIn } from '../../inventory/index.js';
import type { Container, ListeningSocket } from '../../model/host.js';
import type { Rule } from '../../model/netfilter.js';
import type { Lack } from '../../model/lack.js';
import { soleAddress, conjuncts, type Field, type Predicate } from '../../netfilter/index.js';
import { type TableFacts, factsIn } from '../../netfilter/iptables/index.js';
import { addTo } from '../lists-by-key.js';
import type { Machine } from '../machine/machine.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { ProxyTarget } from './target.js';

const PROTOCOLS = [
  ['tcp', 6],
  ['udp', 17],
] as const;

/** 127.0.0.1 */
const LOOPBACK = 0x7f000001;

function isExactly(condition: Predicate, field: Field, value: number): boolean {
  if (condition.op !== 'in' || condition.field !== field) return false;
  const [first] = condition.ranges;
  return condition.ranges.length === 1 && first?.[0] === value && first[1] === value;
}

/** Where a rule leads, and for which address of the host: absent for any. */
interface Forwarded extends ProxyTarget {
  readonly at: Ip | undefined;
}

/** What is found out once a machine; lists are by protocol and port of the host. */
class Proxies {
  readonly targets = new Map<ListeningSocket, ProxyTarget | 'unknown' | undefined>();
  readonly onlyOnes = new Map<string, ProxyTarget | undefined>();
  private dnat: Map<string, Forwarded[]> | undefined;

  constructor(private readonly root: NetnsState) {}

  private addRule(rule: Rule, facts: TableFacts): void {
    const [target] = facts.of(rule).translates;
    const ip = target && soleAddress(target);
    const to = target?.ports?.[0];
    const asked = conjuncts(facts.predicate(rule));
    const proto = PROTOCOLS.find(([, number]) => asked.some((one) => isExactly(one, 'proto', number)))?.[0];
    const dport = asked
      .map((one) => (one.op === 'in' && one.field === 'dport' ? one.ranges[0]?.[0] : undefined))
      .find((one) => one !== undefined);
    if (target?.manip !== 'dst' || ip === undefined || to === undefined || proto === undefined || dport === undefined) return;
    const dst = asked.flatMap((one) => (one.op === 'in' && one.field === 'dst' && one.ranges.length === 1 ? one.ranges : []))[0];
    const at = dst !== undefined && dst[0] === dst[1] ? dst[0] : undefined;
    const found = { container: undefined, ip, port: to, origin: rule.origin, at };
    if (asked.some((one) => isExactly(one, 'dport', Number(dport)))) addTo(this.dnat!, `${proto} ${dport}`, found);
  }

  /** @returns where Docker's own rules for one port lead, over all listings. */
  dnatRules(proto: string, port: number): readonly Forwarded[] {
    if (this.dnat === undefined) {
      this.dnat = new Map();
      for (const { family, tables } of this.root.netns.rulesets) {
        const nat = tables.get('nat');
        for (const rule of nat?.chains.get('DOCKER')?.rules ?? []) this.addRule(rule, factsIn(nat!, family));
      }
    }
    return this.dnat.get(`${proto} ${port}`) ?? [];
  }
}

const known = new WeakMap<Machine, Proxies>();

function proxiesOf(machine: Machine): Proxies {
  let proxies = known.get(machine);
  if (proxies === undefined) known.set(machine, (proxies = new Proxies(machine.root)));
  return proxies;
}

/** The device of a namespace's default route. */
function defaultDevice(ns: NetnsState | undefined, family: Family): string | undefined {
  return ns?.netns.routes.find((r) => r.family === family && r.dst.length === 0 && r.type === 'unicast')?.nexthops[0]?.dev;
}

/**
 * The address by which docker-proxy dials a container: that of the network its default route uses (the gateway endpoint). Before Engine 28 there
 * is one such network for both families: where it has no IPv6, there is no default route of it either, and the container's IPv6 address of
 * another network is not dialled.
 */
function containerAddress(machine: Machine, container: Container, wanted: Family): Ip | undefined {
  const ns = machine.namespaces.get(container.netns);
  const own = defaultDevice(ns, wanted);
  const dev = own ?? defaultDevice(ns, wanted === 4 ? 6 : 4);
  const onDevice =
    dev === undefined ? undefined : ns?.interfaces.get(dev)?.addresses.find((a) => familyOf(a.ip) === wanted && a.scope !== 'link');
  if (onDevice !== undefined) return onDevice.ip;
  if (wanted === 6 && own === undefined && dev !== undefined) return undefined;
  const [chosen] = container.endpoints.filter((e) => (wanted === 4 ? e.ip : e.ip6) !== undefined);
  return wanted === 4 ? chosen?.ip : chosen?.ip6;
}

/** The IPv6 address of a container beside the IPv4 one that a rule names. */
function sixBeside(machine: Machine, ip: Ip): Ip | undefined {
  const cards = [...(machine.ownerOf(ip)?.interfaces.values() ?? [])];
  const card = cards.find((one) => one.addresses.some((a) => a.ip === ip));
  return card?.addresses.find((a) => familyOf(a.ip) === 6 && a.scope !== 'link')?.ip;
}

/**
 * The DNAT rule that Docker wrote for the same port says the target outright. A socket of one family dials the container by that family
 * where it has an address of it (allocatePortsInternal of Moby's bridge driver), also where no rule of that family was written.
 */
function fromRules(machine: Machine, { proto, port, family, dualStack, ip: own }: ListeningSocket): ProxyTarget | undefined {
  // the same port may be another container's at another address
  const rules = proxiesOf(machine)
    .dnatRules(proto, port)
    .filter(({ at }) => at === own || at === undefined || own === undefined);
  const wanted = dualStack ? 4 : family;
  const ofFamily = rules.filter(({ ip }) => familyOf(ip) === wanted);
  const [found] = [...ofFamily.filter(({ at }) => at === own), ...ofFamily, ...rules];
  if (found === undefined || familyOf(found.ip) === wanted || wanted === 4) return found;
  const ip = sixBeside(machine, found.ip);
  return ip === undefined ? found : { ...found, ip, inferred: "the IPv6 address of the container that Docker's rule for IPv4 leads to" };
}

/** Where the snapshot shows one container that listens on one port, a proxy can lead nowhere else it shows. */
function onlyListener(machine: Machine, proto: string): ProxyTarget | undefined {
  if (machine.host.containers.length > 0) return undefined;
  const found = [...machine.namespaces.values()]
    .filter((ns) => !ns.isHost)
    .flatMap((ns) => ns.netns.sockets.filter((s) => s.proto === proto && s.ip === undefined).map((socket) => ({ ns, socket })));
  const [only, ...more] = found;
  const ip = [...(only?.ns.interfaces.values() ?? [])]
    .filter((i) => i.detail.kind !== 'loopback')
    .flatMap((i) => i.addresses.filter((a) => familyOf(a.ip) === 4).map((a) => a.ip))[0];
  if (only === undefined || more.length > 0 || ip === undefined) return undefined;
  const inferred = 'the only container that listens in this snapshot, which lacks docker inspect';
  return { container: only.ns.name, ip, port: only.socket.port, origin: only.socket.origin, inferred };
}

/**
 * docker-proxy (cmd/docker-proxy of Moby): which container a listening socket of the host stands for.
 * @returns undefined where the socket is no proxy; `unknown` where it is one whose container the snapshot does not tell.
 */
export function proxyTarget(machine: Machine, socket: ListeningSocket): ProxyTarget | 'unknown' | undefined {
  const { targets } = proxiesOf(machine);
  if (!targets.has(socket)) targets.set(socket, findTarget(machine, socket));
  return targets.get(socket);
}

function onlyOne(machine: Machine, proto: string): ProxyTarget | undefined {
  const { onlyOnes } = proxiesOf(machine);
  if (!onlyOnes.has(proto)) onlyOnes.set(proto, onlyListener(machine, proto));
  return onlyOnes.get(proto);
}

/** Whom a user's runtime hands a port on to: of no other container a listing of the host tells. */
function relayTarget(machine: Machine, { publishers: [publisher] }: StandIn): ProxyTarget | 'unknown' {
  if (publisher === undefined) return 'unknown';
  const { container, port } = publisher;
  const ip = containerAddress(machine, container, 4) ?? containerAddress(machine, container, 6) ?? LOOPBACK;
  return { container: container.name, ip, port: port.containerPort, origin: container.origin, relayed: true };
}

function findTarget(machine: Machine, socket: ListeningSocket): ProxyTarget | 'unknown' | undefined {
  const standIn = standInsOf(machine.host).of(socket);
  if (standIn?.duty === 'relay') return relayTarget(machine, standIn);
  if (standIn?.duty === 'forwarder') return 'unknown';
  if (standIn?.duty !== 'proxy') return undefined;
  const [publisher] = standIn.publishers;
  if (socket.proxy !== undefined) {
    const { ip, port, origin } = socket.proxy;
    const owner = machine.ownerOf(ip);
    return { container: owner?.name, ip, port, origin };
  }
  if (publisher !== undefined) {
    const { container: owner, port } = publisher;
    const prefer6 = socket.family === 6 && !socket.dualStack;
    const ip =
      (prefer6 ? containerAddress(machine, owner, 6) : undefined) ??
      containerAddress(machine, owner, 4) ??
      containerAddress(machine, owner, 6);
    if (ip !== undefined) return { container: owner.name, ip, port: port.containerPort, origin: owner.origin };
  }
  return fromRules(machine, socket) ?? onlyOne(machine, socket.proto) ?? 'unknown';
}

/** A listener of the daemon's: it holds a published port and answers nobody, or it serves; where nothing tells which, what would. */
export type Holding = 'holds' | 'serves' | { readonly lacks: Lack };

/**
 * Docker's dummy proxy: with userland-proxy off, dockerd itself binds a published port so that nobody else does. Where no list of
 * containers tells which ports are published, Docker's rules do; of datagrams the daemon serves none but Swarm's gossip.
 */
export function holding(machine: Machine, socket: ListeningSocket): Holding {
  const standIns = standInsOf(machine.host);
  if (standIns.of(socket)?.duty === 'holder') return 'holds';
  const lacks = evidenceOf(machine.host).lack('containers');
  if (lacks === undefined || !standIns.mayHold(socket)) return 'serves';
  return socket.proto === 'udp' || proxiesOf(machine).dnatRules(socket.proto, socket.port).length > 0 ? 'holds' : { lacks };
}

/** @returns the program that holds a port which `holding` says is held. */
export function holderOf(machine: Machine, socket: ListeningSocket): string {
  return standInsOf(machine.host).of(socket)?.process ?? socket.process ?? ENGINE;
}

/**
 * Since Engine 28 docker-proxy answers a datagram from the address it was sent to (moby pull request 48571).
 * @returns undefined where nobody tells the Engine's version.
 */
export function answersFromAsked({ host }: Machine): boolean | undefined {
  const engine = engineMajor(host);
  return engine === undefined ? undefined : engine >= 28;
}
