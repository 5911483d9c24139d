import type { HitAction, RuleHit, Step, Trace } from '../../src/model/trace.js';
import type { PacketView } from '../../src/model/sighting.js';
import { makeHit } from '../../src/datapath/netfilter/hit.js';

const inside: PacketView = { src: '172.17.0.2', sport: 49152, dst: '203.0.113.8', dport: 443 };
const outside: PacketView = { src: '198.51.100.10', sport: 49152, dst: '203.0.113.8', dport: 443 };
const answerOutside: PacketView = { src: '203.0.113.8', sport: 443, dst: '198.51.100.10', dport: 49152 };
const answerInside: PacketView = { src: '203.0.113.8', sport: 443, dst: '172.17.0.2', dport: 49152 };

const FILE = 'host/iptables-save.txt';

function actionOf(verdict: string): HitAction {
  const [word = '', chain = ''] = verdict.split(' ');
  if (word === 'JUMP' || word === 'GOTO') return { kind: word === 'JUMP' ? 'jump' : 'goto', chain };
  if (word === 'DNAT' || word === 'MASQUERADE') return { kind: 'translate', manip: word === 'DNAT' ? 'dst' : 'src' };
  const kind = (['accept', 'drop', 'reject', 'return', 'continue'] as const).find((one) => one === word.toLowerCase());
  return { kind: kind ?? 'other' };
}

function hit(table: RuleHit['table'], chain: string, rest: string, verdict: string, line: number): RuleHit {
  const printed = { netns: 'host', family: 4, table, chain, rule: `-A ${chain} ${rest}`, verdict, file: FILE, line } as const;
  return makeHit(printed, actionOf(verdict));
}

const jumps = [
  hit('filter', 'FORWARD', '-j DOCKER-USER', 'JUMP DOCKER-USER', 10),
  hit('filter', 'DOCKER-USER', '-j RETURN', 'RETURN', 11),
  hit('filter', 'FORWARD', '-j DOCKER-FORWARD', 'JUMP DOCKER-FORWARD', 12),
];
const accept = hit('filter', 'DOCKER-FORWARD', '-i docker0 -j ACCEPT', 'ACCEPT', 17);
const masquerade = hit('nat', 'POSTROUTING', '-s 172.17.0.0/16 ! -o docker0 -j MASQUERADE', 'MASQUERADE', 23);

const web = { netns: 'web', leg: 0, reply: false, packet: inside };
const host = { ...web, netns: 'host' };
const back = { netns: 'host', leg: 0, reply: true };

/** One table at one hook of the host, with nothing matched unless said. */
function table(
  hook: 'PREROUTING' | 'FORWARD' | 'POSTROUTING',
  name: RuleHit['table'],
  more: Partial<Extract<Step, { kind: 'table' }>> = {},
): Step {
  const ends = hook === 'PREROUTING' ? { in: 'docker0', out: '' } : { in: hook === 'FORWARD' ? 'docker0' : '', out: 'up0' };
  return { ...host, kind: 'table', hook, table: name, family: 4, ...ends, mark: 0, hits: [], policy: 'ACCEPT', verdict: 'accept', ...more };
}

const wayIn: readonly Step[] = [
  { ...web, kind: 'send', what: 'TCP SYN' },
  {
    ...web,
    kind: 'route',
    purpose: 'output',
    result: 'unicast',
    dev: 'eth0',
    via: '172.17.0.1',
    table: 254,
    text: 'default via 172.17.0.1 dev eth0',
    origin: { file: 'netns/web/ip-route.json', line: 1 },
  },
  { ...web, kind: 'neighbour', iface: 'eth0', ip: '172.17.0.1', mac: '02:42:ac:11:00:01', text: '172.17.0.1 is 02:42:ac:11:00:01' },
  { ...web, kind: 'interface', iface: 'eth0', dir: 'out' },
  { ...web, kind: 'link', iface: 'eth0', peerNetns: 'host', peerIface: 'veth1', how: 'veth' },
  { ...host, kind: 'interface', iface: 'veth1', dir: 'in' },
  { ...host, kind: 'bridge', bridge: 'docker0', from: 'veth1', to: ['docker0'], why: 'local', text: 'veth1 → docker0 itself' },
  { ...host, kind: 'interface', iface: 'docker0', dir: 'in' },
  table('PREROUTING', 'raw'),
  { ...host, kind: 'conntrack', state: 'NEW', text: 'conntrack: NEW' },
  table('PREROUTING', 'nat'),
  {
    ...host,
    kind: 'route',
    purpose: 'input',
    result: 'unicast',
    dev: 'up0',
    via: '198.51.100.1',
    table: 254,
    text: 'default via 198.51.100.1 dev up0',
    origin: { file: 'host/ip-route.json', line: 3 },
  },
];

