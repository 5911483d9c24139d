import { beforeAll, describe, expect, it } from 'vitest';
import { BaselineError, baselineOf, markNew, parseBaseline } from '../../src/audit/baseline.js';
import { auditConfig, ConfigError } from '../../src/audit/config.js';
import { auditMachine } from '../../src/audit/engine.js';
import { proveFixes } from '../../src/audit/prove.js';
import { suppress } from '../../src/audit/suppress.js';
import type { Audit } from '../../src/model/audit.js';
import { append, machineOf, recorded, RULES } from './hosts.js';

let audit: Audit;
beforeAll(() => {
  audit = auditMachine(machineOf(recorded('docker28-bridge')), RULES).audit;
});

const objects = (of: Audit, rule: string): readonly string[] =>
  of.findings.filter((f) => f.rule === rule).flatMap((f) => f.objects.map((o) => o.name));

describe('suppress', () => {
  const reason = 'meant so';

  it('takes out the objects that are named, and tells which', () => {
    const after = suppress(audit, [{ rule: 'published-to-all', object: 'app *', reason, expires: '2026-12-31' }], '2026-11-21');
    expect({ left: objects(after, 'published-to-all'), suppressed: after.suppressed, notes: after.suppressionNotes }).toEqual({
      left: ['web 8080/tcp'],
      suppressed: [{ rule: 'published-to-all', objects: ['app 5353/udp', 'app 8443/tcp'], reason, expires: '2026-12-31' }],
      notes: [],
    });
  });

  it('takes out a finding whose objects are all suppressed', () => {
    const after = suppress(audit, [{ rule: 'rp-filter-off', reason, expires: '2026-11-21' }], '2026-11-21');
    expect(objects(after, 'rp-filter-off')).toEqual([]);
  });

  it('does not hold after its last day, and says so', () => {
    const after = suppress(audit, [{ rule: 'rp-filter-off', reason, expires: '2026-11-20' }], '2026-11-21');
    expect([objects(after, 'rp-filter-off'), after.suppressionNotes]).toEqual([
      ['up0'],
      [{ rule: 'rp-filter-off', reason, expires: '2026-11-20', state: 'expired' }],
    ]);
  });

  it('names one that matches nothing', () => {
    const after = suppress(audit, [{ rule: 'privileged', object: 'gone', reason, expires: '2027-01-01' }], '2026-11-21');
    expect(after.suppressionNotes).toEqual([{ rule: 'privileged', object: 'gone', reason, expires: '2027-01-01', state: 'stale' }]);
  });
});

describe('baseline', () => {
  it('knows what it was made of, and nothing else', () => {
    const known = parseBaseline(JSON.stringify(baselineOf(audit)), 'b.json');
    expect(markNew(audit, known).findings.map((f) => f.isNew)).toEqual(audit.findings.map(() => false));
    const files = recorded('docker28-bridge');
    append('host/ss.txt', 'tcp LISTEN 0 64 *:6379 *:* users:(("redis-server",pid=77,fd=3))')(files);
    const later = auditMachine(machineOf(files), RULES).audit;
    const fresh = markNew(later, known).findings.filter((f) => f.isNew === true);
    expect(fresh.map((f) => [f.rule, f.objects.map((o) => o.name)])).toEqual([
      ['sensitive-service-exposed', ['host 6379/tcp', 'pinned 198.51.100.10:6379/tcp']],
    ]);
  });

  it.each([
    ['no JSON', '{', 'b.json: is no JSON'],
    ['another file', '{"a":1}', 'b.json: is no baseline; write one with --update-baseline'],
    ['an entry without fingerprint', '{"findings":[{}]}', 'b.json: findings.0 has no fingerprint'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(BaselineError);
    expect(() => parseBaseline(text, 'b.json')).toThrow(message);
  });
});

describe('auditConfig', () => {
  it.each([
    ['nothing', {}, {}],
    [
      'a suppression',
      { audit: { suppress: [{ rule: 'a', reason: 'b', expires: '2026-01-01' }] } },
      { suppress: [{ rule: 'a', reason: 'b', expires: '2026-01-01' }] },
    ],
  ])('takes %s', (_, value, config) => {
    expect(auditConfig(value, 'c.json')).toEqual(config);
  });

  it.each([
    [
      'no reason',
      { audit: { suppress: [{ rule: 'a', expires: '2026-01-01' }] } },
      /c\.json: audit\.suppress\.0 must have required property 'reason'/,
    ],
    ['a day that is none', { audit: { suppress: [{ rule: 'a', reason: 'b', expires: 'soon' }] } }, /write a day as 2026-12-31/],
    ['a word that it does not know', { audit: { supress: [] } }, /supress/],
  ])('refuses %s', (_, value, message) => {
    expect(() => auditConfig(value, 'c.json')).toThrow(ConfigError);
    expect(() => auditConfig(value, 'c.json')).toThrow(message);
  });
});

describe('proveFixes', () => {
  it.each(['docker20-bridge', 'docker28-policy'])('closes every path of %s for which it has a rule', (name) => {
    const proved = proveFixes(auditMachine(machineOf(recorded(name)), RULES));
    const tried = proved.findings.flatMap((f) =>
      f.remedy.proof === undefined ? [] : [[f.rule, f.remedy.proof.closed.length > 0, f.remedy.proof.stillOpen]],
    );
    expect(tried.length).toBeGreaterThan(2);
    expect(tried).toEqual(tried.map(([rule]) => [rule, true, []]));
  });

  it('tells what else a remedy closes', () => {
    const only = RULES.filter((r) => r.id === 'firewall-bypassed' || r.id === 'localhost-publish-reachable');
    const bridge = proveFixes(auditMachine(machineOf(recorded('fw26')), only));
    const also = bridge.findings.map((f) => [
      f.rule,
      f.remedy.proof?.alsoCloses.map((c) => `${c.flow.from} → ${c.flow.dst ?? ''}:${c.flow.dport ?? 0}`),
    ]);
    expect(also).toEqual([
      ['firewall-bypassed', ['198.51.100.254 → 172.30.0.2:5432']],
      ['localhost-publish-reachable', []],
    ]);
  });
});
