import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { askGate } from '../../src/commands/audit/gate.js';
import { settingsFrom } from '../../src/commands/audit/host.js';
import { suppress } from '../../src/audit/suppress.js';
import { auditConfig } from '../../src/audit/config.js';
import { isDay } from '../../src/audit/day.js';
import type { Audit } from '../../src/model/audit.js';
import { AUDIT_REPORTS } from '../../src/report/audit/index.js';
import { machineOf, recorded, RULES } from './hosts.js';

const NETSTAT = `Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      900/sshd
tcp        0      0 127.0.0.1:2376          0.0.0.0:*               LISTEN      903/dockerd
tcp        0      0 0.0.0.0:5432            0.0.0.0:*               LISTEN      902/docker-proxy
tcp        0      0 0.0.0.0:6379            0.0.0.0:*               LISTEN      905/redis-server
tcp6       0      0 :::2375                 :::*                    LISTEN      903/dockerd
tcp6       0      0 :::2377                 :::*                    LISTEN      903/dockerd
`;
const seen = (): Audit => auditMachine(machineOf(new Map([['host/netstat.txt', NETSTAT]])), RULES).audit;

const told = ({ findings }: Audit): readonly string[] =>
  findings.map((f) => `${f.possible === undefined ? '' : 'possible '}${f.severity} ${f.rule}: ${f.objects.map((o) => o.name).join(', ')}`);

async function render(format: string, audit: Audit): Promise<string> {
  return [...(await AUDIT_REPORTS.get(format)!())(audit, { color: false, version: '0', root: '' })].join('');
}

describe('what is only possible', () => {
  it('is found on a folder that holds listeners alone, the worst first, and no rule passes there', () => {
    const audit = seen();
    expect(told(audit)).toEqual([
      'possible critical docker-api-exposed: host 2375/tcp',
      'possible critical sensitive-service-exposed: host 6379/tcp',
      'possible high published-to-all: host 5432/tcp',
      'possible high swarm-control-exposed: host 2377/tcp',
      // a proxy stands there for a container, and no list tells of one
      'medium snapshot-inconsistent: containers',
    ]);
    expect([audit.passed, audit.notApplicable]).toEqual([[], []]);
    expect(audit.undetermined.map((u) => u.rule).sort()).toEqual(RULES.map((r) => r.id).sort());
  });

  it.each([...AUDIT_REPORTS.keys()])('is told as possible, with what would decide it, in %s', async (format) => {
    const text = await render(format, seen());
    expect(text).toMatch(/possible/i);
    expect(text).toMatch(/iptables-save/);
    expect(text).toMatch(/host\/ip-addr\.json/);
  });

  it('counts for the gate unless told otherwise', () => {
    const gate = { failOn: 'high', onlyProved: false, accepted: [] } as const;
    expect(askGate([seen()], gate)?.code).toBe(1);
    expect(askGate([seen()], { ...gate, onlyProved: true })?.code).toBe(2);
    expect(askGate([seen()], { ...gate, onlyProved: true, accepted: RULES.map((r) => r.id) })?.code).toBe(0);
    expect(askGate([seen()], { ...gate, failOn: 'none' })).toBeUndefined();
  });

  it('names the one listing that decides most', async () => {
    const files = recorded('docker28-bridge');
    files.delete('host/iptables-save.txt');
    const { audit } = auditMachine(machineOf(files), RULES);
    expect(audit.wanted.map(({ file, command, decides }) => [file, command, decides.length > 20])).toEqual([
      ['host/iptables-save.txt', 'iptables-save', true],
    ]);
    expect(await render('text', audit)).toMatch(/^ {2}`iptables-save` would decide \d+ rules: host\/iptables-save\.txt/m);
  });

  it('with docker info lacking, whether the API asks for certificates is what is possible', () => {
    const files = recorded('docker28-bridge');
    files.set('host/ss.txt', `${files.get('host/ss.txt') ?? ''}tcp LISTEN 0 64 *:2376 *:* users:(("dockerd",pid=7,fd=3))\n`);
    files.delete('docker/info.json');
    const rules = RULES.filter((r) => r.id === 'docker-api-exposed');
    const { audit } = auditMachine(machineOf(files), rules);
    expect(told(audit)).toEqual(['possible critical docker-api-exposed: host 2376/tcp']);
    expect(audit.findings[0]?.possible?.lacking.map((l) => l.file)).toEqual(['docker/info.json']);
  });
});

describe('a rule whose evidence had problems', () => {
  it.each([
    ['host/iptables-save.txt', (text: string) => text.replace(/^COMMIT\n/m, '-A FORWARD --wat\nCOMMIT\n')],
    ['host/ss.txt', (text: string) => `${text}Cannot open netlink socket: Permission denied\n`],
    ['host/sysctl.txt', (text: string) => text.slice(0, text.length / 2)],
    ['docker/containers.json', (text: string) => text.slice(0, text.length / 2)],
  ])('passes nothing that looks at %s', (file, damage) => {
    const files = recorded('docker28-bridge');
    files.set(file, damage(files.get(file) ?? ''));
    const { audit } = auditMachine(machineOf(files), RULES);
    expect(audit.undetermined.filter((u) => u.lacking.some((l) => l.file === file)).length).toBeGreaterThan(4);
    expect(audit.passed.map((p) => p.rule)).not.toContain('sensitive-service-exposed');
    expect(askGate([audit], { failOn: 'high', onlyProved: false, accepted: [] })?.code).not.toBe(0);
  });
});

describe('what a configuration sets aside', () => {
  it('refuses days that no calendar has', () => {
    expect(
      ['2026-12-31', '2028-02-29', '2026-02-29', '2026-02-30', '2026-13-01', '2026-00-10', '2026-04-31', '2026-4-1'].map(isDay),
    ).toEqual([true, true, false, false, false, false, false, false]);
    const suppression = (expires: string): unknown => ({ audit: { suppress: [{ rule: 'host-network', reason: 'r', expires }] } });
    expect(() => auditConfig(suppression('2026-02-30'), 'c.yaml')).toThrow('c.yaml: audit.suppress.0.expires: there is no day 2026-02-30');
    expect(() => auditConfig(suppression('2026-02-28'), 'c.yaml')).not.toThrow();
  });

  it.each([...AUDIT_REPORTS.keys()])('is named with its file in %s', async (format) => {
    const settings = settingsFrom(
      {
        file: 'set-aside.yaml',
        disable: ['rp-filter-off'],
        acceptUndetermined: ['mixed-backends'],
        suppress: [{ rule: 'sensitive-service-exposed', reason: 'known', expires: '2099-01-01' }],
      },
      { folders: [], only: [], disable: [], acceptUndetermined: [], today: '2026-11-21', proveFixes: false },
    );
    const rules = RULES.filter((r) => !settings.choice.disable.includes(r.id));
    const { audit } = auditMachine(machineOf(recorded('docker28-bridge')), rules);
    const { disabled, accepted } = settings;
    const text = await render(format, { ...suppress(audit, settings.suppress, settings.today, settings.suppressedBy), disabled, accepted });
    expect(text.match(/set-aside\.yaml/g)?.length ?? 0).toBeGreaterThanOrEqual(3);
    expect(text).toContain('rp-filter-off');
  });
});
