import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { checkPolicy } from '../../../src/reachability/policy/engine.js';
import { initialPolicy } from '../../../src/reachability/policy/init.js';
import { readPolicy } from '../../../src/reachability/policy/read.js';
import { POLICY_SCHEMA } from '../../../src/reachability/policy/schema.js';
import { HOSTS, machineOf, RUN_COPIES } from '../hosts.js';

const SCHEMA = new URL('../../../docs/policy.schema.json', import.meta.url);
const head = 'version: 1\nassertions:\n';
const one = (body: string): string => `${head}  - name: it\n    ${body}\n`;

const violations = (body: string, ...commands: readonly string[]): Promise<readonly string[]> =>
  violationsOn('docker28-bridge', body, ...commands);

async function violationsOn(host: string, body: string, ...commands: readonly string[]): Promise<readonly string[]> {
  const [result] = checkPolicy(await machineOf(host, ...commands), readPolicy(one(body), 'p.yaml')).assertions;
  return result!.violations.map((v) => `${v.from} ${v.what} ${v.to} on ${v.ports}`);
}

describe('a policy', () => {
  it.each([
    ['deny: { from: outside, to: db }', []],
    ['deny: { from: outside, to: any, except: { ports: [22/tcp, 6379/tcp, 8080/tcp, 8443/tcp, 5353/udp] } }', []],
    ['deny: { from: internet, to: pinned }', ['outside reached pinned:6379/tcp on 6379']],
    ['deny: { from: web, to: outside, ports: 443/tcp }', ['web reached outside on 443']],
    ['only: { from: [app, pinned, host], to: db, ports: 5432/tcp }', []],
    ['only: { from: [app, host], to: db, ports: 5432/tcp }', ['pinned reached db:5432/tcp on 5432']],
    ['allow: { from: "network:appnet", to: db, ports: 5432/tcp }', []],
    ['allow: { from: web, to: db, ports: 5432/tcp }', ['web not reached db:5432/tcp on 5432']],
    ['allow: { from: [app, db], to: pinned, ports: icmp }', []],
    // who reaches itself counts where an address of the host is given, not by a name and not at its own address
    ['deny: { from: app, to: 198.51.100.10, ports: 5353/udp }', ['app reached app:53/udp on 5353']],
    ['deny: { from: app, to: 198.51.100.10/32, ports: 5353/udp }', ['app reached app:53/udp on 5353']],
    ['deny: { from: app, to: host, ports: 5353/udp }', ['app reached app:53/udp on 5353']],
    ['deny: { from: app, to: app, ports: 53/udp }', []],
    ['deny: { from: app, to: 172.30.0.3, ports: 53/udp }', []],
    ['deny: { from: app, to: any, ports: 5353/udp }', []],
  ])('%s', async (body, expected) => expect(await violations(body)).toEqual(expected));

  it.each([
    ['of nobody', 'iptables -t nat -A PREROUTING -d 10.99.0.1/32 -p tcp -j DNAT --to-destination 172.30.0.2', '10.99.0.1'],
    ['of nobody, among others', 'iptables -t nat -A PREROUTING -d 10.99.0.0/24 -p tcp -j DNAT --to-destination 172.30.0.2', '10.99.0.1'],
    ['of a network mapped onto its own', 'iptables -t nat -A PREROUTING -d 10.98.7.0/24 -p tcp -j NETMAP --to 172.30.0.0/24', '10.98.7.2'],
    ['of a set', 'iptables -t nat -A PREROUTING -p tcp -m set --match-set vips dst -j DNAT --to-destination 172.30.0.2', '10.96.0.7'],
  ])('knows that a container is asked for at an address %s', async (_, rule, to) => {
    const rules = ['ipset create vips hash:ip', 'ipset add vips 10.96.0.7', rule, 'iptables -I DOCKER-USER -d 172.30.0.2 -j ACCEPT'];
    const machine = await machineOf('docker28-bridge', ...rules);
    const [result] = checkPolicy(machine, readPolicy(one('deny: { from: outside, to: db, ports: 5432/tcp }'), 'p.yaml')).assertions;
    expect(result!.violations.map((v) => [v.from, v.what, v.to, v.witness.to])).toEqual([['outside', 'reached', 'db:5432/tcp', to]]);
    expect(await violations('deny: { from: outside, to: db, ports: 5432/tcp }', rules.at(-1)!)).toEqual([]);
  });

  it('knows that route_localnet leads neighbours to ports published on 127.0.0.1', async () => {
    const deny = 'deny: { from: lan, to: admin, ports: any/tcp }';
    const noDirect = 'iptables -t raw -A PREROUTING -d 172.17.0.3/32 ! -i docker0 -j DROP';
    expect(await violationsOn('docker20-bridge', deny, noDirect)).toEqual(['lan reached admin:80/tcp on 9090']);
    const guarded = 'iptables -t raw -A PREROUTING -d 127.0.0.0/8 ! -i lo -j DROP';
    expect(await violationsOn('docker20-bridge', deny, noDirect, guarded)).toEqual([]);
  });

  it('counts what comes from a seldom source port, past many others', async () => {
    const seldom = Array.from(
      { length: 20 },
      (_, i) => `iptables -A INPUT -p tcp --sport ${100 + 10 * i} --dport 22 -j ${i === 15 ? 'ACCEPT' : 'DROP'}`,
    );
    const rules = [...seldom, 'iptables -A INPUT -p tcp --dport 22 -j DROP'];
    expect(await violations('deny: { from: web, to: host, ports: 22/tcp }', ...rules)).toEqual(['web reached host:22/tcp on 22']);
    expect(await violations('deny: { from: web, to: host, ports: 22/tcp }', ...rules.filter((rule) => !rule.includes('ACCEPT')))).toEqual(
      [],
    );
    // a client sends from any port: that one is let through is no answer
    expect(await violations('allow: { from: web, to: host, ports: 22/tcp }', ...rules)).toEqual(['web not reached host:22/tcp on 22']);
  });

  it('takes nothing for granted of more source ports than are looked at', async () => {
    const many = Array.from(
      { length: 300 },
      (_, i) => `iptables -A INPUT -p tcp --sport ${2 * i + 1} --dport 22 -m comment --comment c${i} -j DROP`,
    );
    const rules = [...many, 'iptables -A INPUT -p tcp --sport 1000 --dport 22 -j ACCEPT', 'iptables -A INPUT -p tcp --dport 22 -j DROP'];
    expect(await violations('deny: { from: web, to: host, ports: 22/tcp }', ...rules)).toEqual(['web undecided host on 22']);
  });

  it('names the rule that decided and a witness', async () => {
    const policy = readPolicy(one('allow: { from: outside, to: host, ports: 6379/tcp }'), 'p.yaml');
    const result = checkPolicy(await machineOf('docker28-bridge', 'iptables -I DOCKER-USER -i up0 -p tcp -j DROP'), policy);
    expect(result).toEqual({
      assumed: [
        expect.objectContaining({ choice: 'missing=nft=open', given: false }),
        expect.objectContaining({ choice: 'missing=rules=none', given: false }),
      ],
      format: 'dtrace-path-check/1',
      policy: 'p.yaml',
      hostname: 'd28-bridge',
      passed: false,
      assertions: [
        {
          name: 'it',
          kind: 'allow',
          severity: 'error',
          origin: { file: 'p.yaml', line: 3 },
          passed: false,
          verdict: 'failed',
          empty: [],
          lacking: [],
          blanked: [],
          notes: [],
          violations: [
            {
              from: 'outside',
              to: 'host:6379/tcp',
              what: 'not reached',
              outcome: 'timeout',
              cause: { kind: 'rule', code: 'DTP-101' },
              reason: "`-A DOCKER-USER -i up0 -p tcp -j DROP` in host's filter DOCKER-USER drops it",
              ports: '6379',
              proto: 'tcp',
              witness: { from: '203.0.113.1', to: '198.51.100.10', proto: 'tcp', dport: 6379 },
              decidedBy: { file: '--what-if', line: 1 },
              decidingRule: '-A DOCKER-USER -i up0 -p tcp -j DROP',
            },
          ],
        },
      ],
    });
  });

  it.each([
    ['version: 1\nassertions: []\n', 'p.yaml:2: the policy asserts nothing: that holds for every host'],
    ['version: 2\nassertions: []\n', 'p.yaml:1: version must be equal to constant'],
    [one('deny: { from: a, too: b }'), 'p.yaml:4: assertions.0.deny has no field "too": did you mean to?'],
    [
      one('deny: { from: a, to: b, ports: http }'),
      'p.yaml:4: assertions.0.deny.ports is no port: write 443, "443/tcp", "8000-8010/udp", "any/udp" or icmp',
    ],
    [one('allow: { from: a, to: b }'), 'p.yaml:4: allow needs ports: say which'],
    [`${head}  - name: it\n    deny: [\n`, 'p.yaml:5: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ])('is refused with its line: %j', (text, message) => expect(() => readPolicy(text, 'p.yaml')).toThrow(message));

  it('has a schema that editors can read', () => expect(JSON.parse(readFileSync(SCHEMA, 'utf8'))).toEqual(POLICY_SCHEMA));

  const isPolicy = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);

  it.each(HOSTS)('that is written of %s as it is keeps to the schema, and passes there', async (name) => {
    const machine = await machineOf(name);
    const text = initialPolicy(machine);
    const { passed, assertions } = checkPolicy(machine, readPolicy(text, 'p.yaml'));
    expect([isPolicy(parse(text)), isPolicy.errors]).toEqual([true, null]);
    expect([passed, assertions.filter((a) => !a.passed), assertions.length > 0]).toEqual([true, [], true]);
  });

  it('names once whom many of its assertions name, and lets nobody else in', async () => {
    const machine = await machineOf('docker28-bridge', ...RUN_COPIES);
    const text = initialPolicy(machine);
    const { groups, assertions } = parse(text) as {
      groups: Record<string, string[]>;
      assertions: { only?: { from: string | string[]; to: string } }[];
    };
    const copies = machine.host.containers.map((c) => c.name).filter((name) => name.startsWith('copy'));
    expect(groups).toEqual({ 'sources-1': [...copies, 'admin', 'app', 'db', 'host', 'lan', 'outside', 'pinned', 'web'].sort() });
    expect(assertions.flatMap(({ only }) => (only?.from === 'group:sources-1' ? [only.to] : [])).sort()).toEqual(
      [...copies, 'app', 'app', 'host', 'pinned', 'web'].sort(),
    );
    expect(isPolicy(parse(text))).toBe(true);
    const policy = readPolicy(text, 'p.yaml');
    expect(checkPolicy(machine, policy).passed).toBe(true);
    const more = checkPolicy(await machineOf('docker28-bridge', ...RUN_COPIES, 'docker run -d --name stranger image'), policy);
    expect(more.assertions.filter((a) => a.violations.some((v) => v.from === 'stranger' && v.to === 'copy0:7000/tcp'))).toHaveLength(1);
  });
});
