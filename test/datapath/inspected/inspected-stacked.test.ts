import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { FlowRequest, Trace } from '../../../src/model/trace.js';
import { buildHost, type Space } from '../../support/host-builder.js';

const NETWORK_ID = 'b'.repeat(64);
const MAC = { cam: '02:42:c0:00:02:14', nvr: '02:42:c0:00:02:15' } as const;

const host: Space = {
  links: [{ name: 'eth0', index: 2, addrs: ['192.0.2.10/24'], mac: '02:00:00:00:00:02' }],
  routes: ['default via 192.0.2.1 dev eth0', '192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10'],
  iptables: { filter: ['-P FORWARD DROP', '-P INPUT DROP'], raw: ['-A PREROUTING -d 192.0.2.20/32 -j DROP'] },
  sysctl: { 'net.ipv4.ip_forward': 1 },
};

const inspect = (name: 'cam' | 'nvr', ip: string): object => ({
  Id: (name === 'cam' ? 'c' : 'd').repeat(64),
  Name: `/${name}`,
  State: { Running: true, Pid: 4242 },
  Config: { Image: 'lab:1' },
  HostConfig: { NetworkMode: 'lan' },
  NetworkSettings: {
    Ports: {},
    Networks: { lan: { NetworkID: NETWORK_ID, Gateway: '192.0.2.1', IPAddress: ip, IPPrefixLen: 24, MacAddress: MAC[name] } },
  },
});

const network = (driver: string, options: object): object => ({
  Name: 'lan',
  Id: NETWORK_ID,
  Scope: 'local',
  Driver: driver,
  IPAM: { Config: [{ Subnet: '192.0.2.0/24', Gateway: '192.0.2.1' }] },
  Options: options,
});

function ask(driver: string, options: object, flow: FlowRequest): Trace {
  const docker = {
    'containers.json': [inspect('cam', '192.0.2.20'), inspect('nvr', '192.0.2.21')],
    'networks.json': [network(driver, options)],
  };
  return traceFlow(createMachine(buildHost({ host }, docker)), flow);
}

const DRIVERS: readonly (readonly [string, object])[] = [
  ['macvlan', { parent: 'eth0' }],
  ['ipvlan', { parent: 'eth0', ipvlan_mode: 'l2' }],
];
const hops = ({ packets }: Trace): readonly string[] => packets.map((p) => `${p.netns} ${p.iface} ${p.dir}`);

describe.each(DRIVERS)('%s, as docker inspect alone tells it', (driver, options) => {
  test('parent and child do not reach each other', () => {
    const { outcome, reason } = ask(driver, options, { from: 'host', to: 'cam', dport: 80 });
    expect([outcome, reason]).toEqual([
      'unreachable',
      `no neighbour: nobody on host's eth0 answers for 192.0.2.20; cam, which has the address, sits on that device itself (${driver}): parent and child do not reach each other`,
    ]);
    expect(ask(driver, options, { from: 'cam', to: '192.0.2.10', dport: 22 }).outcome).toBe('unreachable');
  });

  test("a neighbour passes none of the host's hooks", () => {
    const trace = ask(driver, options, { from: '192.0.2.77', to: '192.0.2.20', dport: 80 });
    expect(trace.reason).toContain('the packet reaches cam at tcp 192.0.2.20:80');
    expect(trace.rules).toEqual([]);
    expect(hops(trace)).toEqual(['host eth0 in', 'cam eth0 in']);
  });

  test('to the world it goes past the host, and back', () => {
    const trace = ask(driver, options, { from: 'cam', to: '203.0.113.8', dport: 443 });
    expect([trace.outcome, hops(trace)]).toEqual(['leaves-host', ['cam eth0 out', 'host eth0 out']]);
  });

  test('two of one network reach each other', () => {
    expect(ask(driver, options, { from: 'cam', to: 'nvr', dport: 80 }).reason).toContain('the packet reaches nvr');
  });
});

test('private: not even those', () => {
  expect(ask('macvlan', { parent: 'eth0', macvlan_mode: 'private' }, { from: 'cam', to: 'nvr', dport: 80 }).outcome).not.toBe('connected');
});
