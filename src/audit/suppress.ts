import type { Audit, Finding, SuppressedFinding, SuppressionNote } from '../model/audit.js';
import { globMatches } from './checks/fact.js';
import type { Suppression } from './config.js';

function covers(suppression: Suppression, rule: string, object: string): boolean {
  return suppression.rule === rule && (suppression.object === undefined || globMatches(suppression.object, object));
}

function noteOf({ rule, object, reason, expires }: Suppression, state: SuppressionNote['state']): SuppressionNote {
  return { rule, ...(object !== undefined && { object }), reason, expires, state };
}

/**
 * Takes accepted findings out, object by object.
 * @param file where they are written, for reports.
 * @param today as `2026-11-21`; a suppression holds through its last day.
 * @returns the audit with what was suppressed, and which suppressions expired or match nothing, listed apart.
 */
export function suppress(audit: Audit, suppressions: readonly Suppression[], today: string, file?: string): Audit {
  const live = suppressions.filter((s) => s.expires >= today);
  const used = new Set<Suppression>();
  const suppressed: SuppressedFinding[] = [];
  const findings = audit.findings.flatMap((finding): readonly Finding[] => {
    const hidden = new Map<Suppression, string[]>();
    const kept = finding.objects.filter((object) => {
      const by = live.find((s) => covers(s, finding.rule, object.name));
      if (by === undefined) return true;
      used.add(by);
      hidden.set(by, [...(hidden.get(by) ?? []), object.name]);
      return false;
    });
    for (const [{ reason, expires }, objects] of hidden)
      suppressed.push({ rule: finding.rule, objects, reason, expires, ...(file !== undefined && { file }) });
    return kept.length === 0 ? [] : [{ ...finding, objects: kept }];
  });
  const expired = suppressions.filter((s) => s.expires < today).map((s) => noteOf(s, 'expired'));
  const stale = live.filter((s) => !used.has(s)).map((s) => noteOf(s, 'stale'));
  return { ...audit, findings, suppressed, suppressionNotes: [...expired, ...stale] };
}
