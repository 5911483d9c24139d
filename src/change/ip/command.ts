import { contains, formatIp, prefixOf, type Family, type Ip } from '../../address/ip.js';
import type { Host, Netns } from '../../model/host.js';
import type { NetInterface } from '../../model/link.js';
import { refuse, type Change } from '../change.js';

/** One command of iproute2, its global options read. */
export interface IpCommand {
  /** What -4 or -6 says. */
  readonly family: Family | undefined;
  readonly verb: string;
  readonly words: readonly string[];
}

/** @returns the verb that an abbreviation stands for, as iproute2's `matches` finds it. */
export function fullVerb(change: Change, object: string, word: string, verbs: readonly string[]): string {
  const verb = word === 'del' ? 'delete' : verbs.find((one) => word !== '' && one.startsWith(word));
  if (verb === undefined || !verbs.includes(verb)) refuse(change, `of \`ip ${object}\`, ${verbs.join(', ')} are understood, not "${word}"`);
  return verb;
}

/** @returns the namespace in which the change is typed. */
export function ownNetns(host: Host, change: Change): Netns {
  return host.netns.get(change.netns) ?? refuse(change, `the snapshot holds no namespace ${change.netns}`);
}

/** @returns the interface of that name where the change is typed. */
export function findInterface(host: Host, change: Change, name: string | undefined): NetInterface {
  const { interfaces } = ownNetns(host, change);
  const found = interfaces.find((iface) => iface.name === name);
  if (found !== undefined) return found;
  const names = interfaces.slice(0, 12).map((iface) => iface.name);
  return refuse(change, `${change.netns} has no interface "${name ?? ''}"; it has ${names.join(', ') || 'none (ip-addr.json is missing)'}`);
}

/** @returns whether two addresses lie in one network of that length. */
export function sameNet(a: Ip, b: Ip, length: number): boolean {
  return contains(prefixOf(a, length), b);
}

/** @returns an address with its length, as `ip addr` prints it. */
export function withLength(ip: Ip, length: number): string {
  return `${formatIp(ip)}/${length}`;
}
