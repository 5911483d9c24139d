import { contains, type Ip } from '../../address/ip.js';
import type { WireguardPeer } from '../../model/wireguard.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Reason } from '../reasons/reason.js';

/** wg_allowedips_lookup_dst: the peer with the longest prefix; of two with one prefix, the later has taken it from the other. */
function peerFor(peers: readonly WireguardPeer[], dev: string, ip: Ip): WireguardPeer | undefined {
  let [found, longest]: [WireguardPeer | undefined, number] = [undefined, -1];
  for (const peer of peers.filter((one) => one.dev === dev))
    for (const prefix of peer.allowed) if (contains(prefix, ip) && prefix.length >= longest) [found, longest] = [peer, prefix.length];
  return found;
}

/**
 * wg_xmit: without a peer for the destination (ENOKEY), or with one of which nobody knows where it is (EDESTADDRREQ), the sender gets an
 * ICMP host unreachable.
 * @returns why a packet to an address enters no tunnel; undefined where it does, or where the peers of the device are not listed.
 */
export function withoutPeer({ name, netns: { wireguard }, interfaces }: NetnsState, dev: string, ip: Ip): Reason | undefined {
  const detail = interfaces.get(dev)?.detail;
  if (wireguard?.devices.has(dev) !== true || (detail?.kind === 'other' && detail.name !== 'wireguard')) return undefined;
  const peer = peerFor(wireguard.peers, dev, ip);
  if (peer?.located === true) return undefined;
  return { kind: 'no-neighbour', as: peer === undefined ? 'no peer' : 'nowhere', netns: name, dev, ip };
}
