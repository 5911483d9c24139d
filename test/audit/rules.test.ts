import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import type { Finding } from '../../src/model/audit.js';
import { asks } from '../../src/report/audit/words.js';
import { printedRemedy } from '../../src/report/printed.js';
import { CASES } from './cases.js';
import { machineOf, recorded, RULES } from './hosts.js';

/** A finding as a person would check it: everything, with each path as what was asked and what became of it. */
function told(finding: Finding): unknown {
  const traces = finding.evidence.traces.map((trace) => `${asks(trace)}: ${trace.outcome}`);
  return printedRemedy({ ...finding, evidence: { ...finding.evidence, traces } });
}

describe.each([...new Set(CASES.map((c) => c.rule))])('%s', (id) => {
  const mine = RULES.filter((rule) => rule.id === id);
  it.each(CASES.filter((c) => c.rule === id).map((c) => [c.name, c] as const))('%s', async (name, test) => {
    const files = recorded(test.host);
    for (const change of test.changes) change(files);
    const { audit } = auditMachine(machineOf(files), mine);
    const found = audit.findings.map((f) => [f.severity, ...f.objects.map((o) => o.name)]);
    const state =
      audit.undetermined.length > 0
        ? 'undetermined'
        : audit.notApplicable.length > 0
          ? 'not applicable'
          : audit.passed.length > 0
            ? 'passed'
            : 'found';
    expect({ found, state }).toEqual({ found: test.found, state: test.state });
    if (test.found.length === 0) return;
    const file = `golden/${id}.${name.replace(/[^a-z0-9]+/g, '-')}.json.txt`;
    await expect(`${JSON.stringify(audit.findings.map(told), undefined, 2)}\n`).toMatchFileSnapshot(file);
  });
});

it('has a host that fires every rule, and one that looks alike', () => {
  const fired = new Set(CASES.filter((c) => c.found.length > 0).map((c) => c.rule));
  const quiet = new Set(CASES.filter((c) => c.found.length === 0).map((c) => c.rule));
  expect({
    fired: RULES.filter((r) => !fired.has(r.id)).map((r) => r.id),
    quiet: RULES.filter((r) => !quiet.has(r.id)).map((r) => r.id),
  }).toEqual({ fired: [], quiet: [] });
});
