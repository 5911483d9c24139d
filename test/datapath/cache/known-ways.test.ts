import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMachine, exploreFlow, traceFlow } from '../../../src/datapath/index.js';
import type { Host } from '../../../src/model/host.js';
import type { FlowRequest } from '../../../src/model/trace.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

/** Ports around those that rules, sockets and translations name, and any other. */
function portsAround(named: readonly number[]): fc.Arbitrary<number> {
  const near = fc
    .tuple(fc.constantFrom(...named), fc.integer({ min: -1, max: 1 }))
    .map(([port, by]) => Math.min(65535, Math.max(1, port + by)));
  return fc.oneof({ arbitrary: fc.constantFrom(...named), weight: 2 }, near, fc.integer({ min: 1, max: 65535 }));
}

/** Requests between one pair of endpoints, so that later ones may go by ways that earlier ones have shown. */
function requestsBetween(from: readonly string[], to: readonly string[], port: fc.Arbitrary<number>): fc.Arbitrary<readonly FlowRequest[]> {
  const pair = fc.record({ from: fc.constantFrom(...from), to: fc.constantFrom(...to), proto: fc.constantFrom('tcp', 'udp', 'icmp') });
  const ports = fc.record({ dport: port, sport: port, id: fc.constant('x') }, { requiredKeys: ['dport'] });
  return fc.tuple(pair, fc.array(ports, { minLength: 3, maxLength: 16 })).map(([ends, all]) => all.map((one) => ({ ...ends, ...one })));
}

/** Every trace by a known way is the trace that a walk of its own gives, in what it says and in how it is written. */
function expectSameTraces(host: Host, requests: readonly FlowRequest[], assume?: ReadonlyMap<string, readonly string[]>): void {
  const options = assume === undefined ? {} : { assume };
  const [remembering, walking] = [createMachine(host, options), createMachine(host, options)];
  for (const request of requests) {
    const known = traceFlow(remembering, request);
    const walked = exploreFlow(walking, request).trace;
    expect(known).toStrictEqual(walked);
    expect(JSON.stringify(known)).toBe(JSON.stringify(walked));
  }
}

const NAMED = [22, 53, 80, 81, 443, 1024, 8000, 8010, 8080, 9000, 49152, 65535] as const;
const port = fc.constantFrom(...NAMED.map(String));
const ports = fc.oneof(port, fc.constantFrom('80:443', '8000:8010', ':1024', '1024:', '53:53'));
const not = fc.constantFrom('', '', '! ');
const proto = fc.constantFrom('tcp', 'udp');

/** What chains are indexed by. */
const indexed = fc
  .tuple(fc.constantFrom('-d 172.17.0.2/32 ', '-d 172.17.0.3/32 ', '-s 172.17.0.2/32 ', ''), proto, port)
  .map(([address, p, x]) => `${address}-p ${p} -m ${p} --dport ${x}`);

/** Conditions that look at ports in every way there is, and some that do not. */
const condition = fc.oneof(
  { arbitrary: indexed, weight: 4 },
  fc.tuple(proto, not, ports).map(([p, n, x]) => `-p ${p} -m ${p} ${n}--dport ${x}`),
  fc.tuple(proto, not, ports).map(([p, n, x]) => `-p ${p} -m ${p} ${n}--sport ${x}`),
  fc
    .tuple(proto, not, fc.constantFrom('--dports', '--sports', '--ports'), port, ports)
    .map(([p, n, f, x, y]) => `-p ${p} -m multiport ${n}${f} ${x},${y}`),
  fc
    .tuple(not, fc.constantFrom('--ctorigdstport', '--ctreplsrcport', '--ctorigsrcport', '--ctrepldstport'), ports)
    .map(([n, f, x]) => `-p tcp -m conntrack ${n}${f} ${x}`),
  fc.constantFrom(
    '-p tcp -m u32 --u32 "0>>22&0x3C@0&0xFFFF=0x50"',
    '-p tcp -m socket',
    '-m set --match-set doors src,dst',
    '-m set --match-set hosts src',
    '-m conntrack --ctstate NEW',
    '-m conntrack --ctstate DNAT',
    '-m statistic --mode nth --every 2',
    '-s 172.17.0.2/32',
    '-i docker0',
    '',
  ),
);

const filterTarget = fc.constantFrom(
  '-j ACCEPT',
  '-j DROP',
  '-j RETURN',
  '-j REJECT',
  '-j LOG',
  '-j SUB',
  '-j SET --add-set doors src,dst',
  '-j MARK --set-xmark 0x1/0xffffffff',
);
const dnatTarget = fc.oneof(
  port.map((x) => `-j DNAT --to-destination 172.17.0.2:${x}`),
  fc.constantFrom(
    '-j DNAT --to-destination 172.17.0.2',
    '-j DNAT --to-destination 172.17.0.2:8000-8010',
    '-j DNAT --to-destination 172.17.0.2:8000-8010/9000',
    '-j DNAT --to-destination 172.17.0.2-172.17.0.3',
    '-j REDIRECT --to-ports 8080',
    '-j ACCEPT',
  ),
);
const snatTarget = fc.constantFrom(
  '-j MASQUERADE',
  '-j MASQUERADE --to-ports 1024-65535',
  '-j MASQUERADE --to-ports 8000-8010',
  '-j SNAT --to-source 192.0.2.10:49152',
  '-j SNAT --to-source 192.0.2.10-192.0.2.12',
);

