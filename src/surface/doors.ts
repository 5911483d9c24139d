import { familyOf, isLoopback, type Family, type Ip } from '../address/ip.js';
import { exampleOf, includes, type Range } from '../address/ranges.js';
import { type Machine, type NetnsState, mappedFrom, type Translation } from '../datapath/index.js';
import type { ListeningSocket } from '../model/host.js';
import { addressesOf, hostAddresses, ofFamily } from './addresses.js';
import { Owned } from './owned.js';
import { publishing } from './publishing.js';
import { familiesOf } from './service.js';

/** Of more ranges of addresses than this the first stand for the rest. */
const MOST_ADDRESSES = 16;

/** An address at which a rule leads to somebody else; one of a range that the rule takes stands for the range. */
export interface Door {
  readonly translation: Translation;
  /** The namespace whose rule it is. */
  readonly at: NetnsState;
  /** The address asked for. */
  readonly ip: Ip;
  /** `ip` is one of the namespace's own, and the rule may take others of these as well. */
  readonly anyOwn?: true;
  /** Whom the rule leads to; absent where no namespace in the snapshot has the address. */
  readonly owner?: NetnsState;
  /** The address that it leads to; absent where that is the one of the device by which a packet came. */
  readonly to?: Ip;
}

/** An address that stands for what a rule takes. */
type Asked = Pick<Door, 'ip' | 'anyOwn'>;

/** Addresses that show what a rule takes: of the namespace, where it takes any of those. */
function askedOf({ at, sparedAt }: Translation, own: readonly Ip[]): readonly Asked[] {
  if (at === undefined)
    return own
      .filter((ip) => !includes(sparedAt, ip))
      .slice(0, 1)
      .map((ip) => ({ ip, anyOwn: true }));
  const asked = at.slice(0, MOST_ADDRESSES).map((range): Asked => {
    const ip = own.find((one) => includes([range], one));
    if (ip === undefined) return { ip: exampleOf(range) };
    return range[0] === range[1] ? { ip } : { ip, anyOwn: true };
  });
  return asked.filter(({ ip }) => ip !== 0 && ip !== 0n);
}

/** The doors of one namespace's rules. */
class Doors {
  private readonly own: Readonly<Record<Family, readonly Ip[]>>;

  constructor(
    private readonly machine: Machine,
    private readonly owned: Owned,
    private readonly at: NetnsState,
  ) {
    const own = at.isHost ? hostAddresses(machine) : addressesOf(at);
    this.own = { 4: ofFamily(own, 4), 6: ofFamily(own, 6) };
  }

  *of(translation: Translation): Generator<Door> {
    const { at } = this;
    const { to, family } = translation;
    const asked = askedOf(translation, this.own[family]);
    switch (to.kind) {
      case 'self':
        for (const one of asked) yield { translation, at, ...one, owner: at };
        return;
      case 'range':
        for (const one of asked) for (const led of this.inRange([to.lo, to.hi])) yield { translation, at, ...one, ...led };
        return;
      case 'netmap':
        for (const [ip, owner] of this.owned.of(family))
          for (const from of mappedFrom(translation, ip)) yield { translation, at, ip: from, to: ip, ...(owner && { owner }) };
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
    return owned.length === 0 ? [{ to: lo }] : owned.map(([to, owner]) => ({ to, ...(owner && { owner }) }));
  }
}

/** @returns listeners of whom a door leads to that may take what it lets through, by its protocols and family. */
export function listenersBehind({ translation, owner, to }: Door): readonly ListeningSocket[] {
  const { protos, family } = translation;
  // where the address is not told, it is one that others ask for
  const takes = ({ ip }: ListeningSocket): boolean => ip === undefined || (to === undefined ? !isLoopback(ip) : ip === to);
  return (owner?.netns.sockets ?? []).filter((s) => protos.includes(s.proto) && familiesOf(s).includes(family) && takes(s));
}

function doorsAt(machine: Machine, ns: NetnsState, owned: Owned): readonly Door[] {
  const isPublished = ns.isHost ? publishing(machine) : undefined;
  // others meet a container's rules as they come in; the host's own connections are its users' as well
  const met = ns.translations.filter((one) => (isPublished === undefined ? one.hook === 'PREROUTING' : !isPublished(one)));
  if (met.length === 0) return [];
  const doors = new Doors(machine, owned, ns);
  return met.flatMap((translation) => [...doors.of(translation)]);
}

/** @returns the addresses at which rules of the host lead to others, besides those that Docker wrote for published ports. */
export function hostDoors(machine: Machine): readonly Door[] {
  return doorsAt(machine, machine.root, new Owned(machine));
}

/** @returns the doors of the host and of every container: nobody needs to have their addresses. */
export function allDoors(machine: Machine): readonly Door[] {
  const owned = new Owned(machine);
  return [...machine.namespaces.values()].flatMap((ns) => doorsAt(machine, ns, owned));
}
