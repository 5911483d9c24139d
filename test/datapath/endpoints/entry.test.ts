import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { Outcome } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';

const links = [
  { name: 'eth0', index: 2, addrs: ['192.0.2.10/24'] },
  { name: 'eth1', index: 3, addrs: ['198.51.100.10/24'] },
  { name: 'docker0', index: 4, kind: 'bridge', addrs: ['172.17.0.1/16'], noCarrier: true },
  { name: 'br-0123456789ab', index: 5, kind: 'bridge', addrs: ['172.18.0.1/16'] },
] as const;
const connected = ['192.0.2.0/24 dev eth0', '198.51.100.0/24 dev eth1', '172.17.0.0/16 dev docker0', '172.18.0.0/16 dev br-0123456789ab'];
const one = ['default via 192.0.2.1 dev eth0', ...connected];
const two = ['default via 192.0.2.1 dev eth0', 'default via 198.51.100.1 dev eth1 metric 200', ...connected];

interface Given {
  readonly from: string;
  readonly routes: readonly string[];
  readonly input?: readonly string[];
  readonly uplink?: string;
}

function asked({ from, routes, input = [], uplink }: Given) {
  const host = buildHost({
    host: { links: [...links], routes: [...routes], iptables: { filter: [...input] }, listen: ['tcp 0.0.0.0:22 sshd'] },
  });
  const machine = createMachine(host, uplink === undefined ? {} : { assume: new Map([['uplink', [uplink]]]) });
  const trace = traceFlow(machine, { from, to: '192.0.2.10', proto: 'tcp', dport: 22 });
  const taken = trace.assumptions.filter((a) => a.category === 'uplink').map((a) => `${a.choice}${a.given ? ' (given)' : ''}`);
  return [trace.outcome, trace.packets[0]?.iface, taken, trace.reason] as const;
}

const only0 = ['-A INPUT -i eth1 -j DROP'];

/** Who asks, of what host, the outcome, the device of the first packet, and what was taken for granted. */
const CASES: readonly (readonly [string, Given, Outcome, string | undefined, readonly string[]])[] = [
  ['a neighbour comes by its link', { from: '198.51.100.9', routes: two }, 'connected', 'eth1', []],
  ['one default route, one way in', { from: '8.8.8.8', routes: one }, 'connected', 'eth0', []],
  ['two that come to the same', { from: '8.8.8.8', routes: two }, 'connected', 'eth0', ['uplink=eth0']],
  ['two that do not', { from: '8.8.8.8', routes: two, input: only0 }, 'unknown', undefined, []],
  ['the user names the device', { from: '8.8.8.8@eth1', routes: two, input: only0 }, 'timeout', 'eth1', []],
  ['the user answers', { from: '8.8.8.8', routes: two, input: only0, uplink: 'eth0' }, 'connected', 'eth0', ['uplink=eth0 (given)']],
  ['no route back', { from: '8.8.8.8', routes: connected }, 'timeout', 'eth0', ['uplink=eth0']],
  [
    'an address of a bridge that has somebody',
    { from: '172.18.0.77', routes: one },
    'connected',
    'br-0123456789ab',
    ['uplink=br-0123456789ab'],
  ],
  ['an address of a bridge that has nobody', { from: '172.17.30.9', routes: one }, 'timeout', 'eth0', ['uplink=eth0']],
  ['a neighbour on a link that is named', { from: 'lan@eth1', routes: two, input: only0 }, 'timeout', 'eth1', []],
  ['a neighbour on the link of the default route', { from: 'lan', routes: two }, 'connected', 'eth0', ['uplink=eth0']],
  ['internet by a device that is named', { from: 'internet@eth1', routes: two, input: only0 }, 'timeout', 'eth1', []],
  ['internet', { from: 'internet', routes: two, input: only0 }, 'unknown', undefined, []],
];

describe('by which device an outside machine comes in', () => {
  test.each(CASES)('%s', (_name, given, outcome, iface, taken) => {
    const [is, first, told, reason] = asked(given);
    expect([is, told], reason).toEqual([outcome, taken]);
    if (iface !== undefined) expect(first).toBe(iface);
  });

  test('what is asked names the devices and how to say which', () => {
    const [, , , reason] = asked({ from: '8.8.8.8', routes: two, input: only0 });
    expect(reason).toContain('by which device packets of 8.8.8.8 come in, eth0 or eth1 (`--from 8.8.8.8@eth1` names it)');
    expect(reason).toContain('`--assume uplink=eth0` gives connected, uplink=eth1 gives timeout');
  });

  test('the answer to an address that lies in an inside subnet goes inside', () => {
    const [, , , reason] = asked({ from: '172.17.30.9', routes: one });
    expect(reason).toContain('docker0');
  });
});

const TUNNEL = { name: 'tun0', index: 6, kind: 'gre', addrs: ['10.99.0.1/30'] } as const;
const MAIN = ['0: from all lookup local', '32766: from all lookup main', '32767: from all lookup default'] as const;

/** By which rule the host sends by its tunnel, and whether outsiders may come in by it as well. */
const TUNNEL_RULES = [
  ['100: from all fwmark 0x64 lookup 100', false],
  ['100: from all iif docker0 lookup 100', true],
  ['100: from 10.99.0.1 lookup 100', true],
  ['100: not from all fwmark 0x64 lookup 100', true],
] as const;

test.each(TUNNEL_RULES)('a tunnel whose default route %s leads to: outsiders come in by it %s', (rule, may) => {
  const host = buildHost({
    host: {
      links: [...links, TUNNEL],
      routes: [...one, 'default dev tun0 table 100', '10.99.0.0/30 dev tun0'],
      rules: [MAIN[0], rule, ...MAIN.slice(1)],
      iptables: { filter: ['-A INPUT -i tun0 -j DROP'] },
      listen: ['tcp 0.0.0.0:22 sshd'],
    },
  });
  const trace = traceFlow(createMachine(host), { from: '8.8.8.8', to: '192.0.2.10', proto: 'tcp', dport: 22 });
  expect(trace.outcome).toBe(may ? 'unknown' : 'connected');
  if (!may) expect(trace.assumptions.map(({ choice }) => choice)).toEqual(['uplink=eth0']);
});
