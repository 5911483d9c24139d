import { contains, parseIp, prefixOf, type Family, type Prefix } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';

/** @returns the family of an address as text, without reading it. */
export function familyOfText(text: string): Family {
  return text.includes(':') ? 6 : 4;
}

const networks = new WeakMap<Machine, Map<string, readonly Prefix[]>>();

function networksOf(machine: Machine, name: string): readonly Prefix[] {
  let known = networks.get(machine);
  if (known === undefined) networks.set(machine, (known = new Map<string, readonly Prefix[]>()));
  const found = known.get(name);
  if (found !== undefined) return found;
  const ns = machine.namespaces.get(name);
  const nets = [...(ns?.interfaces.values() ?? [])].flatMap((i) => i.addresses.map((a) => prefixOf(a.ip, a.prefixLength)));
  known.set(name, nets);
  return nets;
}

/** @returns addresses, those on networks of the sender first: the ones its resolver would give it. */
export function nearestAddresses(machine: Machine, from: string, addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses;
  const nets = networksOf(machine, from);
  const near = (text: string): boolean => nets.some((net) => contains(net, parseIp(text)!));
  return [...addresses.filter(near), ...addresses.filter((text) => !near(text))];
}
