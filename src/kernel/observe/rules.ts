import type { KernelFlow } from '../flow.js';
import { sourceKey, type Attributed } from './attribute.js';
import { TRACER } from '../plan/plan.js';
import type { TraceEntry } from './trace-log.js';

type RuleEntry = TraceEntry & { readonly rule: string };

const tupleOf = (e: TraceEntry): string => [e.src, e.sport, e.dst, e.dport, e.echo].join();

/** The flow whose packet met a rule. One that was dropped before it crossed an interface is known by its client's port. */
function flowOf(entry: TraceEntry, flows: readonly KernelFlow[], packets: Attributed): number | undefined {
  if (entry.echo !== 0) return flows.find((f) => f.proto === 'icmp' && f.sport === entry.echo)?.id;
  const seen = packets.bySource.get(sourceKey(entry.src, entry.sport));
  const dialled = entry.in === '' ? packets.dialled(entry.netns, entry.sport) : undefined;
  return (
    seen ??
    dialled ??
    flows.find((f) => f.proto !== 'icmp' && f.client === entry.netns && entry.in === '' && f.sport === entry.sport)?.id ??
    packets.identified(entry)
  );
}

/** Leaves out what follows a walk that was begun before (a retransmission), and the trace's own rules, each of which begins a walk. */
function firstWalks(entries: readonly TraceEntry[]): readonly RuleEntry[] {
  const started = new Set<string>();
  const kept: RuleEntry[] = [];
  let skip = false;
  for (const entry of entries) {
    if (entry.rule === undefined) continue;
    if (entry.table === TRACER) {
      const key = `${entry.nft ?? ''} ${entry.chain} ${entry.in} ${tupleOf(entry)}`;
      skip = started.has(key);
      started.add(key);
    } else if (!skip && !entry.rule.endsWith('-j TRACE')) kept.push({ ...entry, rule: entry.rule });
  }
  return kept;
}

/** @returns for each flow the rules its first packets matched, namespace by namespace, in order. */
export function attributeRules(
  flows: readonly KernelFlow[],
  packets: Attributed,
  trace: readonly TraceEntry[],
): ReadonlyMap<number, readonly RuleEntry[]> {
  const rules = new Map<number, RuleEntry[]>();
  for (const netns of new Set(trace.map((e) => e.netns))) {
    const byFlow = new Map<number, TraceEntry[]>();
    for (const entry of trace.filter((e) => e.netns === netns)) {
      const flow = flowOf(entry, flows, packets);
      if (flow !== undefined) byFlow.set(flow, [...(byFlow.get(flow) ?? []), entry]);
    }
    for (const [flow, entries] of byFlow) rules.set(flow, [...(rules.get(flow) ?? []), ...firstWalks(entries)]);
  }
  return rules;
}
