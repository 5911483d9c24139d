import { addressBits, familyOf, formatIp, lastOf, parseIp, prefixOf, type Family, type Ip } from '../../address/ip.js';
import type { Host } from '../../model/host.js';
import type { InterfaceAddress, NetInterface, Route } from '../../model/link.js';
import { ADDRESS_FLAGS } from '../../snapshot/parsers/index.js';
import { isOn, refuse, withNetns, type Change } from '../change.js';
import { addressRoutes, routesAfterDelete, withRoutes } from './address-routes.js';
import { findInterface, fullVerb, ownNetns, sameNet, withLength, type IpCommand } from './command.js';

const VERBS = ['add', 'change', 'replace', 'delete', 'flush'];
const VALUED = new Set([
  'dev',
  'peer',
  'remote',
  'broadcast',
  'brd',
  'scope',
  'label',
  'metric',
  'valid_lft',
  'preferred_lft',
  'proto',
  'local',
  'to',
]);

interface Typed {
  readonly address: InterfaceAddress;
  readonly dev: string | undefined;
  /** Whether a length was typed: a deletion without one takes any. */
  readonly long: boolean;
  readonly metric: number;
  readonly broadcast: Ip | undefined;
}

/** `A/LEN`; `A peer B/LEN`. */
function readAddress(change: Change, words: readonly string[]): Typed {
  const values = new Map<string, string>();
  const flags: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (VALUED.has(word)) values.set(word, words[++i] ?? refuse(change, `${word} needs a value`));
    else if (parseIp(word.split('/')[0] ?? '') !== undefined) values.set('local', word);
    else if (ADDRESS_FLAGS.has(word)) flags.push(word);
    else refuse(change, `"${word}" is not understood; write ip addr add ADDRESS/LENGTH dev DEV`);
  }
  const [text = '', length] = (values.get('local') ?? refuse(change, 'name the address: ADDRESS/LENGTH')).split('/');
  const ip = parseIp(text) ?? refuse(change, `"${text}" is no address`);
  const [peerText = '', peerLength] = (values.get('peer') ?? values.get('remote') ?? '').split('/');
  const peer = peerText === '' ? undefined : (parseIp(peerText) ?? refuse(change, `"${peerText}" is no address`));
  const full = addressBits(familyOf(ip));
  const prefixLength = Number((peer === undefined ? length : peerLength) ?? full);
  if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > full)
    refuse(change, `"${length ?? ''}" is no length of a prefix`);
  const scope = values.get('scope');
  return {
    address: { ip, prefixLength, scope: isScope(scope) ? scope : defaultScope(ip), ...(peer !== undefined && { peer }), flags },
    dev: values.get('dev'),
    long: length !== undefined || peerLength !== undefined,
    metric: Number(values.get('metric') ?? 0),
    broadcast: broadcastOf(change, values.get('broadcast') ?? values.get('brd'), ip, prefixLength),
  };
}

const isScope = (text: string | undefined): text is InterfaceAddress['scope'] =>
  text === 'global' || text === 'site' || text === 'link' || text === 'host';

/** default_scope of ipaddress.c; ipv6_addr_scope. */
function defaultScope(ip: Ip): InterfaceAddress['scope'] {
  if (typeof ip === 'number') return ip >>> 24 === 127 ? 'host' : 'global';
  return ip >> 118n === 0x3fan ? 'link' : ip === 1n ? 'host' : 'global';
}

function broadcastOf(change: Change, word: string | undefined, ip: Ip, length: number): Ip | undefined {
  if (word === undefined || typeof ip !== 'number') return undefined;
  return word === '+' ? lastOf(prefixOf(ip, length)) : (parseIp(word) ?? refuse(change, `"${word}" is no address`));
}

/** inet_insert_ifa: an address in a network that the interface has already is a secondary one. */
function asInserted(change: Change, iface: NetInterface, { address }: Typed): InterfaceAddress {
  const { ip, prefixLength, scope } = address;
  const same = iface.addresses.filter((a) => a.prefixLength === prefixLength && sameNet(a.peer ?? a.ip, address.peer ?? ip, prefixLength));
  if (same.some((a) => a.ip === ip) || (typeof ip === 'bigint' && iface.addresses.some((a) => a.ip === ip)))
    refuse(change, `${iface.name} has ${formatIp(ip)} already (File exists)`);
  const secondary = typeof ip === 'number' && same.some((a) => a.scope === scope || !a.flags.includes('secondary'));
  return secondary ? { ...address, flags: [...address.flags, 'secondary'] } : address;
}

