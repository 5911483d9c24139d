import type { NetnsName } from './netns.js';
import type { Family } from '../address/ip.js';
import type { Account } from './account.js';
import type { Assumption } from './assumption.js';
import type { CaptureEvidence } from './capture.js';
import type { Cause } from './cause.js';
import type { Command } from './command.js';
import type { FileAccount } from './listing.js';
import type { DeviceHook, HookName } from './netfilter.js';
import type { NftFamily } from './nftables/ruleset.js';
import type { Origin } from './origin.js';
import type { PacketView, Sighting } from './sighting.js';
import type { Weighed } from './testimony.js';

/** What the client sees; `leaves-host`: what lies beyond the uplink is not in the snapshot. */
export type Outcome = 'connected' | 'leaves-host' | 'refused' | 'unreachable' | 'timeout' | 'unknown';

export type FlowProto = 'tcp' | 'udp' | 'icmp';

/** A question: who talks to whom. Names and addresses as the user wrote them. */
export interface FlowRequest {
  readonly id?: string;
  readonly from: string;
  readonly to: string;
  readonly proto?: FlowProto;
  readonly src?: string;
  readonly sport?: number;
  readonly dport?: number;
}

/** The flow as it was traced: every name resolved, addresses as text. */
export interface TracedFlow {
  readonly id?: string;
  readonly from: string;
  readonly to: string;
  readonly proto: FlowProto;
  readonly src?: string;
  readonly sport?: number;
  readonly dst?: string;
  readonly dport?: number;
}

/** What a rule did to a packet that matched it; `other` is a target after which the packet goes on, or whose doing is not told. */
export type HitAction =
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  | {
      readonly kind: 'translate';
      readonly manip: 'src' | 'dst';
      /** The ports that it may give; absent where it keeps the packet's. */
      readonly ports?: readonly [number, number];
    }
  | { readonly kind: 'accept' | 'drop' | 'reject' | 'return' | 'continue' | 'other' };

/** A rule that a packet matched. */
export interface RuleHit {
  readonly netns: NetnsName;
  readonly family: Family;
  /** Family of a native nftables table, as nft writes it; absent for rules of iptables. */
  readonly nft?: NftFamily;
  readonly table: string;
  readonly chain: string;
  readonly rule: string;
  /** Of a native rule, where the listing has it. */
  readonly handle?: number;
  /** Of a native rule that lets the packet go on: it wrote into the packet, its connection or a set. */
  readonly writes?: true;
  /** Of a native rule as `nft monitor trace` prints it: `jump web`, `accept`. Else `ACCEPT`, `DROP`, `RETURN`, `JUMP chain`, `GOTO chain`, a target's name, or `CONTINUE`. */
  readonly verdict: string;
  /** Of a rule that looked up a verdict map: the key of the entry that told it, as nft prints it: `"eth0"`, `10.0.0.1 . 80`. */
  readonly entry?: string;
  /** The same as data, for whoever decides by it. Not printed: the words of `verdict` are. */
  readonly action?: HitAction;
  readonly file: string;
  readonly line: number;
  /** It hangs on something that the snapshot does not tell, and the packet goes on alike whether it matched or not. */
  readonly possible?: true;
}

/** What there was more of than is looked at, so that nothing can be said beyond it. */
export interface Exceeded {
  readonly what: 'questions' | 'sides' | 'rules tried' | 'rules matched' | 'work';
  readonly limit: number;
  /** The first question, or the chain; empty for all that one question about a host may cost. */
  readonly detail: string;
}

/** One thing that happened to a packet. `leg` counts connections (a proxy opens the second), `reply` is the answer's way. */
export interface StepBase {
  readonly netns: NetnsName;
  readonly leg: number;
  readonly reply: boolean;
  readonly packet: PacketView;
  /** Set on the way of an answer that a machine beyond an uplink is taken to give: nothing of it is among `packets`. */
  readonly assumed?: true;
}

/** A private source of another network than the uplink's: what lies beyond has no route to it unless somebody gave it one. */
export interface Untranslated {
  readonly src: string;
  /** The uplink's own address. */
  readonly own: string;
  /** The command that would show rules that may translate it all the same; absent where they are listed. */
  readonly unseen?: string;
}

