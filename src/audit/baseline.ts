import type { Audit } from '../model/audit.js';
import { compareText } from './group.js';

/** What was known before: every object of every finding, by name for people and by fingerprint for the comparison. */
export interface Baseline {
  readonly format: 'dtrace-path-baseline/1';
  readonly findings: readonly { readonly rule: string; readonly object: string; readonly fingerprint: string }[];
}

/** A baseline file that cannot be used. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

/** @returns the baseline of an audit, in an order that does not depend on severities. */
export function baselineOf(audit: Audit): Baseline {
  const findings = audit.findings.flatMap((f) => f.objects.map((o) => ({ rule: f.rule, object: o.name, fingerprint: o.fingerprint })));
  return {
    format: 'dtrace-path-baseline/1',
    findings: findings.sort((a, b) => compareText(`${a.rule} ${a.object}`, `${b.rule} ${b.object}`)),
  };
}

/**
 * Reads a baseline.
 * @param file for messages.
 * @returns the fingerprints in it.
 * @throws BaselineError where it is none.
 */
export function parseBaseline(text: string, file: string): ReadonlySet<string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BaselineError(`${file}: is no JSON (${error instanceof Error ? error.message : String(error)})`, { cause: error });
  }
  const list = typeof value === 'object' && value !== null && 'findings' in value ? value.findings : undefined;
  if (!Array.isArray(list)) throw new BaselineError(`${file}: is no baseline; write one with --update-baseline`);
  return new Set(
    list.map((entry: unknown, index) => {
      if (typeof entry === 'object' && entry !== null && 'fingerprint' in entry && typeof entry.fingerprint === 'string')
        return entry.fingerprint;
      throw new BaselineError(`${file}: findings.${index} has no fingerprint`);
    }),
  );
}

/** @returns the audit with every finding marked as new that has an object the baseline lacks. */
export function markNew(audit: Audit, known: ReadonlySet<string>): Audit {
  return { ...audit, findings: audit.findings.map((f) => ({ ...f, isNew: f.objects.some((o) => !known.has(o.fingerprint)) })) };
}
