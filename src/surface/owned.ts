import { familyOf, type Family, type Ip } from '../address/ip.js';
import type { Machine, NetnsState } from '../datapath/index.js';
import { addressesOf, containerAddresses } from './addresses.js';

/** An address of somebody in a snapshot; without a namespace where only `docker inspect` shows it, of a container that is not listed. */
export type OwnedAddress = readonly [Ip, NetnsState | undefined];

function everyAddress(machine: Machine): readonly OwnedAddress[] {
  const listed = [...machine.namespaces.values()].flatMap((ns) => addressesOf(ns).map((ip) => [ip, ns] as const));
  const known = new Set(listed.map(([ip]) => ip));
  const inspected = machine.host.containers.flatMap((c) => (c.running ? containerAddresses(machine, c) : []));
  return [...listed, ...inspected.filter((ip) => !known.has(ip)).map((ip) => [ip, undefined] as const)];
}

/** Every address that somebody in a snapshot has, by family. */
export class Owned {
  private readonly lists = new Map<Family, readonly OwnedAddress[]>();

  constructor(private readonly machine: Machine) {}

  of(family: Family): readonly OwnedAddress[] {
    let list = this.lists.get(family);
    if (list === undefined) this.lists.set(family, (list = everyAddress(this.machine).filter(([ip]) => familyOf(ip) === family)));
    return list;
  }
}
