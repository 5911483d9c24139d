import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { leadsTo } from '../../../src/report/trace/words/on-its-way.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const end = (name: string, kind: 'host' | 'outside'): Parameters<typeof leadsTo>[1]['from'] => ({
  ...{ name, kind, networks: [], published: [], listens: [] },
});

it('says that a client connects and then hears nothing, before it says why', () => {
  const rules = { filter: ['-P INPUT DROP', '-A INPUT -m conntrack --ctstate NEW -j ACCEPT'] };
  const machine = createMachine(buildHost(lab({ iptables: rules, listen: ['tcp 0.0.0.0:22'] })));
  const trace = traceFlow(machine, { from: '203.0.113.9', to: 'host', dport: 22 });
  const told = leadsTo(trace, { from: end('203.0.113.9', 'outside'), to: end('host', 'host'), bridges: {} });
  expect(told).toBe('203.0.113.9, outside this host connects to the host, and what follows the handshake is lost. ');
});
