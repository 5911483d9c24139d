import { expect, test } from 'vitest';
import { stampOf } from '../../../src/datapath/cache/stamps.js';
import type { Step } from '../../../src/model/trace.js';

const VIEW = { src: '172.17.0.2', sport: 50001, dst: '198.51.100.10', dport: 8080 };
const BASE = { netns: 'host', leg: 0, reply: false, packet: VIEW } as const;
const ORIGIN = { file: 'host/iptables-save.txt', line: 7 };
const TABLE = { ...BASE, kind: 'table', hook: 'FORWARD', table: 'filter', family: 4, in: 'br0', out: 'up0', mark: 0, hits: [] } as const;

/** Steps of every kind, with what only some of them have. */
const STEPS: readonly (readonly [what: string, step: Step])[] = [
  ['an interface', { ...BASE, kind: 'interface', iface: 'eth0', dir: 'in' }],
  ['one that is passed until a neighbour is confirmed', { ...BASE, kind: 'interface', iface: 'br0', dir: 'out', whileUnconfirmed: true }],
  ['a table', { ...TABLE, verdict: 'accept' }],
  ['its policy', { ...TABLE, policy: 'DROP', origin: ORIGIN, verdict: 'drop' }],
  ['a policy that no line shows', { ...TABLE, policy: 'ACCEPT', verdict: 'accept' }],
  ['more matches than are listed', { ...TABLE, cut: true, verdict: 'accept' }],
  ['a table on the way of an answer that is assumed', { ...TABLE, verdict: 'accept', assumed: true }],
  [
    'a route without a policy rule',
    { ...BASE, kind: 'route', purpose: 'input', result: 'unicast', dev: 'up0', table: 254, text: 'default' },
  ],
  ['a translation', { ...BASE, kind: 'nat', hook: 'POSTROUTING', manip: 'src', before: VIEW, after: VIEW, origin: ORIGIN }],
  ['a neighbour without a link-layer address', { ...BASE, kind: 'neighbour', iface: 'up0', ip: '198.51.100.1', text: 'outside' }],
];

test.each(STEPS)('%s is made as a walk made it', (_, step) => {
  const beside = step.kind === 'nat' ? 0 : undefined;
  expect(stampOf(step, { packet: 0, before: beside, after: beside }, new Map())([VIEW], VIEW)).toStrictEqual(step);
});
