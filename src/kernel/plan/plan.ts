import type { Family } from '../../address/ip.js';
import type { ListenRequest } from '../agent/protocol.js';
import type { NetnsName } from '../../model/netns.js';
import type { NftTable } from '../../model/nftables/ruleset.js';
import type { CommandWords, WrittenLine } from '../write/words.js';

/** One command of a batch, with what it rebuilds, for the list of what could not be. */
export interface PlanLine {
  /** Each reaches the program as one word. */
  readonly words: CommandWords;
  readonly what: string;
  /** Its failure changes nothing that a packet meets. */
  readonly optional?: boolean;
}

/** A ruleset as iptables-restore takes it; `sources[n]` says where line n+1 came from. */
export interface RulesetText {
  readonly family: Family;
  readonly backend: 'nft' | 'legacy';
  readonly lines: readonly WrittenLine[];
  readonly sources: readonly string[];
}

export interface SourcedLine {
  readonly line: WrittenLine;
  /** Where it came from. */
  readonly source: string;
}

/** The native rules of a namespace as `nft -f` takes them, and the tables they were made from. */
export interface NativeText {
  readonly lines: readonly SourcedLine[];
  readonly tables: readonly NftTable[];
}

/** The table by which a twin switches tracing on. */
export const TRACER = 'dtrace_path_tracer';

export interface SysctlSetting {
  readonly key: string;
  readonly value: string;
  readonly what: string;
}

/** What is done inside one namespace, in this order. */
export interface NetnsPlan {
  readonly name: string;
  /** `ip` commands that make devices on top of others. */
  readonly stacked: readonly PlanLine[];
  /** `ip` commands: masters, up, addresses, routes, neighbours. */
  readonly ip: readonly PlanLine[];
  /** `ip -6` commands: a batch has one family. */
  readonly ip6: readonly PlanLine[];
  /** What may keep neighbours from being found, once those that are known have been. */
  readonly sysctls: readonly SysctlSetting[];
  readonly rules: readonly PlanLine[];
  readonly rules6: readonly PlanLine[];
  /** `bridge` commands. */
  readonly bridge: readonly PlanLine[];
  /** Neighbours that the kernel knew: whether a bridge passes a translated frame straight on depends on them. */
  readonly known: readonly string[];
  readonly ipset: readonly PlanLine[];
  readonly rulesets: readonly RulesetText[];
  readonly native?: NativeText;
  readonly listeners: readonly ListenRequest[];
}

/** @returns whether the rules of a namespace are such as nft traces: iptables' legacy back end has no trace of its own. */
export function isWatched({ rulesets, native }: NetnsPlan): boolean {
  return native !== undefined || rulesets.some(({ backend }) => backend === 'nft');
}

/** A device whose other end is not in the snapshot: its wire leads to the outside. */
export interface OutsideWire {
  readonly netns: NetnsName;
  readonly iface: string;
  /** Name of the far end, in the outside's namespace. */
  readonly far: string;
  readonly mac: string | undefined;
  readonly carrier: boolean;
  /** A point-to-point device without neighbours. */
  readonly noarp: boolean;
}

/** Something that a snapshot shows and the twin does not have. */
export interface Gap {
  readonly what: string;
  readonly why: string;
}

/** A whole host, as commands. */
export interface TwinPlan {
  /** `ip` commands that make namespaces, and devices that stand on nothing. */
  readonly base: readonly PlanLine[];
  readonly namespaces: readonly NetnsPlan[];
  readonly uplinks: readonly OutsideWire[];
  readonly gaps: readonly Gap[];
}

/** The namespace that stands for all that is outside. */
export const OUTSIDE = 'router';
