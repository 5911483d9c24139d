import { familyOf, isLoopback, lastOf, type Family, type Ip } from '../address/ip.js';
import { exampleOf, includes, type Range } from '../address/ranges.js';
import { type Machine, type NetnsState, mappedFrom, type Translation } from '../datapath/index.js';
import type { Rule } from '../model/netfilter.js';
import { isDockersDoor } from '../inventory/index.js';
import { PROTO } from '../model/packet.js';
import { addressesOf, hostAddresses } from './addresses.js';

/** Of more ranges of addresses than this the first stand for the rest. */
const MOST_ADDRESSES = 16;

/** An address at which a rule leads to somebody else. */
export interface Door {
  readonly translation: Translation;
  /** The namespace whose rule it is. */
  readonly at: NetnsState;
  /** The address asked for. */
  readonly ip: Ip;
  /** Whom the rule leads to; absent where nobody in the snapshot has the address. */
  readonly owner?: NetnsState;
  /** The address that it leads to; absent where that is the one of the device by which a packet came. */
  readonly to?: Ip;
}

/** Every address that the machines of a snapshot have, with its owner, by family. */
class Owned {
  private readonly lists = new Map<Family, readonly (readonly [Ip, NetnsState])[]>();

  constructor(private readonly machine: Machine) {}

  of(family: Family): readonly (readonly [Ip, NetnsState])[] {
    let list = this.lists.get(family);
    if (list === undefined) {
      const all = [...this.machine.namespaces.values()].flatMap((ns) => addressesOf(ns).map((ip) => [ip, ns] as const));
      this.lists.set(family, (list = all.filter(([ip]) => familyOf(ip) === family)));
    }
    return list;
  }
}

/** Addresses that show what a rule takes: of the namespace, where it takes any of those. */
function askedOf({ at, sparedAt }: Translation, own: readonly Ip[]): readonly Ip[] {
  if (at === undefined) return own.filter((ip) => !includes(sparedAt, ip)).slice(0, 1);
  const asked = at.slice(0, MOST_ADDRESSES).map((range): Ip => own.find((ip) => includes([range], ip)) ?? exampleOf(range));
  return asked.filter((ip) => ip !== 0 && ip !== 0n);
}

/** The doors of one namespace's rules. */
class Doors {
  constructor(
    private readonly machine: Machine,
    private readonly owned: Owned,
    private readonly at: NetnsState,
    private readonly own: Readonly<Record<Family, readonly Ip[]>>,
  ) {}

  *of(translation: Translation): Generator<Door> {
    const { at } = this;
    const { to, family } = translation;
    const asked = askedOf(translation, this.own[family]);
    switch (to.kind) {
      case 'self':
        for (const ip of asked) yield { translation, at, ip, owner: at };
        return;
      case 'range':
        for (const ip of asked) for (const led of this.inRange([to.lo, to.hi])) yield { translation, at, ip, ...led };
        return;
      case 'netmap':
        for (const [ip, owner] of this.owned.of(family))
          for (const from of mappedFrom(translation, ip)) yield { translation, at, ip: from, owner, to: ip };
    }
  }

  /** Whom a rule leads to by its range of addresses. */
  private inRange(range: Range): readonly Pick<Door, 'owner' | 'to'>[] {
    const [lo, hi] = range;
    if (isLoopback(lo)) return [{ owner: this.at, to: lo }];
    if (lo === hi) {
      const owner = this.machine.ownerOf(lo);
      return [{ to: lo, ...(owner && { owner }) }];
    }
    const owned = this.owned.of(familyOf(lo)).filter(([ip]) => includes([range], ip));
    return owned.length === 0 ? [{ to: lo }] : owned.map(([to, owner]) => ({ to, owner }));
  }
}

/** @returns whether a rule is one that Docker wrote for a port that it publishes: it leads to a service that is known already. */
function publishing({ host }: Machine): (rule: Rule) => boolean {
  const ports = host.containers.flatMap((c) => (c.running ? c.published : []));
  const known = new Set(ports.map(({ proto, hostPort, hostIp }) => `${proto} ${hostPort} ${hostIp ?? 0}`));
  return ({ chain, head }) => {
    const { proto, dport, dst } = (chain === 'DOCKER' && head) || {};
    if (proto === undefined || dport === undefined || dport.negated || dport.value[0] !== dport.value[1] || dst?.negated) return false;
    if (dst !== undefined && dst.value.addr !== lastOf(dst.value)) return false;
    return known.has(`${proto.value === PROTO.TCP ? 'tcp' : 'udp'} ${dport.value[0]} ${dst?.value.addr ?? 0}`);
  };
}

/** Of a native rule of Docker's, whether it is one for a port that it publishes. */
function publishingNatively({ host }: Machine): (translation: Translation) => boolean {
  const ports = host.containers.flatMap((c) => (c.running ? c.published : []));
  return ({ rule, protos, ports: asked, at }) =>
    isDockersDoor(rule) &&
    ports.some(
      ({ proto, hostPort, hostIp }) =>
        protos.some((one) => one === proto) &&
        asked !== undefined &&
        includes(asked, hostPort) &&
        (hostIp === undefined || at === undefined || includes(at, hostIp)),
    );
}

/**
 * @returns the addresses at which rules of the host and of containers lead to others, besides those that Docker wrote for published
 *   ports: nobody needs to have them. Of a container's rules those that others meet.
 */
export function* allDoors(machine: Machine): Generator<Door> {
  const owned = new Owned(machine);
  const isKnown = publishing(machine);
  const isPublished = publishingNatively(machine);
  for (const ns of machine.namespaces.values()) {
    const isHost = ns.isHost;
    const all = isHost ? ns.translationsAmong((rule) => !isKnown(rule)) : ns.translations.filter(({ hook }) => hook === 'PREROUTING');
    const met = isHost ? all.filter((one) => !isPublished(one)) : all;
    if (met.length === 0) continue;
    const own = isHost ? hostAddresses(machine) : addressesOf(ns);
    const byFamily = { 4: own.filter((ip) => familyOf(ip) === 4), 6: own.filter((ip) => familyOf(ip) === 6) };
    const doors = new Doors(machine, owned, ns, byFamily);
    for (const translation of met) yield* doors.of(translation);
  }
}
