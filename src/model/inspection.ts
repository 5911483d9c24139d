import type { NetnsName } from './netns.js';
import type { Family } from '../address/ip.js';
import type { HostGrounds } from './grounds.js';
import type { SourceKind } from './host.js';
import type { HostMeta } from './host-meta.js';
import type { TakenPart } from './intake.js';
import type { Listing } from './listing.js';
import type { TableName } from './netfilter.js';
import type { Origin, Problem } from './origin.js';

/** Where an interface leads: a veth's other end, or the device it sits on. */
export type LinkEnd =
  | { readonly how: 'peer' | 'lower'; readonly netns: string; readonly iface: string }
  /** The other end's namespace is not in the snapshot, or more than one fits. */
  | { readonly how: 'elsewhere'; readonly index: number };

export interface InspectedInterface {
  readonly name: string;
  readonly index: number;
  readonly kind: string;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly mac?: string;
  readonly mtu: number;
  /** `172.17.0.1/16`. */
  readonly addresses: readonly string[];
  readonly master?: string;
  readonly link?: LinkEnd;
  readonly origin: Origin;
}

export interface InspectedListener {
  readonly proto: 'tcp' | 'udp';
  /** `0.0.0.0`, `*` (both families), `::`, an address, with `%dev` where it is bound to one. */
  readonly address: string;
  readonly port: number;
  readonly process?: string;
  readonly origin: Origin;
}

export interface InspectedTable {
  readonly family: Family;
  readonly backend: 'nft' | 'legacy' | 'unknown';
  readonly table: TableName;
  readonly chains: number;
  readonly rules: number;
  readonly file: string;
}

export interface InspectedNetns {
  readonly name: string;
  readonly interfaces: readonly InspectedInterface[];
  readonly routes: readonly { readonly family: Family; readonly table: string; readonly routes: number }[];
  readonly policyRules: number;
  readonly listeners: readonly InspectedListener[];
  readonly tables: readonly InspectedTable[];
  readonly ipsets: readonly { readonly name: string; readonly type: string; readonly members: number }[];
  readonly foreign: readonly {
    readonly chain: string;
    readonly hook: string;
    readonly priority: number;
    readonly rules: number;
    readonly evaluated: boolean;
  }[];
  /** Which listings were read, and from where. */
  readonly sources: readonly (Listing & { readonly kind: SourceKind })[];
  /** Kinds of listing that a trace through this namespace may need and that are not there. */
  readonly missing: readonly SourceKind[];
}

export interface InspectedBridge {
  readonly netns: NetnsName;
  readonly name: string;
  /** Docker's name for the network it carries. */
  readonly network?: string;
  readonly up: boolean;
  readonly carrier: boolean;
  readonly subnets: readonly string[];
  readonly ports: readonly { readonly iface: string; readonly state: string; readonly flags: readonly string[]; readonly link?: LinkEnd }[];
}

export interface InspectedContainer {
  readonly name: string;
  readonly id: string;
  readonly image: string;
  readonly running: boolean;
  readonly networkMode: string;
  readonly netns: NetnsName;
  /** Whether that namespace's own listings are in the snapshot. */
  readonly netnsListed: boolean;
  readonly endpoints: readonly { readonly network: string; readonly addresses: readonly string[] }[];
}

export interface InspectedPort {
  readonly container: string;
  readonly proto: string;
  readonly containerPort: number;
  /** As Docker publishes it: `0.0.0.0`, `::`, an address; `*` for both families. */
  readonly hostAddress: string;
  readonly hostPort: number;
  /** The process that listens there, where the host's listeners are known. */
  readonly listener?: string;
}

export interface InspectedNetwork {
  readonly name: string;
  readonly id: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly bridge?: string;
  readonly subnets: readonly string[];
  readonly containers: readonly string[];
}

/** What a snapshot was understood to hold. */
/** A packet capture that came with the snapshot; it is not read here. */
export interface InspectedCapture {
  readonly netns: NetnsName;
  /** A name, or `any`. */
  readonly iface: string;
  readonly file: string;
  /** Whether the snapshot holds such a place; packets of another are told as they are, and placed nowhere. */
  readonly known: boolean;
}

export interface Inspection extends HostGrounds {
  readonly format: 'dtrace-path-inspection/1';
  readonly meta: HostMeta;
  readonly namespaces: readonly InspectedNetns[];
  readonly bridges: readonly InspectedBridge[];
  readonly networks: readonly InspectedNetwork[];
  readonly containers: readonly InspectedContainer[];
  readonly published: readonly InspectedPort[];
  readonly captures: readonly InspectedCapture[];
  /** What files of any names were taken for; absent where the files are a snapshot's own. */
  readonly parts?: readonly TakenPart[];
  /** Everything that was not understood, in the order of its place. */
  readonly problems: readonly Problem[];
}
