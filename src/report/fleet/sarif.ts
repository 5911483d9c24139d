import { escapeTerminal } from '../escape.js';
import { inertJson } from '../inert-json.js';
import type { FleetReport } from './report.js';

interface Run {
  readonly tool: { readonly driver: { readonly rules?: readonly Readonly<Record<string, unknown>>[] } };
  readonly invocations: readonly { readonly toolExecutionNotifications?: readonly unknown[] }[];
  readonly results: readonly Readonly<Record<string, unknown>>[];
}

/** Our own report, read back. */
function runOf(piece: string | undefined): Run | undefined {
  if (piece === undefined) return undefined;
  const log = JSON.parse(piece) as { readonly runs: readonly Run[] };
  return log.runs[0];
}

/** The worst score that any host gives a rule: GitHub sorts by the rule's. */
function mergedRules(runs: readonly Run[]): readonly unknown[] {
  const byId = new Map<unknown, Readonly<Record<string, unknown>>>();
  for (const rule of runs.flatMap((run) => run.tool.driver.rules ?? [])) {
    const known = byId.get(rule['id']);
    if (known === undefined || scoreOf(rule) > scoreOf(known)) byId.set(rule['id'], rule);
  }
  return [...byId.values()];
}

function scoreOf({ properties }: Readonly<Record<string, unknown>>): number {
  const score =
    typeof properties === 'object' && properties !== null && 'security-severity' in properties ? properties['security-severity'] : 0;
  return Number(score);
}

/** The same finding on two hosts is two. */
function ofHost(name: string, result: Readonly<Record<string, unknown>>): unknown {
  const prints = result['partialFingerprints'];
  if (typeof prints !== 'object' || prints === null) return result;
  const own = Object.fromEntries(Object.entries(prints).map(([key, value]) => [key, `${String(value)}:${escapeTerminal(name)}`]));
  return { ...result, partialFingerprints: own };
}

/** SARIF 2.1.0: one run over all hosts, its results in the files of each snapshot. */
export const report: FleetReport = (fleet, { version }) => {
  const each = fleet.hosts.flatMap(({ name, pieces }) => {
    const run = runOf(pieces['sarif']);
    return run === undefined ? [] : [{ name, run }];
  });
  const runs = each.map(({ run }) => run);
  const failed = fleet.hosts.flatMap((h) =>
    h.problem === undefined ? [] : [{ level: 'error', message: { text: escapeTerminal(`${h.name} could not be audited: ${h.problem}`) } }],
  );
  const notifications = [...failed, ...runs.flatMap((run) => run.invocations.flatMap((i) => i.toolExecutionNotifications ?? []))];
  const run = {
    tool: { driver: { name: 'dtrace-path', version, rules: mergedRules(runs) } },
    invocations: [{ executionSuccessful: failed.length === 0, toolExecutionNotifications: notifications }],
    results: each.flatMap(({ name, run: { results } }) => results.map((result) => ofHost(name, result))),
    columnKind: 'utf16CodeUnits',
  };
  return `${inertJson({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }, 2)}\n`;
};
