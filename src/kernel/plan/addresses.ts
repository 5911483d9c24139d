import { formatIp } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { InterfaceAddress, NetInterface } from '../../model/link.js';
import { words } from '../write/words.js';
import type { PlanLine, OutsideWire } from './plan.js';

/** What the kernel gives the loopback device by itself. */
const LOOPBACK = new Set(['127.0.0.1/8', '::1/128']);

function addressLine(netns: Netns, iface: NetInterface, address: InterfaceAddress): PlanLine[] {
  const ip = formatIp(address.ip);
  if (iface.detail.kind === 'loopback' && LOOPBACK.has(`${ip}/${address.prefixLength}`)) return [];
  const { peer, prefixLength } = address;
  const own = peer === undefined ? words`${ip}/${prefixLength}` : words`${ip} peer ${formatIp(peer)}/${prefixLength}`;
  const options = [
    ...(typeof address.ip === 'bigint' ? ['nodad'] : words`scope ${address.scope}`),
    ...(address.flags.includes('noprefixroute') ? ['noprefixroute'] : []),
    ...(address.flags.includes('deprecated') ? words`preferred_lft 0` : []),
  ];
  return [{ words: words`addr add ${own} dev ${iface.name} ${options}`, what: `${netns.name}: address ${ip} of ${iface.name}` }];
}

/** Link-local addresses come from the listing, not from the kernel's own making. */
function linkLines(netns: Netns, iface: NetInterface, noarp: boolean): PlanLine[] {
  const dev = words`link set dev ${iface.name}`;
  const what = `${netns.name}: interface ${iface.name}`;
  return [
    ...(iface.detail.kind === 'loopback' ? [] : [{ words: words`${dev} addrgenmode none`, what, optional: true }]),
    ...(iface.master === undefined ? [] : [{ words: words`${dev} master ${iface.master}`, what: `${what} in ${iface.master}` }]),
    ...(noarp ? [{ words: words`${dev} arp off`, what }] : []),
    ...(iface.flags.includes('PROMISC') && iface.master === undefined ? [{ words: words`${dev} promisc on`, what }] : []),
    { words: words`${dev} ${iface.up ? 'up' : 'down'}`, what },
  ];
}

/** @returns the commands that set every interface of a namespace up and give it its addresses. */
export function planAddresses(netns: Netns, uplinks: readonly OutsideWire[]): readonly PlanLine[] {
  const noarp = new Set(uplinks.filter((u) => u.netns === netns.name && u.noarp).map((u) => u.iface));
  return netns.interfaces.flatMap((iface) => [
    ...linkLines(netns, iface, noarp.has(iface.name)),
    ...iface.addresses.flatMap((address) => addressLine(netns, iface, address)),
  ]);
}
