import { describe, expect, it } from 'vitest';
import { traceFlow } from '../../src/datapath/index.js';
import { PARTS } from '../../src/model/reachability.js';
import { cellWitness, reachabilityMatrix } from '../../src/reachability/matrix.js';
import { HOSTS, machineOf } from './hosts.js';

const SIGN = { open: 'O', partial: 'P', closed: '.', unknown: '?' } as const;

async function table(name: string, ...commands: readonly string[]): Promise<Record<string, string>> {
  const matrix = reachabilityMatrix(await machineOf(name, ...commands), { unlistened: false });
  const rows = matrix.services.map((service, v): readonly [string, string] => [
    service.name,
    matrix.sources.map((_, s) => SIGN[matrix.results[matrix.cells[s]![v]!]!.reach]).join(''),
  ]);
  return Object.fromEntries<string>([['', matrix.sources.map((s) => s.name).join(' ')], ...rows]);
}

describe('the matrix', () => {
  it('tells who reaches what on a host of Docker 28', async () => {
    expect(await table('docker28-bridge')).toEqual({
      '': 'outside lan host network:appnet network:bridge pinned app db admin web',
      '198.51.100.10:6379/tcp': 'OOOOOOOOOO',
      'host:8443/tcp': 'OOOOOOOOOO',
      'host:5353/udp': 'OOOOOOOOOO',
      '127.0.0.1:9090/tcp': '..O.......',
      'host:8080/tcp': 'OOOOOOOOOO',
      'host:22/tcp': 'OOOOOOOOOO',
      'admin:80/tcp': '..O.O...OO',
      'app:53/udp': '..OO.OOO..',
      'app:443/tcp': '..OO.OOO..',
      'db:53/udp': '..OO.OOO..',
      'db:5432/tcp': '..OO.OOO..',
      'pinned:6379/tcp': '..OO.OOO..',
      'web:80/tcp': '..O.O...OO',
    });
  });

  it('tells which outside addresses get through where not all do', async () => {
    const machine = await machineOf('docker28-bridge', 'iptables -I DOCKER-USER ! -s 203.0.113.0/24 -i up0 -j DROP');
    const matrix = reachabilityMatrix(machine, {
      unlistened: false,
      from: (s) => s.kind === 'outside',
      to: (s) => s.name === '198.51.100.10:6379/tcp',
    });
    const [first, ...more] = matrix.results;
    const { [PARTS]: parts = [], ...told } = first!;
    expect(parts.flatMap((part) => (part.reach === 'open' ? part.addresses() : []))).toEqual([[0xcb007100, 0xcb0071ff]]);
    expect([told, ...more]).toEqual([
      {
        reach: 'partial',
        outcome: 'connected',
        cause: { kind: 'answered', code: 'DTP-001' },
        reason: 'python3 on tcp *:6379 in pinned answers',
        witness: { from: '203.0.113.1', to: '198.51.100.10', proto: 'tcp', dport: 6379 },
        decidedBy: { file: 'netns/pinned/ss.txt', line: 3 },
        rewritten: ['198.51.100.10:6379 → 172.30.0.4:6379'],
        counterWitness: { from: '192.0.2.1', to: '198.51.100.10', proto: 'tcp', dport: 6379 },
        openTo: ['203.0.113.0/24'],
      },
    ]);
  });

  it.each(HOSTS)('explains every cell of %s by a flow that a trace walks to the same end', async (name) => {
    const machine = await machineOf(name);
    const matrix = reachabilityMatrix(machine, { unlistened: false });
    const wrong = matrix.sources.flatMap((source, s) =>
      matrix.services.flatMap((service, v) => {
        const result = matrix.results[matrix.cells[s]![v]!]!;
        const { outcome } = traceFlow(machine, cellWitness(matrix, s, v));
        return outcome === result.outcome ? [] : [`${source.name} ${service.name}: ${outcome}, not ${result.outcome}`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});

it('names the rule where cells of outside sources tell of their witness alone', async () => {
  const rule = '-A INPUT -p tcp -m tcp --dport 7008 -m u32 --u32 "0xc&0xffff0000=0xac110000" -j DROP';
  expect(reachabilityMatrix(await machineOf('match20'), { unlistened: false }).notes).toEqual([
    `host/iptables-save.txt:51 (${rule}) may treat each IPv4 address outside otherwise: cells of outside sources tell what their witness comes to`,
  ]);
  expect(reachabilityMatrix(await machineOf('docker28-bridge'), { unlistened: false }).notes).toEqual([]);
});

it('says of which source ports nothing is known', async () => {
  const matrix = reachabilityMatrix(
    await machineOf('docker28-bridge', 'iptables -I INPUT -p tcp --sport 1234 -m limit --limit 1/sec -j DROP'),
    {
      from: ({ name }) => name === 'outside',
      to: ({ name }) => name === 'host:22/tcp',
    },
  );
  const { reach, reason, openFrom } = matrix.results[matrix.cells[0]![0]!]!;
  expect({ reach, reason, openFrom }).toEqual({
    reach: 'partial',
    reason: 'python3 on tcp *:22 in host answers; the snapshot does not tell what comes of source port 1234',
    openFrom: '0-1233, 1235-65535',
  });
});

/** Rules that send on what comes for addresses that nobody has, and for those of the host; each with the services that they make. */
it.each<readonly [rule: string, services: readonly string[]]>([
  ['-d 10.99.0.1/32 -p tcp -j DNAT --to-destination 172.30.0.2', ['10.99.0.1:5432/tcp → db:5432']],
  ['-d 10.99.0.1/32 -j DNAT --to-destination 172.30.0.2', ['10.99.0.1:5432/tcp → db:5432', '10.99.0.1:53/udp → db:53']],
  ['-d 10.99.0.0/24 -p tcp ! --dport 80 -j DNAT --to-destination 172.30.0.2:5432', ['10.99.0.1:5432/tcp → db:5432']],
  ['-d 10.99.0.0/24 -p tcp ! --dport 5432 -j DNAT --to-destination 172.30.0.2', []],
  [
    '-d 10.98.7.0/24 -p tcp -j NETMAP --to 172.30.0.0/29',
    [
      '10.98.7.1:22/tcp → host:22',
      '10.98.7.1:8080/tcp → host:8080',
      '10.98.7.1:8443/tcp → host:8443',
      '10.98.7.4:6379/tcp → pinned:6379',
      '10.98.7.2:5432/tcp → db:5432',
      '10.98.7.3:443/tcp → app:443',
    ],
  ],
  ['-p tcp --dport 81:82 -j DNAT --to-destination 172.30.0.2:5432', ['host:81/tcp → db:5432', 'host:82/tcp → db:5432']],
  ['-i up0 -p udp -j DNAT --to-destination 172.30.0.2', ['host:53/udp → db:53']],
  ['-p tcp --dport 5000:6000 -j DNAT --to-destination 172.30.0.2', ['5000', '5432', '6000'].map((port) => `host:${port}/tcp → db:${port}`)],
  [
    '-d 10.99.0.1/32 -p tcp -j DNAT --to-destination 172.30.0.2-172.30.0.3',
    ['10.99.0.1:443/tcp → app:443', '10.99.0.1:5432/tcp → db:5432'],
  ],
  ['-d 10.99.0.1/32 -p tcp --dport 22 -j DNAT --to-destination 127.0.0.1', ['10.99.0.1:22/tcp → host:22']],
])('finds what %s forwards', async (rule, services) => {
  const machine = await machineOf('docker28-bridge', `iptables -t nat -A PREROUTING ${rule}`);
  const found = reachabilityMatrix(machine, { unlistened: false }).services.filter(({ kind }) => kind === 'forwarded');
  expect(found.map(({ name, leadsTo }) => `${name} → ${leadsTo}`).sort()).toEqual([...services].sort());
});

it.each<readonly [what: string, host: string, commands: readonly string[], services: readonly string[]]>([
  [
    'by chains that a port and an address lead to',
    'docker28-bridge',
    [
      'iptables -t nat -N SVC',
      'iptables -t nat -A PREROUTING -d 10.96.0.10/32 -p tcp --dport 80 -j SVC',
      'iptables -t nat -A PREROUTING -p tcp --dport 30080 -j SVC',
      'iptables -t nat -A SVC -p tcp -j DNAT --to-destination 172.30.0.2:5432',
    ],
    ['10.96.0.10:80/tcp → db:5432', 'host:30080/tcp → db:5432'],
  ],
  [
    'by sets of addresses',
    'docker28-bridge',
    [
      'ipset create vips hash:ip',
      'ipset add vips 10.96.0.1',
      'ipset add vips 10.96.0.9',
      'iptables -t nat -A PREROUTING -p tcp -m set --match-set vips dst -j DNAT --to-destination 172.30.0.2',
    ],
    ['10.96.0.1:5432/tcp → db:5432', '10.96.0.9:5432/tcp → db:5432'],
  ],
  ['by containers', 'ctrnat26', [], ['c1:88/tcp → c1:80', 'vpn:7777/tcp → i1:80']],
])('finds what is forwarded %s', async (_, host, commands, services) => {
  const found = reachabilityMatrix(await machineOf(host, ...commands), { unlistened: false }).services;
  expect(found.flatMap(({ name, kind, leadsTo }) => (kind === 'forwarded' ? [`${name} → ${leadsTo}`] : [])).sort()).toEqual(services);
});

it('asks about what the host keeps to its loopback where route_localnet lets others in', async () => {
  const reached = async (...commands: readonly string[]): Promise<readonly string[]> => {
    const matrix = reachabilityMatrix(await machineOf('rpf20', ...commands), { unlistened: false, from: ({ name }) => name === 'outside' });
    return matrix.services.flatMap(({ name, kind }, v) =>
      kind === 'listener' && name.startsWith('127.') ? [`${name} ${matrix.results[matrix.cells[0]![v]!]!.reach}`] : [],
    );
  };
  expect(await reached()).toEqual(['127.0.0.1:6010/tcp partial']);
  expect(await reached('sysctl net.ipv4.conf.up0.route_localnet=0')).toEqual(['127.0.0.1:6010/tcp closed']);
  const off = ['up0', 'docker0', 'br-b', 'br-back', 'br-c'].map((dev) => `sysctl net.ipv4.conf.${dev}.route_localnet=0`);
  expect(await reached(...off)).toEqual([]);
});
