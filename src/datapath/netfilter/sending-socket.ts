import { TCP_FLAG } from '../../model/packet.js';
import type { Ip } from '../../address/ip.js';
import type { OwnerQuery, OracleQuery } from '../../netfilter/index.js';
import type { SendingSocket, Skb } from '../walk/skb.js';
import type { MatchContext } from './context.js';

const ECHO_REQUESTS: ReadonlySet<number> = new Set([8, 128]);
/** The highest user and group: one more is none (INVALID_UID). */
const HIGHEST = 0xfffffffe;

/** Echo replies, ICMP errors, solicitations and resets leave by sockets of the kernel's own (inet_ctl_sock_create), which have no file. */
function sentByKernel({ packet }: Skb): boolean {
  return (packet.icmpType >= 0 && !ECHO_REQUESTS.has(packet.icmpType)) || (packet.tcpFlags & TCP_FLAG.RST) !== 0;
}

/** @returns the socket of this namespace that sends the packet, be it the kernel's (owner_mt). */
export function sendingSocket({ skb, ns }: MatchContext): SendingSocket | undefined {
  return skb.socket?.netns === ns.name ? skb.socket : undefined;
}

/** @returns the program's socket that sends the packet: it has a file, and so a user (nft_meta_get_eval_skugid). */
export function programsSocket(context: MatchContext): SendingSocket | undefined {
  return sentByKernel(context.skb) ? undefined : sendingSocket(context);
}

/** Whether whoever opened the socket is among those asked for; undefined where that is not known, or hangs on who of several it was. */
export function isOwner({ id, ranges }: OwnerQuery, { uids, gids }: SendingSocket): boolean | undefined {
  const may = id === 'uid' ? uids : gids;
  const fits = (one: Ip): boolean => ranges.some(([lo, hi]) => one >= lo && one <= hi);
  if (may === undefined) return ranges.some(([lo, hi]) => lo === 0 && hi >= HIGHEST) ? true : undefined;
  return may.every(fits) ? true : may.some(fits) ? undefined : false;
}

/** Reads the user or group of who sends. @returns undefined where nobody does (NFT_BREAK), or that it has to be asked. */
export function ownerValue({ owner }: OracleQuery, context: MatchContext): number | 'ask' | undefined {
  const socket = programsSocket(context);
  if (socket === undefined) return undefined;
  const may = owner?.id === 'gid' ? socket.gids : socket.uids;
  return may?.length === 1 ? may[0]! : 'ask';
}
