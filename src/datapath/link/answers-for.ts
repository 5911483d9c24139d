import type { Ip } from '../../address/ip.js';
import type { Device } from '../machine/device.js';
import type { Walk } from '../walk/walk.js';
import type { Unlisted } from './neighbour-answer.js';

/** Whether a station surely answers for an address; where it is not sure, the setting that decides and that no listing shows. */
export interface Answering {
  readonly answers: boolean;
  readonly unlisted?: Unlisted['key'];
}

const YES: Answering = { answers: true };
const NO: Answering = { answers: false };

/** inet_confirm_addr of scope link: an address of any device that is more than the host's own. */
function isMoreThanHosts({ ns }: Device, ip: Ip): boolean {
  return [...ns.interfaces.values()].some((i) => i.addresses.some((a) => a.ip === ip && a.scope !== 'host'));
}

/** arp_ignore (net/ipv4/arp.c): whether a namespace answers on this device for an address of its own. */
function answersOwn(device: Device, ip: number): Answering {
  const { ns, iface } = device;
  const { least: mode, open } = ns.sysctls.larger(iface.name, 'arp_ignore');
  const here = ns.ownsOn(iface.name, ip);
  if (open && mode === 0) return here ? YES : { answers: false, unlisted: 'arp_ignore' };
  if (mode === 1 || mode === 2) return here ? YES : NO;
  if (mode === 3) return isMoreThanHosts(device, ip) ? YES : NO;
  return mode === 8 ? NO : YES;
}

/** arp_process: proxies for what it would forward by another device. */
function answersAsProxy({ ns, iface }: Device, ip: number): Answering {
  const proxies = ns.sysctls.either(iface.name, 'proxy_arp');
  const forwards = ns.sysctls.iface(4, iface.name, 'forwarding') ?? ns.sysctls.get('net.ipv4.ip_forward');
  if (proxies === false || forwards === 0 || (forwards === undefined && ns.sysctls.listed)) return NO;
  const route = ns.routeTo(ip, { iif: iface.name });
  if (route.kind !== 'unicast' || route.dev === iface.name) return NO;
  return proxies === true ? YES : { answers: false, unlisted: 'proxy_arp' };
}

/** @returns whether a station answers ARP (arp_process) or neighbour solicitation (ndisc_recv_ns) for an address. */
export function answersFor(device: Device, ip: Ip): Answering {
  if (device.iface.flags.includes('NOARP')) return NO;
  if (typeof ip === 'bigint') return device.ns.ownsOn(device.iface.name, ip) ? YES : NO;
  if (ip >>> 24 === 127) return NO;
  if (device.ns.fib(4).addressType(ip) === 'local') return answersOwn(device, ip);
  return answersAsProxy(device, ip);
}

/** Asks whether a station keeps silent, by the setting that no listing shows. */
export function isSilent(walk: Walk, { station: { ns, iface }, key }: Unlisted): boolean {
  const on = walk.askSetting(ns, ns.sysctls.openName(iface.name, key), [1, 0], false);
  return key === 'proxy_arp' ? !on : on;
}

/** An address that a device has itself goes unanswered with arp_ignore 8 alone: that is taken not to be so, and said. */
export function noteIgnored(walk: Walk, { ns, iface }: Device): void {
  if (ns.netns.sources.size > 0 && !ns.fib(4).routesTold) walk.seldomOf(ns, iface.name, 'arp_ignore');
}
