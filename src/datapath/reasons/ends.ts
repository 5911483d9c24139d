import { formatIp, type Ip } from '../../address/ip.js';
import { ENGINE } from '../../inventory/index.js';
import type { ListeningSocket } from '../../model/host.js';
import type { NetnsName } from '../../model/netns.js';
import type { Exceeded, FlowProto, Outcome, Untranslated } from '../../model/trace.js';
import { exceededWords } from '../walk/budget.js';
import type { Tuple } from '../conntrack/entry.js';
import { endpointText } from '../walk/packet-text.js';

/** @returns a listener in a phrase: `nginx on tcp *:80`. */
export function listenerText(socket: ListeningSocket): string {
  const at = socket.ip === undefined ? '*' : formatIp(socket.ip);
  return `${socket.process ?? 'a listener'} on ${socket.proto} ${at}:${socket.port}`;
}

/** @returns where to ask for a port that is published, for who asks the container itself. */
export function publishedHint(name: string, proto: FlowProto, inside: number, outside: number): string {
  return `${name} publishes its ${proto} port ${inside} as port ${outside} of the host: ask for --to host --port ${outside}`;
}

/** A port of a namespace that a packet came to. */
export interface PortOfNetns {
  readonly netns: NetnsName;
  readonly proto: 'tcp' | 'udp';
  readonly ip: Ip;
  readonly port: number;
}

const doorText = ({ proto, ip, port }: PortOfNetns): string => `${proto} ${formatIp(ip)}:${port}`;

/** A packet as it leaves by an uplink. */
export interface Leaving {
  readonly netns: NetnsName;
  readonly dev: string;
  readonly packet: Omit<Tuple, 'proto'>;
  readonly icmp: boolean;
}

/** @returns how a packet leaves, in a phrase. */
export function leavingText({ netns, dev, packet: { src, sport, dst, dport }, icmp }: Leaving): string {
  return `the packet leaves ${netns} by ${dev} as ${endpointText(src, sport, icmp)} → ${endpointText(dst, dport, icmp)}`;
}

/** Who has the private source of a packet that leaves. */
function privateSource(dev: string, { src, own, unseen }: Untranslated): string {
  const instead = `(${dev} has ${own})`;
  return unseen === undefined
    ? `${src} is a private address that nothing translates ${instead}, so no answer can come back unless the network beyond knows a way to it`
    : `${src} is a private address that no rule translates that is shown ${instead}: \`${unseen}\` would show whether another does; if none, no answer can come back unless the network beyond knows a way to it`;
}

function leftHost({ foreign, ...leaving }: Leaving & { readonly foreign: Untranslated | undefined }): string {
  const warning = foreign === undefined ? '' : `; ${privateSource(leaving.dev, foreign)}`;
  return `${leavingText(leaving)}; what lies beyond is not in the snapshot${warning}`;
}

/** What cannot be told of IPVS, and whether a closed port is all that is seen. */
function ipvs({ what, closed }: { readonly what: string; readonly closed?: PortOfNetns }): string {
  return closed === undefined ? what : `the packet reaches ${closed.netns} at ${doorText(closed)}, where nothing listens; but ${what}`;
}

/** An answer that comes to the wrong place. */
type Astray =
  | { readonly as: 'wrong place'; readonly netns: string; readonly dev: string; readonly dst: Ip }
  | { readonly as: 'wrong source'; readonly netns: string; readonly dev: string; readonly from: string; readonly awaited: string }
  | { readonly as: 'unexpected'; readonly netns: string; readonly from: string };

function astray(one: Astray): string {
  const head = 'the answer is lost on the way back: it';
  switch (one.as) {
    case 'wrong place':
      return `${head} leaves ${one.netns} by ${one.dev} towards ${formatIp(one.dst)}, which is not where the client is`;
    case 'wrong source':
      return `${head} leaves ${one.netns} by ${one.dev} from ${one.from}, and the client waits for one from ${one.awaited}`;
    case 'unexpected':
      return `${head} comes to ${one.netns} from ${one.from}, where nothing waits for it`;
  }
}

