import { addressBits, familyOf, formatIp, lastOf, prefixOf, type Family, type Ip } from '../../address/ip.js';
import { entryDevices } from '../connection/entry.js';
import type { EntryDevice } from '../connection/question.js';
import type { Machine } from '../machine/machine.js';

/** Addresses of a subnet that are tried, from the top down. */
const MOST_TRIED = 64;

function next(ip: Ip, step: 1 | -1): Ip {
  return typeof ip === 'number' ? ip + step : ip + BigInt(step);
}

/** @returns an address of the subnet that nobody in the snapshot holds, from the top down; undefined where there is none. */
export function freeAddress(machine: Machine, own: Ip, length: number): Ip | undefined {
  const subnet = prefixOf(own, length);
  const full = addressBits(familyOf(own));
  if (length >= full) return undefined;
  let ip = length === full - 1 ? lastOf(subnet) : next(lastOf(subnet), -1);
  for (let tries = 0; tries < MOST_TRIED && ip > subnet.addr; tries++, ip = next(ip, -1)) {
    if (machine.ownerOf(ip) === undefined && !machine.root.owns(ip)) return ip;
  }
  return undefined;
}

/** A machine on a link of the host, and the device that it is behind. */
export interface NearMachine {
  readonly src: Ip;
  readonly entry: EntryDevice;
}

/**
 * Finds a neighbour that stands for all on a link.
 * @param dev the link that is meant; absent: the first that leads out, which is then said.
 * @returns undefined where no such link has an address with neighbours.
 */
export function neighbourOn(machine: Machine, family: Family, dev?: string): NearMachine | undefined {
  const links = dev === undefined ? entryDevices(machine, family) : [dev];
  const found = links.flatMap((name): readonly NearMachine[] => {
    const own = machine.root.interfaces.get(name)?.addresses.find((a) => familyOf(a.ip) === family && a.scope === 'global');
    const src = own && freeAddress(machine, own.ip, own.prefixLength);
    return src === undefined ? [] : [{ src, entry: { dev: name, others: [] } }];
  });
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return first;
  const names = others.map(({ entry }) => `lan@${entry.dev}`).join(', ');
  const taken = `lan is taken to be the link of ${first.entry.dev}, with ${formatIp(first.src)} on it, and not ${names}`;
  return { ...first, entry: { ...first.entry, taken } };
}
