import type { NetnsName } from './netns.js';
import type { Origin } from './origin.js';
import type { PacketView } from './sighting.js';

/** A rule, a policy or an end of a chain, as a trace of netfilter names it. */
export interface NamedInTrace {
  /** As the trace writes it: `ip`, `inet`; absent for iptables. */
  readonly nft?: string;
  readonly table: string;
  readonly chain: string;
  /** Counted from 1 (`TRACE:` of the kernel's log); absent where the trace prints the rule instead. */
  readonly number?: number;
  /** The rule as it is printed; absent where `number` stands for it. */
  readonly text?: string;
}

interface TestimonyBase {
  readonly origin: Origin;
  readonly netns: NetnsName;
  /** `tcp`, `udp`, `icmp`, or another protocol's name. */
  readonly proto: string;
  readonly packet: PacketView;
}

/** What a line of text tells of a packet, or of a connection, that was there. */
export type Testimony = TestimonyBase &
  /** LOG and NFLOG (nf_log_syslog.c). `before`: the head of syslog and the rule's prefix. */
  (
    | { readonly kind: 'log'; readonly before: string; readonly in?: string; readonly out?: string }
    /** A rule that the packet matched: `TRACE:`, xtables-monitor, `nft monitor trace`. */
    | { readonly kind: 'rule'; readonly rule: NamedInTrace }
    /** `conntrack -L`: the tuple of the answer tells what was translated. */
    | { readonly kind: 'connection'; readonly answer: PacketView; readonly replied: boolean }
    /** A packet that routing dropped for its source or destination, its ports untold (ip_handle_martian_source). */
    | { readonly kind: 'martian'; readonly in: string }
    /** tcpdump's text; the interface is absent where neither the line nor its head tells it. */
    | { readonly kind: 'seen'; readonly iface?: string; readonly dir?: 'in' | 'out' }
  );

/** How a testimony stands to a predicted way. */
export type Weight =
  /** It tells of a rule that the predicted packet meets. */
  | { readonly kind: 'met'; readonly rule: string; readonly at: Origin }
  /** It tells of a rule that the predicted packet does not meet. */
  | { readonly kind: 'not-met'; readonly rule: string; readonly at: Origin }
  /** No rule of the snapshot is the one that it tells of. */
  | { readonly kind: 'no-such-rule' }
  /** The packet was where it is predicted to be. */
  | { readonly kind: 'there' }
  /** The packet was at an interface that it is not predicted to cross. */
  | { readonly kind: 'elsewhere' }
  /** The connection was translated as predicted, and answered or not as predicted. */
  | { readonly kind: 'as-tracked' }
  | { readonly kind: 'translated-otherwise'; readonly to: string; readonly predicted: string }
  | { readonly kind: 'answered'; readonly predicted: boolean }
  /** Routing dropped a packet of these addresses, as predicted or not. */
  | { readonly kind: 'dropped'; readonly predicted: boolean };

/** A testimony about a traced flow. */
export interface Weighed {
  readonly testimony: Testimony;
  readonly weight: Weight;
}