function add(host: Host, change: Change, typed: Typed): Host {
  const iface = findInterface(host, change, typed.dev ?? refuse(change, 'name the device: dev DEV'));
  if (typeof typed.address.ip === 'bigint' && isOn(ownNetns(host, change), `net.ipv6.conf.${iface.name}.disable_ipv6`))
    refuse(change, `IPv6 is off on ${iface.name} (Permission denied): sysctl net.ipv6.conf.${iface.name}.disable_ipv6=0 turns it on`);
  const address = asInserted(change, iface, typed);
  const next: NetInterface = { ...iface, addresses: [...iface.addresses, address] };
  return withNetns(host, change.netns, (netns) => {
    const made = addressRoutes(change, netns, next, address, typed);
    return { ...netns, interfaces: netns.interfaces.map((i) => (i === iface ? next : i)), routes: withRoutes(netns.routes, made) };
  });
}

/** __inet_del_ifa: the secondaries of a primary address go with it, unless promote_secondaries lets the first take its place. */
function without(host: Host, change: Change, iface: NetInterface, gone: InterfaceAddress): readonly InterfaceAddress[] {
  const rest = iface.addresses.filter((a) => a !== gone);
  if (typeof gone.ip === 'bigint' || gone.flags.includes('secondary')) return rest;
  const isFollower = (a: InterfaceAddress): boolean =>
    a.flags.includes('secondary') && a.prefixLength === gone.prefixLength && sameNet(a.ip, gone.ip, gone.prefixLength);
  const netns = ownNetns(host, change);
  const promotes = isOn(netns, `net.ipv4.conf.${iface.name}.promote_secondaries`) || isOn(netns, 'net.ipv4.conf.all.promote_secondaries');
  if (!promotes) return rest.filter((a) => !isFollower(a));
  const heir = rest.find(isFollower);
  return rest.map((a) => (a === heir ? { ...a, flags: a.flags.filter((flag) => flag !== 'secondary') } : a));
}

function remove(host: Host, change: Change, iface: NetInterface, gone: InterfaceAddress): Host {
  const next: NetInterface = { ...iface, addresses: without(host, change, iface, gone) };
  return withNetns(host, change.netns, (netns) => {
    const routes: readonly Route[] = routesAfterDelete(change, netns, iface, next);
    return { ...netns, interfaces: netns.interfaces.map((i) => (i.name === iface.name ? next : i)), routes };
  });
}

function del(host: Host, change: Change, { address, dev, long }: Typed): Host {
  const iface = findInterface(host, change, dev ?? refuse(change, 'name the device: dev DEV'));
  const gone = iface.addresses.find((a) => a.ip === address.ip && (!long || a.prefixLength === address.prefixLength));
  if (gone === undefined)
    refuse(
      change,
      `${iface.name} has no such address (Cannot assign requested address); it has ${iface.addresses.map((a) => withLength(a.ip, a.prefixLength)).join(', ') || 'none'}`,
    );
  return remove(host, change, iface, gone);
}

function flush(host: Host, change: Change, family: Family | undefined, words: readonly string[]): Host {
  const dev = words[0] === 'dev' ? words[1] : words[0];
  if (dev === undefined || words.length > 2) refuse(change, 'write it as ip addr flush dev DEV');
  const taken = (ip: Ip): boolean => family === undefined || familyOf(ip) === family;
  for (let sofar = host; ;) {
    const iface = findInterface(sofar, change, dev);
    const next = iface.addresses.find((a) => taken(a.ip));
    if (next === undefined) return sofar;
    sofar = remove(sofar, change, iface, next);
  }
}

/** `ip [-6] addr add|replace|delete ADDRESS/LENGTH dev DEV`, `ip addr flush dev DEV`: with the routes that the kernel keeps for it. */
export function applyAddress(host: Host, change: Change, { family, verb: word, words }: IpCommand): Host {
  const verb = fullVerb(change, 'addr', word, VERBS);
  if (verb === 'flush') return flush(host, change, family, words);
  const typed = readAddress(change, words);
  if (verb === 'delete') return del(host, change, typed);
  const iface = findInterface(host, change, typed.dev);
  const there = iface.addresses.some((a) => a.ip === typed.address.ip && a.prefixLength === typed.address.prefixLength);
  if (verb !== 'add' && there) return host;
  return add(host, change, typed);
}
