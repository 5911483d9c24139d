import type { Family } from '../../../src/address/ip.js';
import type { ListenRequest } from '../../../src/kernel/agent/protocol.js';
import type { OutsideWire } from '../../../src/kernel/plan/plan.js';
import type { FlowRequest } from '../../../src/model/trace.js';

export interface ScenarioChain {
  readonly name: string;
  readonly policy?: 'ACCEPT' | 'DROP';
  readonly rules: readonly string[];
}

export interface ScenarioTable {
  readonly family: Family;
  readonly name: 'raw' | 'mangle' | 'nat' | 'filter' | 'security';
  readonly chains: readonly ScenarioChain[];
}

export interface ScenarioNetns {
  readonly name: string;
  readonly stacked: readonly string[];
  readonly sysctls: readonly (readonly [string, string])[];
  readonly ip: readonly string[];
  readonly ip6: readonly string[];
  readonly bridge: readonly string[];
  readonly ipset: readonly string[];
  readonly tables: readonly ScenarioTable[];
  readonly listeners: readonly ListenRequest[];
}

/** A device that leads outside, and what the host has on it. */
export interface ScenarioWire {
  readonly uplink: OutsideWire;
  readonly subnets: readonly string[];
  readonly gateways: readonly string[];
  /** Containers that sit on it. */
  readonly stations: readonly { readonly ip: string; readonly mac: string }[];
}

/** A host as the commands that make it, and the flows to send: lists of lines, so that any of them can be left out. */
export interface Scenario {
  readonly seed: number;
  readonly base: readonly string[];
  readonly namespaces: readonly ScenarioNetns[];
  readonly wires: readonly ScenarioWire[];
  readonly flows: readonly FlowRequest[];
  /** Set where the host has met its gateways and nobody else: a listing of neighbours that is empty tells nothing. */
  readonly amongStrangers?: true;
  /** What Docker prints, by the file of the snapshot; absent: Docker was not asked. */
  readonly docker?: Readonly<Record<string, unknown>>;
}
