import type { Ip } from '../../address/ip.js';
import type { FlowProto, FlowRequest } from '../../model/trace.js';
import { type Budget, FlowCache } from '../cache/flow-cache.js';
import type { Client } from '../connection/question.js';

/** Pairs of endpoints kept; beyond that all are forgotten. */
const MOST_REMEMBERED = 4096;

/** Ways kept for all of them, of some kilobytes each. */
const MOST_WAYS = 10_000;

/** Who a request is between, as its names and addresses were resolved. */
export interface ResolvedEnds {
  readonly client: Client;
  /** Of one family with the client; the one it would choose first. */
  readonly destinations: readonly Ip[];
  /** The port that the destination names (`db:5432`). */
  readonly port: number | undefined;
  /** What is known of connections to the first destination. */
  readonly ways: Readonly<Record<FlowProto, FlowCache>>;
}

/** Endpoints that were resolved before, by sender, then destination and source address. */
export class KnownEndpoints {
  private readonly bySender = new Map<string, Map<string, ResolvedEnds>>();
  private size = 0;
  budget: Budget = { left: MOST_WAYS };

  get({ from, to, src }: FlowRequest): ResolvedEnds | undefined {
    return this.bySender.get(from)?.get(src === undefined ? to : `${to} from ${src}`);
  }

  set({ from, to, src }: FlowRequest, endpoints: ResolvedEnds): void {
    if (this.size++ >= MOST_REMEMBERED) {
      this.bySender.clear();
      this.size = 1;
      this.budget = { left: MOST_WAYS };
    }
    const ofSender = this.bySender.get(from) ?? new Map<string, ResolvedEnds>();
    this.bySender.set(from, ofSender.set(src === undefined ? to : `${to} from ${src}`, endpoints));
  }
}

/** @returns what flows between two ends are to find again, by protocol, with the entries that all of them may keep. */
export function waysOf(budget: Budget): ResolvedEnds['ways'] {
  return { tcp: new FlowCache(true, budget), udp: new FlowCache(true, budget), icmp: new FlowCache(false, budget) };
}
