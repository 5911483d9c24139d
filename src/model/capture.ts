import type { NetnsName } from './netns.js';
import type { Family } from '../address/ip.js';
import type { HostGrounds } from './grounds.js';
import type { Origin } from './origin.js';
import type { PacketView, Sighting } from './sighting.js';

/** A conversation's packets in one direction at one interface. Times are microseconds since 1970. */
export interface CaptureHop extends PacketView {
  readonly netns: NetnsName;
  /** Empty where the capture does not tell it (Linux cooked capture, version 1, of `any`). */
  readonly iface: string;
  /** Absent where the capture does not tell it and the snapshot does not either. */
  readonly dir?: 'in' | 'out';
  readonly reply: boolean;
  readonly packets: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  readonly retransmissions: number;
  /** Microseconds since the hop before, in the same direction; absent at the first. */
  readonly after?: number;
  /** An ICMP error about these packets, as it was seen here. */
  readonly error?: { readonly type: number; readonly code: number; readonly by: string };
  readonly file: string;
}

/**
 * What became of a conversation, as far as the captures show. `joined`: its beginning is not in them, and both sides speak; `one-way`: its beginning
 * is not in them, and one side speaks.
 */
export type FlowOutcome = 'established' | 'refused' | 'unreachable' | 'unanswered' | 'answer-lost' | 'joined' | 'one-way';

export interface FlowEnd {
  readonly ip: string;
  readonly port?: number;
  /** A container's name or `host`, where the snapshot knows the address. */
  readonly name?: string;
}

/** A conversation joined over every interface that it was seen at, before and after translation. */
export interface CapturedFlow {
  readonly family: Family;
  /** `tcp`, `udp`, `icmp`, or the protocol's number. */
  readonly proto: string;
  readonly client: FlowEnd;
  readonly server: FlowEnd;
  /** The ends as the last hop shows them, where they differ. */
  readonly translated?: { readonly client: FlowEnd; readonly server: FlowEnd };
  readonly outcome: FlowOutcome;
  /** Why, in words. */
  readonly text: string;
  /** Where it, or its answer, was last seen, where it did not arrive. */
  readonly died?: { readonly netns: string; readonly iface: string; readonly reply: boolean };
  /** Both directions together, at the interface that saw it first. */
  readonly packets: number;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  readonly retransmissions: number;
  /** The request's hops in order, then the answer's. */
  readonly hops: readonly CaptureHop[];
}

/** A capture that was read. */
export interface CaptureSource {
  readonly file: string;
  /** `netns:iface` as it was given or told from the file; several where one file holds several interfaces. */
  readonly interfaces: readonly string[];
  readonly packets: number;
  /** How far it could be read, where it is damaged. */
  readonly problem?: string;
}

/** Whether a predicted hop is borne out. `not-observable`: no capture was taken there. */
export type HopStatus = 'seen' | 'not-seen' | 'not-observable';

/** One predicted sighting beside what the captures hold. */
export interface HopEvidence {
  readonly predicted: Sighting;
  readonly status: HopStatus;
  /** Its addresses as captured: the client's port differs from the predicted one. */
  readonly seen?: PacketView;
  /** The capture tells the namespace and the direction of the packet, not the interface: other hops alike share this sighting. */
  readonly ifaceUntold?: true;
  /** How often, and when first, in microseconds since 1970. */
  readonly packets?: number;
  readonly at?: number;
  /** Microseconds since the hop seen before it. */
  readonly after?: number;
  readonly retransmissions?: number;
}

/** A trace beside the captures: what `--pcap` adds to a trace. */
export interface CaptureEvidence {
  readonly sources: readonly CaptureSource[];
  /** One for each of the trace's `packets`, in order. */
  readonly hops: readonly HopEvidence[];
  /** `none`: the captures hold no such flow at all; `partly`: they agree as far as the packet was seen. */
  readonly verdict: 'confirmed' | 'partly' | 'contradicted' | 'none' | 'not-observable';
  readonly text: string;
  /** The first predicted hop that a capture should show and does not, with what lies between it and the hop before. */
  readonly missing?: { readonly index: number; readonly text: string; readonly origin?: Origin };
  /** Where a packet that does not arrive was seen last, as predicted, and what stopped it there. */
  readonly stopped?: { readonly index: number; readonly text: string; readonly origin?: Origin };
  /** Whatever the captures show that the prediction rules out. */
  readonly contradictions: readonly string[];
  /** The connections that match, the one shown first. */
  readonly flows: number;
  readonly shown?: CapturedFlow;
  /** The second connection, where a proxy opened one. */
  readonly beyondProxy?: CapturedFlow;
}

/** A conversation beside what the snapshot says of it. */
export interface JudgedFlow extends CapturedFlow {
  /** Why the snapshot rules it out, as it was seen. Absent where it does not, or no snapshot was given. */
  readonly impossible?: readonly string[];
  /** The connection that a proxy opened for this one, as the snapshot and the time tell. */
  readonly proxied?: { readonly client: FlowEnd; readonly server: FlowEnd; readonly outcome: FlowOutcome };
}

/** Packets that are in no flow. */
export interface CaptureCounts {
  readonly packets: number;
  /** Not IP, or a link type that is not read. */
  readonly other: number;
  readonly malformed: number;
  /** ICMP that neither asks for an echo nor reports an error: neighbour and router discovery, multicast groups. */
  readonly control: number;
  /** Fragments whose first one was not seen. */
  readonly strayFragments: number;
  /** ICMP errors about packets that no capture holds. */
  readonly strayErrors: number;
}

/** Everything that `flows` tells. */
export interface FlowsDocument extends HostGrounds {
  readonly sources: readonly CaptureSource[];
  readonly counts: CaptureCounts;
  /** Only flows that the snapshot rules out were asked for. */
  readonly unexplainedOnly: boolean;
  readonly flows: Iterable<JudgedFlow>;
}
