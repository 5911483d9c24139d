import { expect, test } from 'vitest';
import { printCommands } from '../../src/command/index.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { withRemedy } from '../../src/change/index.js';
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

const only = (commands: readonly string[], effect = 'let out, and an answer in'): Remedy => ({
  commands,
  why: `with ${commands.length === 1 ? 'this' : 'these'} the flow is ${effect}, and no other is opened`,
});
const setting = (command: string): Remedy => ({
  commands: [command],
  why: 'with this the flow is let out, and an answer in; the setting holds for every other flow as well',
});

const MASQUERADE = ['-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE'];
const filtering = (...filter: readonly string[]): Partial<Space> => ({ iptables: { filter, nat: MASQUERADE } });
const OUTWARDS = '-s 172.17.0.2/32 -d 203.0.113.8/32 -i docker0 -o eth0 -p tcp -m tcp --dport 443 -j ACCEPT';
const BACKWARDS =
  '-s 203.0.113.8/32 -d 172.17.0.2/32 -i eth0 -o docker0 -p tcp -m tcp --sport 443 -m conntrack --ctstate ESTABLISHED -j ACCEPT';
const ESTABLISHED = '-A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT';

const CASES: readonly (readonly [what: string, host: Partial<Space>, flow: FlowRequest, remedy: Remedy | undefined])[] = [
  ['an open way needs none', {}, out, undefined],
  ['a policy: an exception for this flow', filtering('-P FORWARD DROP', ESTABLISHED), out, only([`iptables -I FORWARD 1 ${OUTWARDS}`])],
  [
    'in DOCKER-USER where there is one',
    filtering('-N DOCKER-USER', '-A FORWARD -j DOCKER-USER', ESTABLISHED, '-A FORWARD -j DROP'),
    out,
    only([`iptables -I DOCKER-USER 1 ${OUTWARDS}`]),
  ],
  [
    'the answer is let in as well',
    filtering('-N DOCKER-USER', '-A FORWARD -j DOCKER-USER', '-A FORWARD -j DROP'),
    out,
    only([`iptables -I DOCKER-USER 1 ${OUTWARDS}`, `iptables -I DOCKER-USER 1 ${BACKWARDS}`]),
  ],
  ['only the answer is missing', filtering('-A FORWARD -i eth0 -j DROP'), out, only([`iptables -I FORWARD 1 ${BACKWARDS}`])],
  [
    'the host hears no answer',
    { iptables: { filter: ['-P INPUT DROP'] } },
    { from: 'host', to: '203.0.113.8', dport: 443 },
    only([
      'iptables -I INPUT 1 -s 203.0.113.8/32 -d 192.0.2.10/32 -i eth0 -p tcp -m tcp --sport 443 -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    ]),
  ],
  [
    'raw knows no state',
    { iptables: { raw: ['-A PREROUTING -i eth0 -j DROP'] } },
    { from: 'host', to: '203.0.113.8', dport: 443 },
    {
      commands: ['iptables -t raw -I PREROUTING 1 -s 203.0.113.8/32 -d 192.0.2.10/32 -i eth0 -p tcp -m tcp --sport 443 -j ACCEPT'],
      why: 'with this the flow is let out, and an answer in; table raw knows an answer by its port alone, so whatever comes from that port passes it as well',
    },
  ],
  [
    'nothing is forwarded: the setting that lets the answer in as well',
    { sysctl: { 'net.ipv4.ip_forward': 0 }, iptables: { nat: MASQUERADE } },
    out,
    setting('sysctl -w net.ipv4.ip_forward=1'),
  ],
  [
    'one device does not forward',
    {
      sysctl: { 'net.ipv4.ip_forward': 1, 'net.ipv4.conf.docker0.forwarding': 0, 'net.ipv4.conf.eth0.forwarding': 1 },
      iptables: { nat: MASQUERADE },
    },
    out,
    setting('sysctl -w net.ipv4.conf.docker0.forwarding=1'),
  ],
  [
    'what was translated is told by what was asked for: other doors to it stay shut',
    {
      iptables: {
        filter: ['-P FORWARD DROP'],
        nat: ['-A PREROUTING -p tcp -m tcp --dport 8080:8081 -j DNAT --to-destination 172.17.0.2:80'],
      },
    },
    { from: '203.0.113.8', to: '192.0.2.10', dport: 8080 },
    only(
      [
        'iptables -I FORWARD 1 -s 203.0.113.8/32 -d 172.17.0.2/32 -i eth0 -o docker0 -p tcp -m tcp --dport 80 -m conntrack --ctorigdst 192.0.2.10 --ctorigdstport 8080 -j ACCEPT',
        'iptables -I FORWARD 1 -s 172.17.0.2/32 -d 203.0.113.8/32 -i docker0 -o eth0 -p tcp -m tcp --sport 80 -m conntrack --ctstate ESTABLISHED --ctorigdst 192.0.2.10 --ctorigdstport 8080 -j ACCEPT',
      ],
      'answered',
    ),
  ],
  ['no answer comes back to a private source', { iptables: { filter: ['-P FORWARD DROP'] } }, out, undefined],
  [
    'nothing goes back by the uplink it came in by',
    { iptables: { filter: ['-P FORWARD DROP'] } },
    { from: '203.0.113.8', to: '198.51.100.7', dport: 443 },
    undefined,
  ],
  ['no command makes a route', { routes: ['172.17.0.0/16 dev docker0 src 172.17.0.1'] }, out, undefined],
  ['what is not known is not repaired', filtering('-A FORWARD -m limit --limit 1/sec -j DROP'), out, undefined],
  ['a dead listener is not repaired', {}, { from: 'db', to: '172.17.0.2', dport: 81 }, undefined],
  [
    'there and back',
    { iptables: { filter: ['-P INPUT DROP', '-P OUTPUT DROP'] }, listen: ['tcp 0.0.0.0:22'] },
    { from: 'web', to: '172.17.0.1', dport: 22 },
    only(
      [
        'iptables -I INPUT 1 -s 172.17.0.2/32 -d 172.17.0.1/32 -i docker0 -p tcp -m tcp --dport 22 -j ACCEPT',
        'iptables -I OUTPUT 1 -s 172.17.0.1/32 -d 172.17.0.2/32 -o docker0 -p tcp -m tcp --sport 22 -m conntrack --ctstate ESTABLISHED -j ACCEPT',
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