const rule = (chain: string, target: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(condition, target).map(([c, t]) => `-A ${chain} ${c} ${t}`.replaceAll('  ', ' '));
const withProto = (r: string): string => (r.includes(' -p ') || !/:\d|--to-ports/.test(r) ? r : r.replace(/^(-A \S+) /, '$1 -p tcp '));

const rules = fc.record({
  filter: fc.array(rule('FORWARD', filterTarget), { maxLength: 24 }),
  sub: fc.array(
    rule('SUB', filterTarget).filter((r) => !r.endsWith('SUB')),
    { maxLength: 5 },
  ),
  input: fc.array(rule('INPUT', filterTarget), { maxLength: 4 }),
  dnat: fc.array(rule('PREROUTING', dnatTarget).map(withProto), { maxLength: 4 }),
  output: fc.array(rule('OUTPUT', dnatTarget).map(withProto), { maxLength: 2 }),
  snat: fc.array(rule('POSTROUTING', snatTarget).map(withProto), { maxLength: 2 }),
});

const withoutJump = (r: string): string => r.replace('-j SUB', '-j ACCEPT');

const IPSET = `create doors hash:ip,port family inet hashsize 1024 maxelem 65536
add doors 172.17.0.2,tcp:80
create hosts hash:ip family inet hashsize 1024 maxelem 65536
add hosts 172.17.0.3
`;

const requests = requestsBetween(
  ['web', 'db', 'host', '198.51.100.7'],
  ['web', 'db', 'host', '192.0.2.10', '203.0.113.8'],
  portsAround(NAMED),
);

function hostWith(iptables: Readonly<Record<string, readonly string[]>>): Host {
  const listen = ['tcp 0.0.0.0:80', 'tcp 0.0.0.0:8080', 'udp 0.0.0.0:53', 'tcp 172.17.0.2:8005'];
  return buildHost(lab({ iptables, files: { 'ipset-save.txt': IPSET } }, { listen }, { listen: ['udp 0.0.0.0:53'] }));
}

test('whatever rules look at, a known way gives the trace of a walk', () => {
  fc.assert(
    fc.property(rules, requests, ({ filter, sub, input, dnat, output, snat }, asked) => {
      const host = hostWith({
        filter: ['-N SUB', ...filter, ...sub, ...input.map(withoutJump)],
        nat: [...dnat, ...output, ...snat],
      });
      expectSameTraces(host, asked);
    }),
    { numRuns: 150 },
  );
});

test('a known way through a long, indexed chain gives the trace of a walk', () => {
  const long = fc.array(
    fc.tuple(indexed, fc.constantFrom('-j ACCEPT', '-j DROP', '-j LOG', '-j REJECT')).map(([c, t]) => `-A FORWARD ${c} ${t}`),
    { minLength: 16, maxLength: 40 },
  );
  fc.assert(
    fc.property(long, requests, (filter, asked) => expectSameTraces(hostWith({ filter }), asked)),
    { numRuns: 100 },
  );
});

test('a known way through translations gives the trace of a walk', () => {
  const all = (chain: string, target: fc.Arbitrary<string>): fc.Arbitrary<readonly string[]> =>
    fc.oneof(
      fc.constant([]),
      target.map((t) => [`-A ${chain} -p tcp ${t}`]),
    );
  fc.assert(
    fc.property(
      all('PREROUTING', dnatTarget),
      all('OUTPUT', dnatTarget),
      all('POSTROUTING', snatTarget),
      requests,
      (dnat, output, snat, asked) => expectSameTraces(hostWith({ filter: [], nat: [...dnat, ...output, ...snat] }), asked),
    ),
    { numRuns: 150 },
  );
});

test('a known way by sets gives the trace of a walk', () => {
  const member = fc.constantFrom('doors src,dst', 'doors dst,dst', 'doors src,src', 'hosts src', 'hosts dst');
  const bySet = fc.oneof(
    fc.tuple(not, member, fc.constantFrom('-j ACCEPT', '-j DROP')).map(([n, m, t]) => `-A FORWARD -m set ${n}--match-set ${m} ${t}`),
    fc.tuple(fc.constantFrom('--add-set', '--del-set'), member).map(([op, m]) => `-A FORWARD -j SET ${op} ${m}`),
  );
  fc.assert(
    fc.property(fc.array(bySet, { minLength: 1, maxLength: 4 }), requests, (filter, asked) =>
      expectSameTraces(hostWith({ filter }), asked),
    ),
    { numRuns: 100 },
  );
});

/** Every number of a host's rules that could be a port, and the ports of its sockets. */
function portsOf(host: Host): readonly number[] {
  const spaces = [...host.netns.values()];
  const texts = spaces.flatMap((ns) =>
    ns.rulesets.flatMap((set) =>
      [...set.tables.values()].flatMap((t) => [...t.chains.values()].flatMap((c) => c.rules.map((r) => r.text))),
    ),
  );
  const numbers = texts.flatMap((text) => text.match(/\b\d{1,5}\b/g) ?? []).map(Number);
  const listening = spaces.flatMap((ns) => ns.sockets.map((s) => s.port));
  return [...new Set([443, 49152, ...listening, ...numbers.filter((n) => n > 0 && n < 65536)])];
}

describe('on recorded hosts a known way gives the trace of a walk', async () => {
  const folder = 'fixtures/hosts';
  const hosts = await Promise.all(readdirSync(folder).map(async (name) => [name, await loadSnapshot(`${folder}/${name}`)] as const));
  test.each(hosts)(
    '%s',
    (_name, host) => {
      const names = [...host.netns.keys()];
      const requests = requestsBetween(
        [...names, 'internet', '198.51.100.77'],
        [...names, '8.8.8.8', '2001:4860:4860::8888'],
        portsAround(portsOf(host)),
      );
      const assume = fc.constantFrom(undefined, new Map([['all', ['no']]]), new Map([['all', ['usual']]]));
      fc.assert(
        fc.property(requests, assume, (asked, given) => expectSameTraces(host, asked, given)),
        { numRuns: 12 },
      );
    },
    60_000,
  );
});
