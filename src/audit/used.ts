import { parseIp } from '../address/ip.js';
import type { Audit, CapturedUse, Exposure, Finding } from '../model/audit.js';
import type { CapturedFlow, HopStatus } from '../model/capture.js';
import type { FlowProto, Trace } from '../model/trace.js';
import type { AuditDraft } from './engine.js';

/** What to look for in the captures. */
export interface SoughtUse {
  /** Without it, any machine outside the snapshot. */
  readonly src?: string;
  readonly dst: string;
  readonly proto: FlowProto;
  readonly dport?: number;
}

/** Looks captures up; given by the caller, since reading captures is not the audit's. */
export type UseLookUp = (sought: SoughtUse) => {
  readonly status: HopStatus;
  readonly flows: number;
  readonly answered: number;
  readonly example?: CapturedFlow;
};

function soughtOf({ flow }: Trace): SoughtUse | undefined {
  const { from, src, dst, proto, dport } = flow;
  if (dst === undefined) return undefined;
  // any machine outside may use what one was asked for
  const isOutside = parseIp(from) !== undefined;
  return { ...(!isOutside && src !== undefined && { src }), dst, proto, ...(dport !== undefined && { dport }) };
}

function endText({ ip, port, name }: CapturedFlow['client']): string {
  const at = port === undefined ? ip : `${ip.includes(':') ? `[${ip}]` : ip}:${port}`;
  return name === undefined ? at : `${name} (${at})`;
}

function useOf(all: readonly SoughtUse[], lookUp: UseLookUp): CapturedUse | undefined {
  const unique = [...new Map(all.map((sought) => [JSON.stringify(sought), sought])).values()];
  const found = unique.map(lookUp).filter((one) => one.status !== 'not-observable');
  if (found.length === 0) return undefined;
  const [example] = found.flatMap((one) => one.example ?? []).sort((a, b) => a.first - b.first);
  const sum = (count: (one: (typeof found)[number]) => number): number => found.reduce((total, one) => total + count(one), 0);
  return {
    status: example === undefined ? 'not-seen' : 'seen',
    flows: sum((one) => one.flows),
    answered: sum((one) => one.answered),
    ...(example && { example: { client: endText(example.client), server: endText(example.server), first: example.first } }),
  };
}

function exposureUse({ at, proto }: Exposure, lookUp: UseLookUp): CapturedUse | undefined {
  const colon = at.lastIndexOf(':');
  const dst = at.slice(0, colon).replace(/^\[|\]$/g, '');
  return useOf([{ dst, proto, dport: Number(at.slice(colon + 1)) }], lookUp);
}

/**
 * Sets what was proved open beside what captures show of it.
 * @param audit made of the draft, its findings in the same order.
 */
export function markUsed(audit: Audit, { drafts }: AuditDraft, lookUp: UseLookUp): Audit {
  const findings = audit.findings.map((finding, index): Finding => {
    const paths = drafts[index]?.paths ?? [];
    const open = paths.filter((trace) => trace.outcome === 'connected' || trace.outcome === 'leaves-host');
    const used = useOf(
      open.flatMap((trace) => soughtOf(trace) ?? []),
      lookUp,
    );
    return used === undefined ? finding : { ...finding, used };
  });
  const exposures = audit.exposures.map((exposure): Exposure => {
    const used = exposureUse(exposure, lookUp);
    return used === undefined ? exposure : { ...exposure, used };
  });
  return { ...audit, findings, exposures };
}
