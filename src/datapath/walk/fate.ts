import type { Ip } from '../../address/ip.js';
import type { HookName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import type { RejectWith } from '../../netfilter/index.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Reason } from '../reasons/reason.js';
import type { Skb } from './skb.js';

/** What the kernel answers with when it refuses a packet. */
export type Refusal = RejectWith | 'icmp-ttl-exceeded' | 'icmp6-hop-limit' | 'icmp6-beyond-scope' | 'icmp-filtered';

/** How one packet's way ends. */
export type Fate =
  /** Handed to the transport layer of a namespace; whether a socket takes it is another question. */
  | { readonly kind: 'local'; readonly ns: NetnsState; readonly skb: Skb; readonly dev: string }
  /** Sent by an uplink: what comes then is not in the snapshot. */
  | { readonly kind: 'left'; readonly ns: NetnsState; readonly skb: Skb; readonly dev: string }
  /** Gone without a word. `errno` is what a sender in the same namespace gets back from its system call. */
  | { readonly kind: 'lost'; readonly ns: NetnsState; readonly why: Reason; readonly origin?: Origin; readonly errno?: string }
  /** The namespace wants to answer with an ICMP error or a reset. */
  | {
      readonly kind: 'refused';
      readonly ns: NetnsState;
      readonly skb: Skb;
      readonly with: Refusal;
      readonly hook: HookName | undefined;
      readonly dev: string;
      readonly why: Reason;
      readonly origin?: Origin;
    }
  /** The sender's own system call fails: no route, a prohibiting one, no such device. */
  | { readonly kind: 'local-error'; readonly ns: NetnsState; readonly errno: string; readonly why: Reason; readonly origin?: Origin }
  /** Nobody answers for the next hop; `local` where the sender itself asked. */
  | {
      readonly kind: 'no-neighbour';
      readonly ns: NetnsState;
      readonly skb: Skb;
      readonly dev: string;
      readonly ip: Ip;
      readonly why: Reason;
      readonly forwarded: boolean;
    }
  /** The way goes on in something that the snapshot does not hold. */
  | { readonly kind: 'missing'; readonly ns: NetnsState; readonly what: string };
