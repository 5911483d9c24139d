import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/address/ip.js';
import { traceFlow, type Machine } from '../../src/datapath/index.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { addressClasses } from '../../src/reachability/classes/address-classes.js';
import { FlowClasses } from '../../src/reachability/classes/flow-class.js';
import type { FlowClass } from '../../src/reachability/classes/equivalence-class.js';
import { includes, type RangeSet } from '../../src/address/ranges.js';
import { HOSTS, machineOf, recorded, sequence } from './hosts.js';
import { randomHost } from './random-host.js';
import { compareSets, SetCheck } from './compare-sets.js';

const PAIRS = 12;
const PACKETS = 120;

function destinations(machine: Machine): readonly string[] {
  const own = [...machine.namespaces.values()].flatMap((ns) =>
    [...ns.interfaces.values()].flatMap((i) => i.addresses.filter((a) => a.scope !== 'link')),
  );
  return [...own.map((a) => formatIp(a.ip)), '203.0.113.77', '172.17.0.99'];
}

function usualPorts(machine: Machine): readonly number[] {
  const sockets = [...machine.namespaces.values()].flatMap((ns) => ns.netns.sockets.map((s) => s.port));
  return [...new Set([22, 53, 443, ...sockets, ...machine.host.containers.flatMap((c) => c.published.map((p) => p.hostPort))])];
}

function member(block: RangeSet, draw: (below: number) => number): string {
  const [lo, hi] = block[draw(block.length)]!;
  if (typeof lo === 'number') return formatIp(lo + draw(Number(hi) - lo + 1));
  const span = BigInt(hi) - lo + 1n;
  return formatIp(lo + (span > 1_000_000n ? BigInt(draw(1_000_000)) * (span / 1_000_000n) : BigInt(draw(Number(span)))));
}

const told = (outcome: string, decidedBy: unknown): string => `${outcome} ${JSON.stringify(decidedBy)}`;

describe.each(HOSTS)('packet sets of %s', (name) => {
  it('say of each packet what its own trace says', async () => {
    const machine = await machineOf(name);
    const draw = sequence(HOSTS.indexOf(name) + 1);
    const flows = new FlowClasses(machine);
    const clients = [...machine.namespaces.keys(), 'internet', '198.51.100.1'];
    const to = destinations(machine);
    const ports = usualPorts(machine);
    const wrong: FlowRequest[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      const request = {
        from: clients[draw(clients.length)]!,
        to: to[draw(to.length)]!,
        proto: draw(3) === 0 ? ('udp' as const) : ('tcp' as const),
      };
      const classes: readonly FlowClass[] = [...flows.byDestinationPort(request)];
      for (let n = 0; n < PACKETS / PAIRS; n++) {
        const dport = draw(2) === 0 ? ports[draw(ports.length)]! : 1 + draw(65535);
        const own = classes.filter((c) => includes(c.dports, dport));
        const drawn = 1 + draw(65535);
        const sport = own[0] !== undefined && includes(own[0].sports, drawn) ? drawn : 49152;
        const trace = traceFlow(machine, { ...request, dport, sport });
        if (own.length !== 1 || told(trace.outcome, trace.decidedBy) !== told(own[0]!.fate.outcome, own[0]!.fate.decidedBy))
          wrong.push({ ...request, dport, sport });
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each([4, 6] as const)('treat IPv%s addresses of one class alike', async (family) => {
    const machine = await machineOf(name);
    const draw = sequence(HOSTS.indexOf(name) + 100);
    const { blocks } = addressClasses(machine, family);
    const clients = [...machine.namespaces.keys()];
    const ports = usualPorts(machine);
    const wrong: (readonly FlowRequest[])[] = [];
    for (let n = 0; n < PACKETS / 2; n++) {
      const block = blocks[draw(blocks.length)]!;
      const other = member(blocks[draw(blocks.length)]!, draw);
      const rest = { proto: 'tcp' as const, dport: ports[draw(ports.length)]! };
      const client = clients[draw(clients.length)]!;
      const asSource = draw(2) === 0;
      const flows = [member(block, draw), member(block, draw)].map((ip) =>
        asSource ? { from: ip, to: other, ...rest } : { from: client, to: ip, ...rest },
      );
      const [one, two] = flows.map((flow) => traceFlow(machine, flow)).map((t) => told(t.outcome, t.decidedBy));
      if (one !== two) wrong.push(flows);
    }
    expect(wrong).toEqual([]);
  });
});

describe('packet sets of random hosts', () => {
  it.each([11, 12, 13, 14, 15, 16])('say of each packet what its own trace says (seed %i)', (seed) => {
    expect(compareSets(randomHost(seed), 400, sequence(seed)).wrong).toEqual([]);
  });
});

describe('packet sets of recorded hosts', () => {
  it.each(HOSTS)('say of packets at the limits of rules what their own traces say: %s', async (name) => {
    expect(compareSets(await recorded(name), 400, sequence(HOSTS.indexOf(name) + 7)).wrong).toEqual([]);
  });
});

it('tells ports apart that a rule asks conntrack for after they were translated', async () => {
  const machine = await machineOf(
    'docker28-bridge',
    'iptables -t nat -I PREROUTING -d 198.51.100.10 -p tcp -j DNAT --to-destination 172.17.0.2:80',
    'iptables -I DOCKER-USER -p tcp -m conntrack --ctorigdstport 8031 -j REJECT',
  );
  const classes = [...new FlowClasses(machine).byDestinationPort({ from: '203.0.113.8', to: '198.51.100.10', proto: 'tcp' })];
  expect(classes.filter((c) => includes(c.dports, 8031)).map((c) => [c.dports, c.fate.outcome])).toEqual([[[[8031, 8031]], 'refused']]);
});

describe('sets of random hosts that once held too much', () => {
  it.each<readonly [number, string, readonly FlowRequest[]]>([
    [
      211200124,
      'NAT finds another port among the likes of the first',
      [54_088, 29, 700].map((sport) => ({ from: 'k4', to: '100.64.0.0', proto: 'tcp', sport, dport: 444 })),
    ],
    [
      211200011,
      'a rule looks for the source where another put the destination',
      ['2001:db8:2::', '2001:db8:2::11'].map((to) => ({ from: '2001:db8:2::', to, proto: 'udp', sport: 58_104, dport: 65_534 })),
    ],
    [
      421120154,
      'a port stays what NAT would find for others',
      [1023, 1024, 600, 9, 1, 5000].map((sport) => ({ from: 'c1', to: '2001:db8:8:0:8000::', proto: 'tcp', sport, dport: 76 })),
    ],
    [
      531121132,
      'a port that is taken is the lowest of those that NAT draws from',
      [544, 600, 1, 1023, 1024, 1025, 8000].map((sport) => ({ from: 'c1', to: 'fd00:22::c', proto: 'tcp', sport, dport: 8079 })),
    ],
    [
      421120155,
      'a rule asks for one port twice',
      [32_768, 32_769, 32_767].map((dport) => ({ from: 'c1', to: 'host', proto: 'tcp', sport: 54_212, dport })),
    ],
  ])('host %i: %s', (seed, _, flows) => {
    const check = new SetCheck(randomHost(seed));
    expect(flows.map((flow) => check.disagreement(flow))).toEqual(flows.map(() => undefined));
  });
});
