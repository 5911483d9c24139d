import { SEVERITIES, type Severity } from '../../model/audit.js';

/** What the gate of an audit looks at. */
export interface Gate {
  readonly failOn: Severity | 'none';
  /** Possible findings do not fail. */
  readonly onlyProved: boolean;
  /** Rules that may stay undetermined. */
  readonly accepted: readonly string[];
}

/** Of one host: what was found, what could not be decided, and what was suppressed. */
interface Found {
  readonly findings: readonly { readonly severity: Severity; readonly isNew?: boolean; readonly possible?: unknown }[];
  readonly undetermined: readonly { readonly rule: string; readonly severity: Severity }[];
  readonly suppressed: readonly unknown[];
  /** Set where the snapshot could not be audited: nothing is known of such a host. */
  readonly problem?: string;
}

/** What the gate says, in numbers. */
interface Counts {
  /** Findings that fail it. */
  readonly failing: number;
  /** As severe, and in the baseline. */
  readonly known: number;
  /** As severe, possible, and not counted. */
  readonly possible: number;
  /** Suppressed by a configuration. */
  readonly suppressed: number;
  /** Undetermined rules that could hide one. */
  readonly hidden: number;
  readonly hasBaseline: boolean;
}

function countsOf(hosts: readonly Found[], severe: readonly Severity[], { onlyProved, accepted }: Gate): Counts {
  const findings = hosts.flatMap((host) => host.findings.filter(({ severity }) => severe.includes(severity)));
  const fresh = findings.filter(({ isNew }) => isNew !== false);
  const failing = fresh.filter(({ possible }) => !(onlyProved && possible !== undefined)).length;
  const hides = ({ rule, severity }: Found['undetermined'][number]): boolean => severe.includes(severity) && !accepted.includes(rule);
  return {
    failing,
    known: findings.length - fresh.length,
    possible: fresh.length - failing,
    suppressed: hosts.reduce((sum, host) => sum + host.suppressed.length, 0),
    hidden: hosts.reduce((sum, host) => sum + host.undetermined.filter(hides).length, 0),
    hasBaseline: hosts.some((host) => host.findings.some(({ isNew }) => isNew !== undefined)),
  };
}

function aside({ known, possible, suppressed }: Counts): string {
  const parts = [
    ...(known > 0 ? [`${known} known`] : []),
    ...(possible > 0 ? [`${possible} only possible`] : []),
    ...(suppressed > 0 ? [`${suppressed} accepted`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** What the gate decides: the exit code, and why in one line. */
export interface GateVerdict {
  readonly code: 0 | 1 | 2;
  readonly line: string;
}

/**
 * Asks the gate of an audit: 1 where a finding, proved or possible, is as severe as it says, and new where a baseline was given; else 2 where
 * an undetermined rule could hide such a finding, or a host could not be audited; else 0.
 * @returns the verdict; undefined where `--fail-on none` asks for no gate.
 */
export function askGate(hosts: readonly Found[], gate: Gate): GateVerdict | undefined {
  const { failOn } = gate;
  if (failOn === 'none') return undefined;
  const counts = countsOf(hosts, SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1), gate);
  const { failing, hidden, hasBaseline } = counts;
  const level = failOn === 'critical' ? failOn : `${failOn} or above`;
  const unaudited = hosts.filter(({ problem }) => problem !== undefined).length;
  const missing = unaudited === 0 ? '' : `; ${unaudited} of ${hosts.length} hosts could not be audited`;
  if (failing > 0) return { code: 1, line: `gate: FAILED, ${failing} ${hasBaseline ? 'new ' : ''}at ${level}${aside(counts)}${missing}` };
  if (hidden > 0) {
    const rules = hidden === 1 ? '1 undetermined rule' : `${hidden} undetermined rules`;
    return { code: 2, line: `gate: NOT DECIDED, ${rules} could hide a finding at ${level}${aside(counts)}${missing}` };
  }
  const nothing = `nothing ${hasBaseline ? 'new ' : ''}at ${level}${aside(counts)}`;
  if (unaudited > 0) return { code: 2, line: `gate: NOT DECIDED, ${nothing}${missing}` };
  return { code: 0, line: `gate: passed, ${nothing}` };
}
