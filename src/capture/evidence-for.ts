import type { CapturedFlow, HopStatus } from '../model/capture.js';
import type { FlowProto } from '../model/trace.js';
import { canonical } from './names.js';

/** A flow to look for; what is absent stands for any. Addresses may be those before or after translation. */
export interface SoughtFlow {
  readonly src?: string;
  readonly dst?: string;
  readonly proto: FlowProto;
  readonly dport?: number;
}

export interface FlowEvidence {
  readonly status: HopStatus;
  /** Conversations that match, and those of them that were answered. */
  readonly flows: number;
  readonly answered: number;
  /** The first of them. */
  readonly example?: CapturedFlow;
}

/**
 * Whether captures show that a flow was in fact used, for audits and matrices: `seen` where some conversation bears its addresses at any interface,
 * before or after translation; `not-seen` where there are captures and none does; `not-observable` without captures. Absence proves nothing beyond
 * the time and the interfaces of the captures.
 */
export type EvidenceFor = (flow: SoughtFlow) => FlowEvidence;

/** Makes the look-up. @param flows all conversations of the captures; @param captured whether there were captures at all. */
export function evidenceIn(flows: Iterable<CapturedFlow>, captured: boolean): EvidenceFor {
  const byServer = new Map<string, Set<CapturedFlow>>();
  const all = new Set<CapturedFlow>();
  for (const flow of flows) {
    all.add(flow);
    for (const { dst, dport, reply } of flow.hops) {
      if (reply) continue;
      const key = serverKey(flow.proto, dst, dport);
      const there = byServer.get(key) ?? new Set<CapturedFlow>();
      byServer.set(key, there.add(flow));
    }
  }
  return ({ src, dst, proto, dport }) => {
    const indexed = dst !== undefined && (dport !== undefined || proto === 'icmp');
    const candidates = indexed ? (byServer.get(serverKey(proto, canonical(dst), dport)) ?? []) : all;
    const wanted = { src: src === undefined ? undefined : canonical(src), dst: dst === undefined ? undefined : canonical(dst) };
    const found = [...candidates].filter((flow) => flow.proto === proto && bears(flow, wanted, dport));
    const answered = found.filter((flow) => flow.outcome === 'established' || flow.outcome === 'joined').length;
    const status = found.length > 0 ? 'seen' : captured ? 'not-seen' : 'not-observable';
    return { status, flows: found.length, answered, ...(found[0] && { example: found[0] }) };
  };
}

function serverKey(proto: string, dst: string, dport: number | undefined): string {
  return `${proto} ${dst} ${dport ?? ''}`;
}

/** The source may be told before translation and the destination after it: each needs only some hop of the request. */
function bears(
  flow: CapturedFlow,
  wanted: { readonly src: string | undefined; readonly dst: string | undefined },
  dport: number | undefined,
): boolean {
  const requests = flow.hops.filter((hop) => !hop.reply);
  const source = wanted.src === undefined || requests.some((hop) => hop.src === wanted.src);
  const server = requests.some(
    (hop) => (wanted.dst === undefined || hop.dst === wanted.dst) && (dport === undefined || hop.dport === dport),
  );
  return source && server;
}
