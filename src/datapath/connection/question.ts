import type { Ip } from '../../address/ip.js';
import type { ListeningSocket } from '../../model/host.js';
import type { Origin } from '../../model/origin.js';
import type { FlowProto, Outcome } from '../../model/trace.js';
import type { Tuple } from '../conntrack/entry.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { ProxyTarget } from '../proxy/target.js';
import type { Reason } from '../reasons/reason.js';
import type { Opener } from '../walk/skb.js';

/** By which device packets of an outside machine come in. */
export interface EntryDevice {
  readonly dev: string;
  /** Devices by which they may come in as well: nothing in the snapshot tells which it is. */
  readonly others: readonly string[];
  /** The link inside that it is an address of: what is sent through the host, not to it, comes from there. */
  readonly inside?: string;
  /** Why it is taken to be that one, where it is no more than that. */
  readonly taken?: string;
}

/** Who asks: a socket in a namespace, or an outside machine whose packets come in by a device of the host. */
export type Client =
  | { readonly kind: 'netns'; readonly ns: NetnsState; readonly src: Ip | undefined }
  | {
      readonly kind: 'outside';
      readonly ns: NetnsState;
      readonly dev: string;
      readonly src: Ip;
      /** Set where the snapshot does not tell the device for sure. */ readonly entry?: EntryDevice;
    };

export interface ConnectionAttempt {
  readonly client: Client;
  readonly proto: FlowProto;
  readonly dst: Ip;
  readonly sport: number;
  readonly dport: number;
  readonly leg: number;
  /** Who opened the client's socket, where the snapshot tells. */
  readonly opener?: Opener;
}

/** How one connection went, as its client sees it. */
export interface Result {
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly origin?: Origin;
  /** The first packet as sent. */
  readonly sent: Tuple | undefined;
  /** Set when a proxy took the connection: it will open another. */
  readonly proxy?: ProxiedConnection;
}

export interface ProxiedConnection {
  readonly ns: NetnsState;
  readonly socket: ListeningSocket;
  readonly target: ProxyTarget | 'unknown';
  /** A datagram's answer goes back only when the container has answered the proxy. */
  readonly answerLater?: () => Result;
}

/** @returns a result, without an origin where none is known. */
export function resultOf(outcome: Outcome, reason: Reason, sent: Tuple | undefined, origin?: Origin): Result {
  return origin === undefined ? { outcome, reason, sent } : { outcome, reason, sent, origin };
}