export type Step = StepBase &
  (
    | { readonly kind: 'send'; readonly what: string }
    /** A FIB decision; `text` is the route that won, or the error. `via` is the next hop when there is one. */
    | {
        readonly kind: 'route';
        readonly purpose: 'output' | 'input' | 'reroute';
        readonly result: 'local' | 'unicast' | 'broadcast' | 'error';
        readonly dev?: string;
        readonly via?: string;
        readonly prefsrc?: string;
        readonly table?: number;
        readonly text: string;
        readonly origin?: Origin;
        readonly policyRule?: Origin;
        readonly error?: string;
      }
    /** One table at one hook; `hits` in order. `policy` is set when no rule decided: "no rule matched: policy DROP". */
    | {
        readonly kind: 'table';
        readonly hook: HookName | DeviceHook;
        /** Of a native nftables table: its family, and the base chain that was walked. */
        readonly nft?: NftFamily;
        readonly chain?: string;
        readonly table: string;
        readonly family: Family;
        readonly in: string;
        readonly out: string;
        readonly mark: number;
        readonly hits: readonly RuleHit[];
        /** More matches than are listed, by chains that are entered again and again: `hits` has each rule once, where it matched first. */
        readonly cut?: true;
        /** Rules that may have matched as well, which changes nothing; the usual side is that they did not. */
        readonly besides?: readonly RuleHit[];
        readonly policy?: 'ACCEPT' | 'DROP';
        /** Where the policy stands. */ readonly origin?: Origin;
        readonly verdict: 'accept' | 'drop' | 'reject' | 'stolen';
      }
    | {
        readonly kind: 'nat';
        readonly hook: HookName;
        readonly manip: 'src' | 'dst';
        readonly before: PacketView;
        readonly after: PacketView;
        /** Set when a rule made it; absent when the connection's translation was applied. */ readonly origin?: Origin;
      }
    | { readonly kind: 'conntrack'; readonly state: string; readonly text: string }
    /** A sighting: the packet at an interface. */
    | {
        readonly kind: 'interface';
        readonly iface: string;
        readonly dir: 'in' | 'out';
        /** Seen there only until the neighbour is confirmed, which the next packet may find done. */
        readonly whileUnconfirmed?: true;
      }
    | {
        readonly kind: 'bridge';
        readonly bridge: string;
        readonly from: string;
        readonly to: readonly string[];
        readonly why: 'fdb' | 'flood' | 'local' | 'blocked';
        readonly text: string;
        /** Where it is blocked. */
        readonly cause?: Cause;
      }
    | { readonly kind: 'neighbour'; readonly iface: string; readonly ip: string; readonly mac?: string; readonly text: string }
    /** Crosses from one namespace's device to another's. */
    | { readonly kind: 'link'; readonly iface: string; readonly peerNetns: string; readonly peerIface: string; readonly how: string }
    | { readonly kind: 'deliver'; readonly socket: string; readonly text: string; readonly origin?: Origin }
    | { readonly kind: 'proxy'; readonly process: string; readonly text: string; readonly to: string; readonly origin?: Origin }
    /** The kernel answers with an ICMP error or a reset. */
    | { readonly kind: 'error'; readonly what: string; readonly text: string; readonly cause: Cause; readonly origin?: Origin }
    | { readonly kind: 'drop'; readonly where: string; readonly text: string; readonly cause: Cause; readonly origin?: Origin }
    | { readonly kind: 'leave'; readonly iface: string; readonly text: string; readonly untranslated?: Untranslated }
  );

/** By whose means a remedy works, in the order people should try them: the runtime's, the firewall's own front end, rules, the kernel's settings. */
export type RemedyWay = 'runtime' | 'front-end' | 'rules' | 'setting';

/** Whether what a remedy changed is still there afterwards. */
export type Lasting = 'stays' | 'lost';

/** What else a remedy opens, of the flows that were walked on the model before and after. */
export interface AlsoOpens {
  /** `web → app:443/tcp`, the first of them. */
  readonly flows: readonly string[];
  readonly count: number;
  /** How many flows were compared. */
  readonly compared: number;
}

export interface Remedy {
  /** Commands to type, in order. */
  readonly commands: readonly Command[];
  readonly why: string;
  readonly way?: RemedyWay;
  /** What the client sees then, walked on the model with these commands. */
  readonly then?: Outcome;
  /** The same as lines of a compose file. */
  readonly compose?: readonly string[];
  readonly opens?: AlsoOpens;
  /** Until when it holds. */
  readonly lasts?: { readonly dockerRestart: Lasting; readonly reload: Lasting; readonly reboot: Lasting; readonly recreate: Lasting };
  /** Set where it passes rules by which Docker keeps networks and containers apart. */
  readonly hole?: true;
}

/** The whole answer: the fixed JSON format `dtrace-path-trace/1`, plus what people read. */
export interface Trace {
  readonly format: 'dtrace-path-trace/1';
  readonly flow: TracedFlow;
  readonly outcome: Outcome;
  /** What decides by: the words of the reason are for people. */
  readonly cause: Cause;
  readonly reason: string;
  /** The rule, route or socket that decided, where one did. */
  readonly decidedBy?: Origin;
  readonly packets: readonly Sighting[];
  readonly rules: readonly RuleHit[];
  /** Set where a packet matched rules more often than is listed: where `cut` stands among `steps`, `rules` has each rule once. */
  readonly rulesCut?: true;
  readonly steps: readonly Step[];
  readonly assumptions: readonly Assumption[];
  /** Files or facts that the snapshot lacks and that the path touched. */
  readonly missing: readonly string[];
  /** Set where the outcome is `unknown` because there was more to look at than is looked at. */
  readonly exceeded?: Exceeded;
  /** The first of `remedies`, where there are any. */
  readonly remedy?: Remedy;
  /** All that would open it, in the order people should try them. */
  readonly remedies?: readonly Remedy[];
  /** Set where only a hole in Docker's own rules would open it, which nobody asked for. */
  readonly heldBack?: true;
  /** Names and owners for the sentence that an answer opens with. */
  readonly account?: Account;
  /** Files of the snapshot that were not understood, or not wholly; absent where there are none. */
  readonly unread?: readonly FileAccount[];
  /** The same path beside packets that were captured, where captures were given. */
  readonly captures?: CaptureEvidence;
  /** What lines of text tell of packets of this flow: the kernel's log, `conntrack -L`, traces of netfilter, tcpdump. */
  readonly testimonies?: readonly Weighed[];
}
