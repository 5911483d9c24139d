import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { Host } from '../../../src/model/host.js';
import type { Chain, Rule, Ruleset, Table } from '../../../src/model/netfilter.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const not = fc.constantFrom('', '', '', '! ');
const addresses = fc.constantFrom('172.17.0.2/32', '172.17.0.3/32', '203.0.113.8/32', '203.0.113.0/24', '172.16.0.0/12', '8.0.0.0/6');
const devices = fc.constantFrom('docker0', 'eth0', 'dock+', 'lo', '+');
const ports = fc.constantFrom('80', '443', '1:65535', '400:500', '53');

/** One condition, or nothing. */
const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), text);

const conditions = fc
  .record({
    src: maybe(fc.tuple(not, addresses).map(([n, a]) => `${n}-s ${a} `)),
    dst: maybe(fc.tuple(not, addresses).map(([n, a]) => `${n}-d ${a} `)),
    in: maybe(fc.tuple(not, devices).map(([n, d]) => `${n}-i ${d} `)),
    out: maybe(fc.tuple(not, devices).map(([n, d]) => `${n}-o ${d} `)),
    proto: maybe(
      fc.oneof(
        fc.constant('-p icmp '),
        fc.tuple(fc.constantFrom('tcp', 'udp'), not, ports).map(([p, n, port]) => `-p ${p} -m ${p} ${n}--dport ${port} `),
        fc.tuple(not, fc.constantFrom('tcp', 'udp')).map(([n, p]) => `${n}-p ${p} `),
      ),
    ),
    mark: maybe(fc.constantFrom('-m mark --mark 0x1 ', '-m conntrack --ctstate NEW ')),
  })
  .map(({ src, dst, in: input, out, proto, mark }) => src + dst + input + out + proto + mark);

const targets = fc.oneof(
  { arbitrary: fc.constant(''), weight: 6 },
  { arbitrary: fc.constantFrom('-j MARK --set-xmark 0x1/0xffffffff', '-j MARK --set-xmark 0x0/0xffffffff', '-j LOG'), weight: 4 },
  { arbitrary: fc.constantFrom('-j SUB', '-g SUB'), weight: 1 },
  { arbitrary: fc.constantFrom('-j ACCEPT', '-j DROP', '-j RETURN', '-j REJECT'), weight: 1 },
);

const rule = (chain: string): fc.Arbitrary<string> => fc.tuple(conditions, targets).map(([c, t]) => `-A ${chain} ${c}${t}`.trim());

/** The same host whose rules carry no heads, so that every rule is tried in turn. */
function withoutHeads(host: Host): Host {
  const headless = (r: Rule): Rule => ({ chain: r.chain, text: r.text, spec: r.spec, origin: r.origin });
  const chain = (c: Chain): Chain => ({ ...c, rules: c.rules.map(headless) });
  const table = (t: Table): Table => ({ ...t, chains: new Map([...t.chains].map(([name, c]) => [name, chain(c)])) });
  const set = (r: Ruleset): Ruleset => ({ ...r, tables: new Map([...r.tables].map(([name, t]) => [name, table(t)])) });
  const netns = new Map([...host.netns].map(([name, ns]) => [name, { ...ns, rulesets: ns.rulesets.map(set) }]));
  return { ...host, netns };
}

const flows = [
  { from: 'web', to: '203.0.113.8', dport: 443 },
  { from: 'web', to: '203.0.113.8', dport: 53, proto: 'udp' },
  { from: 'db', to: '9.9.9.9' },
  { from: '198.51.100.7', to: '172.17.0.2', dport: 80 },
  { from: 'host', to: '172.17.0.3', dport: 53, proto: 'udp' },
] as const;

test('an indexed chain is walked as the whole chain is', () => {
  fc.assert(
    fc.property(
      fc.array(rule('FORWARD'), { minLength: 16, maxLength: 40 }),
      fc.array(
        rule('SUB').filter((r) => !r.endsWith('SUB')),
        { minLength: 0, maxLength: 20 },
      ),
      (forward, sub) => {
        const host = buildHost(lab({ iptables: { filter: ['-N SUB', ...forward, ...sub] } }));
        const [indexed, linear] = [createMachine(host), createMachine(withoutHeads(host))];
        for (const flow of flows) expect(traceFlow(indexed, flow)).toEqual(traceFlow(linear, flow));
      },
    ),
    { numRuns: 60 },
  );
});
