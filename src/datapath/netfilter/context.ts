import type { HookPoint, OracleQuery } from '../../netfilter/index.js';
import type { PortBox } from '../cache/port-box.js';
import type { NetnsView } from './netns-view.js';
import type { Skb } from '../walk/skb.js';
import type { SetChanges } from './set-changes.js';

/** What a rule can see: the packet, the namespace, the hook and its devices (struct xt_action_param). */
export interface MatchContext {
  readonly skb: Skb;
  readonly ns: NetnsView;
  readonly hook: HookPoint;
  /** Empty where the hook has no such device. */
  readonly in: string;
  readonly out: string;
  /** Set below the IP layer, where the packet has its frame's header whichever way it goes. */
  readonly frame?: true;
  /** What this trace's packets did to sets so far. */
  readonly changes: SetChanges;
  /** Notes what the rules ask of ports, where the walk is to serve for others. */
  readonly ports?: PortBox | undefined;
  /** Collects the questions that made an answer unknown. */
  readonly questions: OracleQuery[];
}

/**
 * nft_payload_eval: what this namespace itself sends has no frame header before it is given to a device (skb_mac_header_was_set).
 * @returns whether the packet has one here.
 */
export function hasFrame({ frame, in: dev }: MatchContext): boolean {
  return frame === true || dev !== '';
}

/** Three-valued truth: false, true, or not to be told from the snapshot. */
export const Tri = {
  No: 0,
  Yes: 1,
  Unknown: 2,
} as const;
export type Tri = (typeof Tri)[keyof typeof Tri];

export type Test = (context: MatchContext) => Tri;

/** @returns a boolean as a truth value. */
export function tri(value: boolean): Tri {
  return value ? Tri.Yes : Tri.No;
}
