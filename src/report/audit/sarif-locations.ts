import type { Finding } from '../../model/audit.js';
import type { Origin } from '../../model/origin.js';
import { decisive } from './words.js';

/** @returns the places that a finding is about, each once: its objects, then its lines, then what decided its paths. */
export function originsOf(finding: Finding): readonly Origin[] {
  const own = finding.objects.flatMap((o) => o.origin ?? []);
  const lines = finding.evidence.lines.map((l) => l.origin);
  const rules = finding.evidence.traces.flatMap((t) => [...decisive(t), ...(t.decidedBy === undefined ? [] : [t.decidedBy])]);
  const all = [...own, ...lines, ...rules].map(({ file, line }) => ({ file, line }));
  return [...new Map(all.map((o) => [`${o.file}:${o.line}`, o])).values()];
}
