import type { FlowProto } from '../model/trace.js';
import type { ProbeResult } from './agent/protocol.js';
import type { Captured } from './observe/captured.js';
import type { TraceEntry } from './observe/trace-log.js';

/** One flow as the twin sends it. Ports, the echo id and the byte of a datagram tell it from its neighbours. */
export interface KernelFlow {
  readonly id: number;
  /** The namespace of the client; the outside's own where no namespace owns the source address. */
  readonly client: string;
  readonly proto: FlowProto;
  readonly dst: string;
  /** 0 for ICMP. */
  readonly dport: number;
  /** Where the client is told which of its addresses to use. */
  readonly src?: string;
  /** Source port, or the id of the echo. */
  readonly sport: number;
  /** 1 to 127. */
  readonly byte: number;
  /** The device by which an outside client's packet comes in. */
  readonly entry?: { readonly netns: string; readonly iface: string };
}

/** A packet of a flow at an interface. */
export interface FlowPacket {
  readonly captured: Captured;
  readonly reply: boolean;
}

/** What the kernel did with one flow. */
export interface Observed {
  readonly flow: KernelFlow;
  readonly result: ProbeResult;
  readonly packets: readonly FlowPacket[];
  /** A proxy took it and dialled anew: what leaves from there on is not the client's own packet. */
  readonly proxied: boolean;
  /** ICMP errors about it. */
  readonly errors: readonly Captured[];
  /** Rules of the first packet of each connection, without those that switch the trace on. */
  readonly rules: readonly (TraceEntry & { readonly rule: string })[];
}
