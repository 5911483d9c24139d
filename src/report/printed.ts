import { printCommands } from '../command/index.js';
import type { Audit, FindingRemedy } from '../model/audit.js';
import type { Trace } from '../model/trace.js';

/** @returns a trace as JSON tells it: the commands of its remedy as text, one line each, safe to paste. */
export function printedTrace(trace: Trace): unknown {
  return trace.remedy === undefined ? trace : { ...trace, remedy: { ...trace.remedy, commands: printCommands(trace.remedy.commands) } };
}

/** @returns something found, as JSON tells it: likewise. */
export function printedRemedy<T extends { readonly remedy: Pick<FindingRemedy, 'text' | 'steps'> }>(found: T): unknown {
  const steps = found.remedy.steps.map((step) => ({ ...step, commands: printCommands(step.commands) }));
  return { ...found, remedy: { ...found.remedy, steps } };
}

/** @returns an audit as JSON tells it: likewise. */
export function printedAudit(audit: Audit): unknown {
  return { ...audit, findings: audit.findings.map(printedRemedy) };
}
