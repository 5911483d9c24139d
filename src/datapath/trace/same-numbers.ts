import { contains, formatPrefix, formatIp, parsePrefix, type Ip } from '../../address/ip.js';
import type { Assumption } from '../../model/assumption.js';
import type { Machine } from '../machine/machine.js';

/** The network that Docker Desktop gives its virtual machine, unless somebody chose another (settings-store.json, VpnKitCIDR). */
const OF_DOCKER_DESKTOP = parsePrefix('192.168.65.0/24');

/**
 * On the virtual machine of Docker Desktop an address of the machine's own network is looked for there, though a company's network may
 * have the same numbers: the route that is most specific decides (fib_table_lookup).
 * @returns what an answer takes for granted of such a destination.
 */
export function sameNumbers({ root }: Machine, dst: Ip): readonly Assumption[] {
  const vm = OF_DOCKER_DESKTOP;
  if (vm === undefined || typeof dst !== 'number' || !contains(vm, dst) || root.owns(dst)) return [];
  const own = root.netns.routes.find(
    ({ dst: to, type, nexthops }) =>
      type === 'unicast' && to.length >= vm.length && contains(to, dst) && nexthops.every(({ via }) => via === undefined),
  );
  const dev = own?.nexthops[0]?.dev;
  if (own === undefined || dev === undefined) return [];
  const name = formatIp(dst);
  const net = formatPrefix(own.dst);
  const detail = `${name} is taken to be on ${dev}: on Docker Desktop ${net} is the network of its virtual machine, and overlaps with a company's or a VPN's network of the same numbers, whose ${name} is not reached from here unless \`ip route\` has a more specific route to it`;
  return [{ category: 'uplink', choice: `uplink=${dev}`, detail, origin: own.origin, given: false }];
}
