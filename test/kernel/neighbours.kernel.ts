import { expect, it } from 'vitest';
import type { Scenario, ScenarioNetns } from './generate/scenario.js';
import { whyNoTwin } from './machine.js';
import { tryScenario } from './trial.js';

const BRIDGE = 'br0';

function container(name: string, host: number): ScenarioNetns {
  const ip = [
    'link set dev lo up',
    'link set dev eth0 addrgenmode none',
    'link set dev eth0 up',
    `addr add 172.20.0.${host}/24 dev eth0`,
    'route add default via 172.20.0.1 dev eth0',
  ];
  const listeners = [{ proto: 'tcp', family: 4, dualStack: false, port: 80 } as const];
  return { name, stacked: [], sysctls: [], ip, ip6: [], bridge: [], ipset: [], tables: [], listeners };
}

/** Two containers on a bridge, of which the second's port 80 is published as 8080, without docker-proxy: frames between them are translated. */
const SCENARIO: Scenario = {
  seed: 0,
  base: [
    ...['host', 'router', 'c1', 'c2'].map((name) => `netns add ${name}`),
    `link add name ${BRIDGE} address 02:00:00:00:20:01 netns host type bridge`,
    'link add name v1 netns host type veth peer name eth0 address 02:00:00:00:20:02 netns c1',
    'link add name v2 netns host type veth peer name eth0 address 02:00:00:00:20:03 netns c2',
    'link add name up0 address 02:00:00:00:ff:00 netns host type veth peer name far0 netns router',
  ],
  namespaces: [
    {
      name: 'host',
      stacked: [],
      sysctls: [
        ['net.ipv4.ip_forward', '1'],
        ['net.bridge.bridge-nf-call-iptables', '1'],
      ],
      ip: [
        'link set dev lo up',
        ...[BRIDGE, 'v1', 'v2', 'up0'].flatMap((dev) => [`link set dev ${dev} addrgenmode none`, `link set dev ${dev} up`]),
        ...['v1', 'v2'].map((dev) => `link set dev ${dev} master ${BRIDGE}`),
        `addr add 172.20.0.1/24 dev ${BRIDGE}`,
        'addr add 198.51.100.10/24 dev up0',
      ],
      ip6: [],
      bridge: ['link set dev v1 hairpin on', 'link set dev v2 hairpin on'],
      ipset: [],
      tables: [
        {
          family: 4,
          name: 'nat',
          chains: [
            {
              name: 'PREROUTING',
              policy: 'ACCEPT',
              rules: ['-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.20.0.3:80'],
            },
            { name: 'POSTROUTING', policy: 'ACCEPT', rules: ['-A POSTROUTING -s 172.20.0.0/24 -d 172.20.0.3/32 -j MASQUERADE'] },
          ],
        },
      ],
      listeners: [],
    },
    container('c1', 2),
    container('c2', 3),
  ],
  wires: [
    {
      uplink: { netns: 'host', iface: 'up0', far: 'far0', mac: '02:00:00:00:ff:00', carrier: true, noarp: false },
      subnets: ['198.51.100.0/24'],
      gateways: ['198.51.100.1'],
      stations: [],
    },
  ],
  // asked at an address of the bridge itself the frame is for the host; at another one that c1 holds for a neighbour's it is bridged
  flows: ['172.20.0.1', '172.20.0.3'].map((to, i) => ({ id: to, from: 'c1', to, proto: 'tcp', sport: 20_000 + i, dport: 8080 })),
};

const why = await whyNoTwin();

it.skipIf(why !== undefined).each([
  ['knows', SCENARIO],
  ['has not met', { ...SCENARIO, amongStrangers: true } satisfies Scenario],
])(
  'a translated frame to a neighbour that the kernel %s (br_nf_pre_routing_finish_bridge)',
  { timeout: 120_000 },
  async (state, scenario) => {
    // one flow alone: the first makes the neighbour known to the second
    for (const flow of scenario.flows) {
      const { flows, open, gaps } = await tryScenario({ ...scenario, flows: [flow] });
      expect({ open, gaps }).toEqual({ open: [], gaps: [] });
      const [{ comparison, observed }] = flows as [(typeof flows)[0]];
      process.stdout.write(`${state}: ${flow.to}: ${comparison.packets.kernel.filter((row) => !row.endsWith('reply')).join(' | ')}\n`);
      expect(comparison).toMatchObject({ agrees: true });
      expect(observed.result.outcome).toBe('connected');
    }
  },
);
