import { parseMac, DEFAULT_PORT } from '../../snapshot/parsers/index.js';
import type { Host } from '../../model/host.js';
import type { BridgePort, NetInterface } from '../../model/link.js';
import { refuse, withNetns, type Change } from '../change.js';
import { findInterface, fullVerb, ownNetns, type IpCommand } from './command.js';
import { refreshed, removeLink, setAdmin, withInterface } from './link-state.js';

const VERBS = ['set', 'delete'];

function uint(change: Change, name: string, word: string | undefined): number {
  return word !== undefined && /^\d{1,9}$/.test(word) ? Number(word) : refuse(change, `"${word ?? ''}" after ${name} is no number`);
}

/** br_add_if, br_del_if. */
function enslave(host: Host, change: Change, dev: string, bridge: string | undefined): Host {
  const old = findInterface(host, change, dev).master;
  if (bridge !== undefined && findInterface(host, change, bridge).detail.kind !== 'bridge')
    refuse(change, `${bridge} is not a bridge; other masters are not modelled`);
  const { master: _old, ...bare } = findInterface(host, change, dev);
  const next: NetInterface = bridge === undefined ? bare : { ...bare, master: bridge };
  const port: BridgePort | undefined = bridge === undefined ? undefined : { iface: dev, bridge, ...DEFAULT_PORT, origin: change.origin };
  const joined = withNetns(withInterface(host, change.netns, next), change.netns, (netns) => ({
    ...netns,
    bridgePorts: [...netns.bridgePorts.filter((p) => p.iface !== dev), ...(port === undefined ? [] : [port])],
    fdb: netns.fdb.filter((entry) => entry.dev !== dev || entry.master === undefined),
  }));
  return [old, bridge].reduce((sofar, name) => (name === undefined ? sofar : refreshed(sofar, change, change.netns, name)), joined);
}

function setOne(host: Host, change: Change, dev: string, words: readonly string[]): { readonly host: Host; readonly used: number } {
  const [word = '', value] = words;
  const update = (fields: Partial<NetInterface>): Host =>
    withInterface(host, change.netns, { ...findInterface(host, change, dev), ...fields });
  switch (word) {
    case 'up':
    case 'down':
      return { host: setAdmin(host, change, change.netns, dev, word === 'up'), used: 1 };
    case 'nomaster':
      return { host: enslave(host, change, dev, undefined), used: 1 };
    case 'master':
      return { host: enslave(host, change, dev, value), used: 2 };
    case 'mtu':
      return { host: update({ mtu: uint(change, word, value) }), used: 2 };
    case 'group':
      return { host: update({ group: value ?? refuse(change, 'group needs a value') }), used: 2 };
    case 'address':
      return { host: update({ mac: parseMac(value) ?? refuse(change, `"${value ?? ''}" is no hardware address`) }), used: 2 };
    default:
      return refuse(change, `"${word}" of ip link set is not modelled; up, down, master, nomaster, mtu, group and address are`);
  }
}

/** `ip link set DEV up|down|master BR|nomaster|mtu N|group G|address MAC`, `ip link delete DEV`. */
export function applyLink(host: Host, change: Change, { verb: word, words }: IpCommand): Host {
  if (word !== '' && 'add'.startsWith(word))
    refuse(change, 'a new device is not modelled: its other end is not in the snapshot. Take a snapshot with it, and compare with diff');
  const verb = fullVerb(change, 'link', word, VERBS);
  const rest = words[0] === 'dev' ? words.slice(1) : words;
  const dev = findInterface(host, change, rest[0]).name;
  if (verb === 'delete') return removeLink(host, change, change.netns, dev);
  let left = rest.slice(1).filter((one) => one !== 'dev');
  if (left.length === 0) refuse(change, 'say what to set: up, down, master BRIDGE …');
  let sofar = host;
  while (left.length > 0) {
    const { host: next, used } = setOne(sofar, change, dev, left);
    sofar = next;
    left = left.slice(used);
  }
  return sofar;
}

const ON_OFF: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['off', false],
  ['1', true],
  ['0', false],
]);

/** `bridge link set dev PORT hairpin|isolated|learning|flood on|off`. */
export function applyBridge(host: Host, change: Change): Host {
  const [, object, verb, ...words] = change.words;
  if (object !== 'link' || verb !== 'set')
    refuse(change, 'of bridge, `bridge link set dev PORT hairpin|isolated|learning|flood on|off` is understood');
  const rest = words[0] === 'dev' ? words.slice(1) : words;
  const port =
    ownNetns(host, change).bridgePorts.find((p) => p.iface === rest[0]) ?? refuse(change, `"${rest[0] ?? ''}" is no port of a bridge`);
  let next = port;
  for (let i = 1; i < rest.length; i += 2) {
    const name = rest[i]!;
    const value = ON_OFF.get(rest[i + 1] ?? '');
    if (value === undefined || !(name === 'hairpin' || name === 'isolated' || name === 'learning' || name === 'flood'))
      refuse(change, `"${name} ${rest[i + 1] ?? ''}" is not understood; hairpin, isolated, learning and flood take on or off`);
    next = { ...next, [name]: value };
  }
  return withNetns(host, change.netns, (netns) => ({ ...netns, bridgePorts: netns.bridgePorts.map((p) => (p === port ? next : p)) }));
}