/** A question that two sides answer differently. */
export interface OpenFork {
  readonly what: string;
  readonly file: string | undefined;
  readonly line: number;
  readonly category: string;
  readonly taken: string;
  readonly usual: Outcome;
  readonly otherwise: string;
  readonly other: Outcome;
}

function undecided({ what, file, line, category, taken, usual, otherwise, other }: OpenFork): string {
  const where = file === undefined || line === 0 ? '' : ` (${file}:${line})`;
  return `it depends on ${what}${where}; \`--assume ${category}=${taken}\` gives ${usual}, ${category}=${otherwise} gives ${other}`;
}

/** A port of dockerd's, and the listing that would tell what for. */
export interface Held {
  readonly socket: ListeningSocket;
  readonly netns: NetnsName;
  readonly file: string;
  readonly command: string;
}

const MISSING = {
  way: 'the path goes on in what the snapshot lacks: ',
  back: 'the way back depends on what the snapshot lacks: ',
  listing: 'the snapshot lacks ',
} as const;

/** Who takes a packet, who does not, and what cannot be told, in words: each entry makes a sentence of a reason's data. */
export const END_WORDS = {
  answered: ({ socket, netns }: { readonly socket: ListeningSocket; readonly netns: string }) =>
    `${listenerText(socket)} in ${netns} answers`,
  'echo-answered': ({ netns }: { readonly netns: string }) => `${netns} answers the echo request`,
  'left-host': leftHost,
  'no-listener': (door: PortOfNetns) => `nothing listens on ${doorText(door)} in ${door.netns}`,
  'port-held': ({ process, proto, port }: { readonly process: string; readonly proto: FlowProto; readonly port: number }) =>
    `${process} only holds ${proto} port ${port} for a container${process === ENGINE ? ' (userland-proxy is off)' : ''} and never answers on it`,
  'echo-ignored': ({ netns, setting }: { readonly netns: string; readonly setting: string }) =>
    `${netns} ignores echo requests (${setting}=1)`,
  'container-stopped': ({
    name,
    publishes,
  }: {
    readonly name: string;
    readonly publishes?: { readonly proto: FlowProto; readonly port: number };
  }) =>
    publishes === undefined
      ? `${name}, whose address that is, is not running`
      : `${name}, which publishes ${publishes.proto} port ${publishes.port}, is not running`,
  'network-down': ({ bridge }: { readonly bridge: string }) => `${bridge}, the bridge to that network, is down`,
  'network-empty': ({ bridge }: { readonly bridge: string }) =>
    `no container is attached to ${bridge}, the bridge to that network (NO-CARRIER)`,
  'no-common-family': ({ service }: { readonly service: string }) => `${service} has no address of a family that the source has`,
  'all-ports-taken': ({ proto, target }: { readonly proto: FlowProto; readonly target: string }) =>
    `every ${proto} port of ${target} is taken by somebody`,
  'reply-not-sent': () => 'the answer is lost on the way back: the kernel sends none',
  'reply-astray': astray,
  'segment-astray': ({ netns, packet: { src, sport, dst, dport } }: { readonly netns: string; readonly packet: Omit<Tuple, 'proto'> }) =>
    `it comes to ${netns} as ${endpointText(src, sport, false)} → ${endpointText(dst, dport, false)}, where nobody knows the connection`,
  'proxy-unknown': ({ process, proto, port }: { readonly process: string; readonly proto: FlowProto; readonly port: number }) =>
    `${process} on ${proto} ${port} takes the connection, and docker inspect, which would name its container, is not in the snapshot: whether anybody answers behind it is not known`,
  undecided,
  'too-much': (exceeded: Exceeded) => exceededWords(exceeded),
  missing: ({ what, where }: { readonly what: string; readonly where: keyof typeof MISSING }) => MISSING[where] + what,
  unresolved: ({ what }: { readonly what: string }) => what,
  'sockets-not-listed': ({ what, ...door }: PortOfNetns & { readonly what: string }) =>
    `the packet reaches ${door.netns} at ${doorText(door)}; whether something listens there ${what}`,
  ipvs,
  'holder-not-listed': ({ socket, netns, file, command }: Held) =>
    `${listenerText(socket)} in ${netns} takes it; whether it serves it, or only holds it for a container (userland-proxy off), is in ${file} (\`${command}\`), which is not whole`,
};
