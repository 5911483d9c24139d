import type { NetnsState } from '../machine/netns-state.js';
import type { Fate } from './fate.js';
import type { Skb } from './skb.js';

/** A frame that a device is to receive (netif_rx): it waits until whoever sent it has returned, so nobody's way makes calls within calls. */
export interface WaitingFrame {
  readonly kind: 'waiting';
  readonly ns: NetnsState;
  readonly dev: string;
  readonly skb: Skb;
}

/** One frame sent by several ports. */
export interface FloodedFrame {
  readonly kind: 'flooded';
  /** Sends the next copy; undefined once all are sent. */
  readonly next: () => Underway | undefined;
  /** @param fates of all copies, in their order. */
  readonly settle: (fates: readonly Fate[]) => Fate;
}

/** How far a packet has come: to its end, or to a device that it waits for. */
export type Underway = Fate | WaitingFrame | FloodedFrame;

/** netif_rx: hands a frame to a device that takes it later. */
export function netifRx(ns: NetnsState, dev: string, skb: Skb): WaitingFrame {
  return { kind: 'waiting', ns, dev, skb };
}

/** @returns the frame's copies, one for each port: each is sent when the one before it has come to its end. */
export function flooded<P>(ports: readonly P[], send: (port: P) => Underway, settle: FloodedFrame['settle']): FloodedFrame {
  let sent = 0;
  return { kind: 'flooded', next: () => (sent < ports.length ? send(ports[sent++]!) : undefined), settle };
}
