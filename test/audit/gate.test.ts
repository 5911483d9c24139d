import { describe, expect, it } from 'vitest';
import { askGate } from '../../src/commands/audit/gate.js';
import { AUDIT_REPORTS } from '../../src/report/audit/index.js';
import { auditMachine } from '../../src/audit/engine.js';
import { createMachine } from '../../src/datapath/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { readRules } from '../../src/commands/audit/rules.js';

const gate = { failOn: 'high', onlyProved: false, accepted: [] } as const;
const none = { findings: [], undetermined: [], suppressed: [] } as const;

describe('the last line of an audit says why the gate fails or passes', () => {
  it.each([
    ['nothing', none, gate, 0, 'gate: passed, nothing at high or above'],
    ['one critical', { ...none, findings: [{ severity: 'critical' }] }, gate, 1, 'gate: FAILED, 1 at high or above'],
    ['one below', { ...none, findings: [{ severity: 'medium' }] }, gate, 0, 'gate: passed, nothing at high or above'],
    [
      'new and known ones',
      { ...none, findings: [{ severity: 'high', isNew: true }, ...Array(3).fill({ severity: 'high', isNew: false })], suppressed: [1, 2] },
      gate,
      1,
      'gate: FAILED, 1 new at high or above (3 known, 2 accepted)',
    ],
    [
      'known ones alone',
      { ...none, findings: [{ severity: 'high', isNew: false }] },
      gate,
      0,
      'gate: passed, nothing new at high or above (1 known)',
    ],
    [
      'possible ones that do not count',
      { ...none, findings: [{ severity: 'critical', possible: {} }] },
      { ...gate, onlyProved: true },
      0,
      'gate: passed, nothing at high or above (1 only possible)',
    ],
    [
      'what could hide one',
      { ...none, undetermined: [{ rule: 'docker-api-tcp', severity: 'critical' }] },
      { ...gate, failOn: 'critical' },
      2,
      'gate: NOT DECIDED, 1 undetermined rule could hide a finding at critical',
    ],
    [
      'accepted doubts',
      { ...none, undetermined: [{ rule: 'a', severity: 'high' }] },
      { ...gate, accepted: ['a'] },
      0,
      'gate: passed, nothing at high or above',
    ],
    [
      'a host that could not be audited',
      { ...none, findings: [{ severity: 'high', isNew: false }], problem: 'holds no files' },
      gate,
      2,
      'gate: NOT DECIDED, nothing new at high or above (1 known); 1 of 1 hosts could not be audited',
    ],
    [
      'one that could not be audited beside what fails',
      { ...none, findings: [{ severity: 'high' }], problem: 'holds no files' },
      gate,
      1,
      'gate: FAILED, 1 at high or above; 1 of 1 hosts could not be audited',
    ],
  ] as const)('%s', (_, host, asked, code, line) => expect(askGate([host], asked)).toEqual({ code, line }));
});

describe('reports for forges and dashboards', async () => {
  const machine = createMachine(await loadSnapshot('fixtures/hosts/docker28-bridge'));
  const { audit } = auditMachine(machine, await readRules({ folders: [], only: [], disable: [], known: [] }));
  const print = async (format: string): Promise<string> =>
    [...(await AUDIT_REPORTS.get(format)!())(audit, { color: false, version: '0', root: 'host/' })].join('');

  it('GitLab gets an issue a finding, each with a place and a fingerprint of its own', async () => {
    const issues = JSON.parse(await print('gitlab')) as readonly Readonly<Record<string, unknown>>[];
    expect(issues.map((i) => [i['check_name'], i['severity']])).toEqual([
      ['sensitive-service-exposed', 'blocker'],
      ['metadata-reachable', 'major'],
      ['published-to-all', 'major'],
      ['icc-default-bridge', 'minor'],
      ['rp-filter-off', 'minor'],
      ['default-bridge-used', 'info'],
      ['userland-proxy-source', 'info'],
      ['not-read', 'info'],
      ['not-read', 'info'],
    ]);
    expect(new Set(issues.map((i) => i['fingerprint'])).size).toBe(issues.length);
    expect(issues[0]?.['location']).toEqual({ path: 'host/docker/containers.json', lines: { begin: 2 } });
  });

  it('Prometheus gets lines of its own format, each series once', async () => {
    const lines = (await print('prom')).trimEnd().split('\n');
    const samples = lines.filter((line) => !line.startsWith('#'));
    expect(samples.filter((line) => !/^dtrace_path_\w+\{(?:\w+="(?:[^"\\]|\\.)*",?)+\} \d+(?:\.\d+)?$/.test(line))).toEqual([]);
    const series = samples.map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(series).size).toBe(series.length);
    expect(samples).toContain('dtrace_path_findings{host="d28-bridge",severity="critical",state="proved"} 1');
  });
});