/** A container's way out: bridge, FORWARD, masquerade, uplink; the answer is translated back. */
export const leaves: Trace = {
  format: 'dtrace-path-trace/1',
  flow: { from: 'web', to: '203.0.113.8', proto: 'tcp', src: '172.17.0.2', sport: 49152, dst: '203.0.113.8', dport: 443 },
  outcome: 'leaves-host',
  cause: { kind: 'left-host', code: 'DTP-003' },
  reason: 'the packet leaves by up0 as 198.51.100.10; what lies beyond is not in the snapshot',
  packets: [
    { netns: 'web', iface: 'eth0', dir: 'out', ...inside, reply: false },
    { netns: 'host', iface: 'veth1', dir: 'in', ...inside, reply: false },
    { netns: 'host', iface: 'docker0', dir: 'in', ...inside, reply: false },
    { netns: 'host', iface: 'up0', dir: 'out', ...outside, reply: false },
  ],
  rules: [...jumps, accept, masquerade],
  steps: [
    ...wayIn,
    table('FORWARD', 'mangle'),
    {
      ...host,
      kind: 'table',
      hook: 'FORWARD',
      table: 'filter',
      family: 4,
      in: 'docker0',
      out: 'up0',
      mark: 0,
      hits: [...jumps, accept],
      verdict: 'accept',
    },
    {
      ...host,
      kind: 'table',
      hook: 'POSTROUTING',
      table: 'nat',
      family: 4,
      in: '',
      out: 'up0',
      mark: 0,
      hits: [masquerade],
      verdict: 'accept',
    },
    {
      ...host,
      packet: outside,
      kind: 'nat',
      hook: 'POSTROUTING',
      manip: 'src',
      before: inside,
      after: outside,
      origin: { file: FILE, line: 23 },
    },
    { ...host, packet: outside, kind: 'interface', iface: 'up0', dir: 'out' },
    { ...host, packet: outside, kind: 'leave', iface: 'up0', text: 'leaves host by up0' },
    { ...back, packet: answerOutside, kind: 'interface', iface: 'up0', dir: 'in' },
    { ...back, packet: answerInside, kind: 'nat', hook: 'PREROUTING', manip: 'dst', before: answerOutside, after: answerInside },
    { ...back, packet: answerInside, kind: 'interface', iface: 'docker0', dir: 'out' },
    { ...back, packet: answerInside, kind: 'interface', iface: 'veth1', dir: 'out' },
    { ...back, netns: 'web', packet: answerInside, kind: 'interface', iface: 'eth0', dir: 'in' },
  ],
  assumptions: [
    { category: 'limit', choice: 'limit=under', detail: 'the rate is below 5/min', origin: { file: FILE, line: 9 }, given: false },
  ],
  missing: [],
};

/** The same start, turned down by the policy of FORWARD. */
export const dropped: Trace = {
  format: 'dtrace-path-trace/1',
  flow: leaves.flow,
  outcome: 'timeout',
  cause: { kind: 'chain-policy', code: 'DTP-102' },
  reason: 'no rule of filter FORWARD accepts it and its policy is DROP',
  decidedBy: { file: FILE, line: 4 },
  packets: leaves.packets.slice(0, 3),
  rules: jumps,
  steps: [...wayIn, table('FORWARD', 'filter', { hits: jumps, policy: 'DROP', verdict: 'drop' })],
  assumptions: [],
  missing: ['host/sysctl.txt'],
  remedy: {
    commands: [{ words: ['iptables', '-I', 'DOCKER-USER', '1', '-s', '172.17.0.2', '-j', 'ACCEPT'] }],
    why: 'a rule in DOCKER-USER is met first',
  },
};

export const HOSTILE = 'a|b`c\u001b[31m<img src=x onerror=alert(1)>[x](javascript:alert(1))\u202e"end;#\nrm -rf';

/** Names and texts that a container's owner may choose, trying to break out of the report. */
export const hostile: Trace = {
  format: 'dtrace-path-trace/1',
  flow: { id: HOSTILE, from: HOSTILE, to: '203.0.113.8', proto: 'icmp', src: '172.17.0.2', dst: '203.0.113.8' },
  outcome: 'unknown',
  cause: { kind: 'undecided', code: 'DTP-901' },
  reason: HOSTILE,
  decidedBy: { file: HOSTILE, line: 1 },
  packets: [{ netns: HOSTILE, iface: HOSTILE, dir: 'out', src: '172.17.0.2', dst: '203.0.113.8', reply: false }],
  rules: [{ ...accept, netns: HOSTILE, chain: HOSTILE, rule: `-A X -m comment --comment "${HOSTILE}" -j ACCEPT`, file: HOSTILE }],
  steps: [
    { netns: HOSTILE, leg: 0, reply: false, packet: { src: '172.17.0.2', dst: '203.0.113.8' }, kind: 'send', what: HOSTILE },
    {
      netns: HOSTILE,
      leg: 0,
      reply: false,
      packet: { src: '172.17.0.2', dst: '203.0.113.8' },
      kind: 'table',
      hook: 'OUTPUT',
      table: 'filter',
      family: 4,
      in: '',
      out: HOSTILE,
      mark: 7,
      hits: [{ ...accept, netns: HOSTILE, chain: HOSTILE, rule: `-A X -m comment --comment "${HOSTILE}" -j ACCEPT`, file: HOSTILE }],
      verdict: 'accept',
    },
    {
      netns: HOSTILE,
      leg: 0,
      reply: false,
      packet: { src: '172.17.0.2', dst: '203.0.113.8' },
      kind: 'interface',
      iface: HOSTILE,
      dir: 'out',
    },
    {
      netns: HOSTILE,
      leg: 0,
      reply: false,
      packet: { src: '172.17.0.2', dst: '203.0.113.8' },
      kind: 'drop',
      where: HOSTILE,
      text: HOSTILE,
      cause: { kind: 'no-carrier', code: 'DTP-302' },
      origin: { file: HOSTILE, line: 0 },
    },
  ],
  assumptions: [{ category: 'limit', choice: HOSTILE, detail: HOSTILE, given: true }],
  missing: [HOSTILE],
  remedy: { commands: [{ words: [HOSTILE], remark: HOSTILE }], why: HOSTILE },
};
