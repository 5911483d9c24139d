import { engineMajor } from '../../inventory/index.js';
import type { Container, Host, ListeningSocket, Netns, SourceKind } from '../../model/host.js';
import type { Listing } from '../../model/listing.js';
import { isHostNetns } from '../../model/netns.js';
import type { Change } from '../change.js';
import { iface } from './link.js';
import type { RunOptions } from './options.js';

/** Nothing of the new namespace is left open: it has no rules of its own. */
const LISTED: readonly SourceKind[] = ['addr', 'route', 'route6', 'rule', 'rule6', 'neigh', 'sysctl', 'iptables', 'ip6tables'];

/**
 * What an image of a Compose file listens on besides is in no listing: a port that nobody named is not taken to be closed. Who types `docker run` supposes
 * a container that listens on what it publishes and exposes, and on nothing else.
 */
export function imageListing(change: Change, { image, name }: RunOptions, known?: Listing): Listing {
  const base = known ?? { file: change.origin.file, state: 'whole', why: [], lines: 0, unread: 0 };
  if (change.ofFile !== true) return base;
  const why = `what ${image} listens on in ${name} shows when it runs; taken are the ports that are published or exposed`;
  return { ...base, state: 'part', why: [...base.why, why] };
}

/** The ports that the image is taken to listen on: those published, and those exposed. */
export function imageSockets(change: Change, run: RunOptions, dual: boolean): readonly ListeningSocket[] {
  return run.exposed.flatMap((text): readonly ListeningSocket[] => {
    const [port = '', proto] = text.split('/');
    if (proto !== 'tcp' && proto !== 'udp') return [];
    return [{ proto, family: dual ? 6 : 4, dualStack: dual, port: Number(port), process: run.name, origin: change.origin }];
  });
}

/**
 * Whether Engines of this kind leave ::1 to a container that has no other IPv6 address: 26 and later do; what the snapshot shows of others goes before.
 * @returns undefined where neither tells.
 */
export function hasOwnV6(host: Host): boolean | undefined {
  const others = host.containers.flatMap(({ running, netns }) => (running && !isHostNetns(netns) ? (host.netns.get(netns) ?? []) : []));
  const loopbacks = others.flatMap(({ interfaces }) => interfaces.find(({ detail }) => detail.kind === 'loopback') ?? []);
  if (loopbacks.length > 0) return loopbacks.some(({ addresses }) => addresses.some(({ ip }) => ip === 1n));
  const major = engineMajor(host);
  return major === undefined ? undefined : major >= 26;
}

const LOOPBACK_V4 = { ip: 0x7f000001, prefixLength: 8, scope: 'host', flags: [] } as const;
const LOOPBACK_V6 = { ip: 1n, prefixLength: 128, scope: 'host', flags: [] } as const;

/** The listings that such a namespace would have: routes of IPv6 are known in part where nobody tells whether there is ::1. */
function listingsOf(change: Change, run: RunOptions, unsure: string | undefined): ReadonlyMap<SourceKind, Listing> {
  const whole = { file: change.origin.file, state: 'whole', why: [], lines: 0, unread: 0 } as const;
  const part = { ...whole, state: 'part', why: unsure === undefined ? [] : [unsure] } as const;
  return new Map<SourceKind, Listing>([
    ...LISTED.map((kind) => [kind, unsure !== undefined && kind === 'route6' ? part : whole] as const),
    ['sockets', imageListing(change, run)],
  ]);
}

/**
 * A namespace with nothing but its loopback device.
 * @param dual whether it has ::1; undefined where that is not known.
 */
export function newNetns(change: Change, run: RunOptions, dual: boolean | undefined): Netns {
  const unsure =
    dual === undefined
      ? `whether ${run.name} has ::1, which Engines before 26 leave to no container without IPv6, shows docker/version.json`
      : undefined;
  if (unsure !== undefined) change.tell?.(unsure);
  const loopback = iface(change, 'lo', 1, {
    mtu: 65536,
    detail: { kind: 'loopback' },
    flags: ['LOOPBACK', 'UP', 'LOWER_UP'],
    addresses: dual === true ? [LOOPBACK_V4, LOOPBACK_V6] : [LOOPBACK_V4],
  });
  const settings = new Map([['net.ipv4.ip_forward', '1'], ...run.sysctls]);
  return {
    name: run.name,
    interfaces: [loopback],
    routes: [],
    rules: [],
    neighbours: [],
    bridgePorts: [],
    fdb: [],
    vlans: [],
    sockets: imageSockets(change, run, dual === true),
    sysctl: new Map([...settings].map(([name, value]) => [name, { value, origin: change.origin }])),
    rulesets: [],
    ipsets: new Map(),
    sources: listingsOf(change, run, unsure),
  };
}

/** What `docker inspect` would tell of the container. */
export function describeContainer(
  change: Change,
  run: RunOptions,
  place: Pick<Container, 'networkMode' | 'netns' | 'endpoints' | 'published' | 'wished'>,
): Container {
  const { name, image, exposed, privileged, labels, capAdd, capDrop, mounts, dns, command } = run;
  return {
    id: `whatif${name}`,
    name,
    image,
    running: true,
    ...place,
    exposed,
    privileged,
    capAdd,
    capDrop,
    mounts,
    dns,
    labels,
    command,
    origin: change.origin,
  };
}

/** A container that lives in a namespace that is there: what it listens on is added to what listens there. */
export function movedIn(host: Host, change: Change, run: RunOptions, netns: string): Host {
  const space = host.netns.get(netns);
  if (space === undefined) return host;
  const dual =
    space.sysctl.get('net.ipv6.conf.all.disable_ipv6')?.value !== '1' &&
    space.interfaces.some((i) => i.addresses.some((a) => typeof a.ip === 'bigint'));
  const sockets = [...space.sockets, ...imageSockets(change, run, dual)];
  const sources = new Map(space.sources);
  // a listing that was never there stays so: it is as unknown as it was
  const known = sources.get('sockets');
  if (known !== undefined) sources.set('sockets', imageListing(change, run, known));
  return { ...host, netns: new Map(host.netns).set(netns, { ...space, sockets, sources }) };
}
