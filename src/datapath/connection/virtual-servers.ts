import { formatIp } from '../../address/ip.js';
import type { Origin } from '../../model/origin.js';
import { PROTO } from '../../model/packet.js';
import type { VirtualServer } from '../../model/virtual-server.js';
import { mayName } from '../../netfilter/iptables/index.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';

/** What becomes of a packet that IPVS takes, or may take; the walk ends there. */
export interface TakenByIpvs {
  readonly why: string;
  readonly origin: Origin;
}

const NAMES = { tcp: PROTO.TCP, udp: PROTO.UDP, sctp: 132 } as const;

/** ip_vs_service_find: by mark, then by address and port, then by address alone. */
function serviceFor(servers: readonly VirtualServer[], { packet }: Skb): VirtualServer | undefined {
  const marked = packet.mark === 0 ? undefined : servers.find(({ takes }) => takes.by === 'mark' && takes.mark === packet.mark);
  const at =
    (port: number) =>
    (one: VirtualServer): boolean => {
      const { takes } = one;
      return takes.by === 'address' && NAMES[takes.proto] === packet.proto && takes.ip === packet.dst && takes.port === port;
    };
  return marked ?? servers.find(at(packet.dport)) ?? servers.find(at(0));
}

function told(ns: NetnsState, { servers, scheduler, origin }: VirtualServer): TakenByIpvs {
  const shown = servers
    .slice(0, 4)
    .map(({ ip, port }) => (typeof ip === 'number' ? `${formatIp(ip)}:${port}` : `[${formatIp(ip)}]:${port}`));
  const more = servers.length > shown.length ? ` and ${servers.length - shown.length} more` : '';
  const among = servers.length === 0 ? 'it has no server behind it' : `to one of ${shown.join(', ')}${more} (${scheduler})`;
  return { why: `IPVS of ${ns.name} takes the packet and sends it on, ${among}, which is not followed`, origin };
}

/** Rules that look at IPVS's own connections, and the device of kube-proxy's virtual addresses, are there only where it is used. */
function signOf({ netns }: NetnsState): string | undefined {
  if (netns.interfaces.some(({ name }) => name === 'kube-ipvs0')) return 'the interface kube-ipvs0 is there';
  for (const set of netns.rulesets)
    for (const table of set.tables.values())
      for (const chain of table.chains.values()) {
        const rule = chain.rules.find((one) => mayName(one, /ipvs/) && one.spec.matches.some(({ module }) => module === 'ipvs'));
        if (rule !== undefined) return `${rule.origin.file}:${rule.origin.line} looks at its connections`;
      }
  return undefined;
}

/** Every port at which virtual servers take packets, in order. */
export function virtualPorts(servers: readonly VirtualServer[]): readonly number[] {
  return [...new Set(servers.flatMap(({ takes }) => (takes.by === 'address' ? [takes.port] : [])))].sort((a, b) => a - b);
}

const signs = new WeakMap<NetnsState, { readonly sign: string | undefined }>();

function knownSign(ns: NetnsState): string | undefined {
  let known = signs.get(ns);
  if (known === undefined) signs.set(ns, (known = { sign: signOf(ns) }));
  return known.sign;
}

/**
 * ip_vs_in: a packet for this machine goes to a virtual server before any socket sees it.
 * @returns undefined where none takes it.
 */
export function takenByIpvs(ns: NetnsState, skb: Skb): TakenByIpvs | undefined {
  const { virtualServers } = ns.netns;
  const service = virtualServers === undefined ? undefined : serviceFor(virtualServers, skb);
  return service === undefined ? undefined : told(ns, service);
}

/** @returns what tells that IPVS may take a packet that no socket waits for, where its virtual servers are not listed. */
export function maybeTakenByIpvs(ns: NetnsState): TakenByIpvs | undefined {
  if (ns.netns.sources.get('ipvs')?.state === 'whole') return undefined;
  const sign = knownSign(ns);
  const origin = { file: `${ns.directory}/ipvs-save.txt`, line: 0 };
  return sign === undefined
    ? undefined
    : { why: `IPVS is used in ${ns.name} (${sign}), and ${origin.file} (\`ipvsadm -Sn\`) would show what it takes`, origin };
}
