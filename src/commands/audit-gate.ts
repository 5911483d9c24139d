import { SEVERITIES, type Severity } from '../model/audit.js';

/** What the gate of an audit looks at. */
export interface Gate {
  readonly failOn: Severity | 'none';
  /** Possible findings do not fail. */
  readonly onlyProved: boolean;
  /** Rules that may stay undetermined. */
  readonly accepted: readonly string[];
}

/** Of one host: what was found, and what could not be decided. */
interface Found {
  readonly findings: readonly { readonly severity: Severity; readonly isNew?: boolean; readonly possible?: unknown }[];
  readonly undetermined: readonly { readonly rule: string; readonly severity: Severity }[];
}

/**
 * @returns the exit code of an audit: 1 where a finding, proved or possible, is as severe as the gate says, and new where a baseline was
 *   given; else 2 where an undetermined rule could hide such a finding; else 0.
 */
export function exitCodeOf(hosts: readonly Found[], { failOn, onlyProved, accepted }: Gate): 0 | 1 | 2 {
  if (failOn === 'none') return 0;
  const severe = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  const counts = ({ severity, isNew, possible }: Found['findings'][number]): boolean =>
    severe.includes(severity) && isNew !== false && !(onlyProved && possible !== undefined);
  if (hosts.some(({ findings }) => findings.some(counts))) return 1;
  const hides = ({ rule, severity }: Found['undetermined'][number]): boolean => severe.includes(severity) && !accepted.includes(rule);
  return hosts.some(({ undetermined }) => undetermined.some(hides)) ? 2 : 0;
}
