import { parseIp, type Ip } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import { allDoors } from './doors.js';
import { hostAddresses } from './addresses.js';

const LOOPBACK: readonly Ip[] = [parseIp('127.0.0.1')!, parseIp('::1')!];

/** @returns the addresses of the host itself, its loopback ones among them: rules and `route_localnet` lead others there as well. */
export function hostAskedAt(machine: Machine): readonly Ip[] {
  return [...hostAddresses(machine), ...LOOPBACK];
}

/**
 * @returns the addresses by which others may get to a container besides its own: those of the host, those on which ports are
 *   published, and those that rules translate.
 */
export function askedAt(machine: Machine): readonly Ip[] {
  const published = machine.host.containers.flatMap((c) => (c.running ? c.published.flatMap(({ hostIp }) => hostIp ?? []) : []));
  const translated = allDoors(machine).map(({ ip }) => ip);
  const named = [...published, ...translated].filter((ip) => ip !== 0 && ip !== 0n);
  return [...new Set([...hostAskedAt(machine), ...named])];
}
