import { expect, test } from 'vitest';
import { printCommands } from '../../src/command/index.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { withRemedy } from '../../src/datapath/remedy.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { buildHost, type Space } from '../support/host-builder.js';
import { lab } from '../support/lab.js';

const out: FlowRequest = { from: 'web', to: '203.0.113.8', dport: 443 };

interface Remedy {
  readonly commands: readonly string[];
  readonly why: string;
}

function remedyOf(spaces: Readonly<Record<string, Space>>, flow: FlowRequest): Remedy | undefined {
  const machine = createMachine(buildHost(spaces));
  const { remedy } = withRemedy(machine, flow, traceFlow(machine, flow));
  return remedy && { ...remedy, commands: printCommands(remedy.commands) };
}

const only = (commands: readonly string[], effect = 'let out'): Remedy => ({
  commands,
  why: `with ${commands.length === 1 ? 'this' : 'these'} the flow is ${effect}, and no other is opened`,
});
const setting = (command: string): Remedy => ({
  commands: [command],
  why: 'with this the flow is let out; the setting holds for every other flow as well',
});

const CASES: readonly (readonly [what: string, host: Partial<Space>, flow: FlowRequest, remedy: Remedy | undefined])[] = [
  ['an open way needs none', {}, out, undefined],
  [
    'a policy: an exception for this flow',
    { iptables: { filter: ['-P FORWARD DROP', '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT'] } },
    out,
    only(['iptables -I FORWARD 1 -s 172.17.0.2/32 -d 203.0.113.8/32 -i docker0 -o eth0 -p tcp -m tcp --dport 443 -j ACCEPT']),
  ],
  [
    'in DOCKER-USER where there is one',
    { iptables: { filter: ['-N DOCKER-USER', '-A FORWARD -j DOCKER-USER', '-A FORWARD -j DROP'] } },
    out,
    only(['iptables -I DOCKER-USER 1 -s 172.17.0.2/32 -d 203.0.113.8/32 -i docker0 -o eth0 -p tcp -m tcp --dport 443 -j ACCEPT']),
  ],
  ['forwarding', { sysctl: { 'net.ipv4.ip_forward': 0 } }, out, setting('sysctl -w net.ipv4.conf.docker0.forwarding=1')],
  ['no command makes a route', { routes: ['172.17.0.0/16 dev docker0 src 172.17.0.1'] }, out, undefined],
  ['what is not known is not repaired', { iptables: { filter: ['-A FORWARD -m limit --limit 1/sec -j DROP'] } }, out, undefined],
  ['a dead listener is not repaired', {}, { from: 'db', to: '172.17.0.2', dport: 81 }, undefined],
  [
    'there and back',
    { iptables: { filter: ['-P INPUT DROP', '-P OUTPUT DROP'] }, listen: ['tcp 0.0.0.0:22'] },
    { from: 'web', to: '172.17.0.1', dport: 22 },
    only(
      [
        'iptables -I INPUT 1 -s 172.17.0.2/32 -d 172.17.0.1/32 -i docker0 -p tcp -m tcp --dport 22 -j ACCEPT',
        'iptables -I OUTPUT 1 -s 172.17.0.1/32 -d 172.17.0.2/32 -o docker0 -p tcp -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      ],
      'answered',
    ),
  ],
];

test.each(CASES)('%s', (_, host, flow, remedy) => {
  expect(remedyOf(lab(host), flow)).toEqual(remedy);
});

test('a rule of a container is left alone: its rules are its own', () => {
  expect(remedyOf(lab({}, { iptables: { filter: ['-P OUTPUT DROP'] } }), out)).toBeUndefined();
});
