import { SEVERITIES, type Severity } from '../model/audit.js';

/** @returns whether a finding is as severe as the gate says, and new where a baseline was given. */
export function fails(findings: readonly { readonly severity: Severity; readonly isNew?: boolean }[], failOn: Severity | 'none'): boolean {
  if (failOn === 'none') return false;
  const severe = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return findings.some((f) => severe.includes(f.severity) && f.isNew !== false);
}
