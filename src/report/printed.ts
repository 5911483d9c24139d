import { printCommands } from '../command/index.js';
import type { Audit, FindingRemedy } from '../model/audit.js';
import type { Remedy, Trace } from '../model/trace.js';

/** @returns a trace as JSON tells it: the commands of its remedy as text, one line each, safe to paste. */
export function printedTrace(trace: Trace): unknown {
  const { remedy, remedies } = trace;
  const printed = (one: Remedy): unknown => ({ ...one, commands: printCommands(one.commands) });
  return remedy === undefined
    ? trace
    : { ...trace, remedy: printed(remedy), ...(remedies !== undefined && { remedies: remedies.map(printed) }) };
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
