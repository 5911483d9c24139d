import { SEVERITIES, type Severity } from '../model/audit.js';
import { openOutput } from './shared/output.js';

/** @returns whether a finding is as severe as the gate says, and new where a baseline was given. */
export function fails(findings: readonly { readonly severity: Severity; readonly isNew?: boolean }[], failOn: Severity | 'none'): boolean {
  if (failOn === 'none') return false;
  const severe = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return findings.some((f) => severe.includes(f.severity) && f.isNew !== false);
}

/** Writes a report, whole or not at all, given as one text or in pieces. */
export async function writeReport(file: string | undefined, text: string | Iterable<string>): Promise<void> {
  const output = await openOutput(file);
  try {
    for (const piece of typeof text === 'string' ? [text] : text) if (!(await output.write(piece))) break;
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
}
