import { parseIp, type Ip } from '../../../src/address/ip.js';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { compilePredicate } from '../../../src/datapath/netfilter/evaluate.js';
import type { Tri } from '../../../src/datapath/index.js';
import { SetChanges, newSkb, type MatchContext } from '../../../src/datapath/index.js';
import { conditionsOf, type RuleFacts, type Translates } from '../../../src/netfilter/facts.js';
import { factsIn } from '../../../src/netfilter/iptables/index.js';
import type { HookName } from '../../../src/model/netfilter.js';
import type { Packet } from '../../../src/model/packet.js';
import type { FlowRequest, Step } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';
import { Rng } from '../../kernel/generate/rng.js';
import { drawConditions, HOOKS } from '../../kernel/packets/rules.js';

/** Targets by table: what each does to a packet that meets it. */
const TARGETS: Readonly<Record<'raw' | 'mangle' | 'nat' | 'filter', readonly string[]>> = {
  raw: ['-j CT --notrack', '-j NOTRACK', '-j CT --zone 5', '-j DROP', '-j ACCEPT', '-j RETURN', '-j OURS', '-g OURS', '-j LOG', ''],
  mangle: [
    '-j MARK --set-xmark 0x1/0xffffffff',
    '-j CONNMARK --set-xmark 0x2/0xffffffff',
    '-j CONNMARK --save-mark',
    '-j TTL --ttl-set 9',
    '-j TOS --set-tos 0x10/0xff',
    ...['-j DROP', '-j ACCEPT', '-j RETURN', '-j OURS', '-g OURS', '-j NFLOG', ''],
  ],
  nat: [
    ...['-j ACCEPT', '-j RETURN', '-j OURS', '-g OURS', '-j LOG', ''],
    '-j DNAT --to-destination 172.17.0.3',
    '-j DNAT --to-destination 172.17.0.2-172.17.0.3',
    '-p tcp -j DNAT --to-destination 172.17.0.2:80',
    '-p udp -j DNAT --to-destination :53-54',
    '-p tcp -j REDIRECT --to-ports 22',
    '-j REDIRECT',
    '-j NETMAP --to 172.17.0.0/30',
    '-j SNAT --to-source 192.0.2.10',
    '-p tcp -j SNAT --to-source 192.0.2.10:4000-4999',
    '-j MASQUERADE',
    '-p udp -j MASQUERADE --to-ports 700-900',
  ],
  filter: [
    '-j DROP',
    '-j ACCEPT',
    '-j RETURN',
    '-j REJECT',
    '-p tcp -j REJECT --reject-with tcp-reset',
    '-j OURS',
    '-g OURS',
    '-j LOG',
    '',
  ],
};

const CHAINS: Readonly<Record<keyof typeof TARGETS, readonly HookName[]>> = {
  raw: ['PREROUTING', 'OUTPUT'],
  mangle: HOOKS,
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
};

const NAT_HOOKS: Readonly<Record<'src' | 'dst', readonly HookName[]>> = { src: ['POSTROUTING', 'INPUT'], dst: ['PREROUTING', 'OUTPUT'] };
const CONDITIONS = ['', '', '-p tcp', '-p udp', '-s 172.17.0.0/16', '-d 192.0.2.10/32', '! -d 172.17.0.0/16', '-m conntrack --ctstate NEW'];

interface Case {
  readonly table: keyof typeof TARGETS;
  readonly hook: HookName;
  readonly rule: string;
}

function drawCase(rng: Rng): Case {
  const table = rng.pick(Object.keys(TARGETS) as (keyof typeof TARGETS)[]);
  const target = rng.pick(TARGETS[table]);
  const given = /-j (?:SNAT|MASQUERADE)/.test(target) ? 'src' : /-j (?:DNAT|REDIRECT)/.test(target) ? 'dst' : undefined;
  const hooks = given === undefined ? CHAINS[table] : NAT_HOOKS[given].filter((one) => !(one === 'INPUT' && target.includes('MASQ')));
  const asked = rng.pick(CONDITIONS);
  const condition = target.includes('-p ') && asked.includes('-p ') ? '' : asked;
  const hook = rng.pick(hooks);
  return { table, hook, rule: `${condition} ${target}`.trim() };
}

const FLOWS: readonly FlowRequest[] = [
  { from: 'web', to: '203.0.113.8', dport: 443 },
  { from: 'web', to: '203.0.113.8', proto: 'udp', dport: 53 },
  { from: 'web', to: 'db', proto: 'udp', dport: 53 },
  { from: 'internet', to: 'host', dport: 22 },
  { from: 'internet', to: '172.17.0.2', dport: 80 },
  { from: 'host', to: '203.0.113.8', dport: 443 },
  { from: 'host', to: 'web', dport: 80 },
  { from: 'host', to: 'host', dport: 22 },
];

function hostOf({ table, hook, rule }: Case, isThere: boolean): ReturnType<typeof buildHost> {
  const lines = [
    '-N OURS',
    `-A ${hook} ${isThere ? rule : '-j LOG'}`,
    `-A ${hook} -m comment --comment next -j LOG`,
    '-A OURS -m comment --comment inside -j LOG',
  ];
  return buildHost(lab({ iptables: { [table]: lines }, listen: ['tcp 0.0.0.0:22'] }));
}

type TableStep = Extract<Step, { kind: 'table' }>;
type NatStep = Extract<Step, { kind: 'nat' }>;

const within = (value: string, [lo, hi]: readonly [Ip, Ip]): boolean => {
  const ip = parseIp(value)!;
  return ip >= lo && ip <= hi;
};

/** What a translation changed that the facts do not tell of. */
function untold({ manip, before, after }: NatStep, translates: readonly Translates[]): string | undefined {
  const [address, port] = manip === 'src' ? ([after.src, after.sport] as const) : ([after.dst, after.dport] as const);
  const [from, fromPort] = manip === 'src' ? ([before.src, before.sport] as const) : ([before.dst, before.dport] as const);
  const told = translates.filter((one) => one.manip === manip || one.manip === 'by-hook');
  if (told.length === 0) return `translates ${manip}, which the facts do not tell`;
  const fits = told.some(
    ({ addresses, ports }) =>
      (address === from || addresses === undefined || within(address, addresses)) &&
      (port === fromPort || (ports !== undefined && port !== undefined && port >= ports[0] && port <= ports[1])),
  );
  return fits ? undefined : `gives ${address}:${port}, which is beyond what the facts tell`;
}

/** Where a table's walk does not agree with the facts of the one rule. */
function* wrongIn(step: TableStep, facts: RuleFacts, { hook }: Case): Generator<string> {
  const lines = step.hits.map(({ rule }) => rule);
  const isHit = step.hits.some(({ chain, rule }) => chain === hook && !rule.includes('--comment next'));
  const goesOn = lines.some((line) => line.includes('--comment next'));
  const isInside = lines.some((line) => line.includes('--comment inside'));
  if (!isHit) {
    if (isInside) yield 'a chain is entered, and nothing leads there';
    return;
  }
  if (facts.ends && goesOn) yield 'the facts say that it ends, and the packet goes on';
  const stays = !facts.ends && facts.leadsTo.length === 0 && !facts.leaves && facts.translates.length === 0;
  if (stays && !goesOn && !/^(?:unknown|gap)$/.test(facts.action.kind)) yield 'the facts say that it goes on, and it does not';
  if (isInside !== facts.leadsTo.includes('OURS')) yield `leads to ${facts.leadsTo.join(' ')}, and ${isInside ? '' : 'not '}to OURS`;
  if (facts.decides && goesOn) yield 'the facts say that it decides, and the packet goes on';
  if (facts.decides && step.verdict !== (facts.action.kind === 'drop' ? 'drop' : 'accept')) yield `it decides for ${step.verdict}`;
}

const tracked = (steps: readonly Step[]): string =>
  steps.flatMap((step) => (step.kind === 'conntrack' && !step.reply ? [`${step.netns} ${step.state}`] : [])).join(', ');

/** @returns where what a rule does to packets is not what its facts tell. */
export function wrongDeeds(seed: number, cases: number): readonly string[] {
  const rng = new Rng(seed);
  return Array.from({ length: cases }, () => drawCase(rng)).flatMap((one) => {
    const host = hostOf(one, true);
    const table = host.netns.get('host')!.rulesets[0]!.tables.get(one.table)!;
    const facts = factsIn(table, 4).of(table.chains.get(one.hook)!.rules[0]!);
    const [machine, without] = [createMachine(host), createMachine(hostOf(one, false))];
    return FLOWS.flatMap((flow) => {
      const { steps } = traceFlow(machine, flow);
      const there = steps.filter((step) => !step.reply && step.netns === 'host');
      const wrong = there.flatMap((step): readonly (string | undefined)[] => {
        if (step.kind === 'table' && step.table === one.table && step.hook === one.hook) return [...wrongIn(step, facts, one)];
        return step.kind === 'nat' ? [untold(step, facts.translates)] : [];
      });
      const goesOn = !facts.ends || facts.action.kind === 'accept' || facts.action.kind === 'return';
      const same =
        facts.needsConntrack || facts.translates.length > 0 || !goesOn || tracked(steps) === tracked(traceFlow(without, flow).steps);
      const all = [...wrong, facts.changesTracking || same ? undefined : 'it changes what is tracked'];
      return all.flatMap((what) => (what === undefined ? [] : [`${one.table} ${one.hook} ${one.rule}: ${JSON.stringify(flow)}: ${what}`]));
    });
  });
}

/** What may be another in a packet, by the field that a rule would name for it. */
const CHANGES: Readonly<Record<string, (packet: Packet) => Packet>> = {
  sport: (packet) => ({ ...packet, sport: packet.sport ^ 0x55 }),
  dport: (packet) => ({ ...packet, dport: packet.dport ^ 0x55 }),
  mark: (packet) => ({ ...packet, mark: packet.mark ^ 1 }),
  ttl: (packet) => ({ ...packet, ttl: packet.ttl === 64 ? 1 : 64 }),
  tos: (packet) => ({ ...packet, tos: packet.tos ^ 0x12 }),
  tcpFlags: (packet) => ({ ...packet, tcpFlags: packet.tcpFlags ^ 0x3f }),
  src: (packet) => ({ ...packet, src: typeof packet.src === 'number' ? (packet.src ^ 0x8000_0001) >>> 0 : packet.src ^ 1n }),
  dst: (packet) => ({ ...packet, dst: typeof packet.dst === 'number' ? (packet.dst ^ 0x8000_0001) >>> 0 : packet.dst ^ 1n }),
};
/** Of these, all that they look at stands in their field. */
const PLAIN_OPS: ReadonlySet<string> = new Set(['in', 'masked', 'anybit', 'const', 'iface']);

function drawPacket(rng: Rng): Packet {
  const proto = rng.pick([6, 17, 1]);
  const icmp = proto === 1;
  return {
    ...{
      family: 4,
      proto,
      src: parseIp(rng.pick(['10.1.0.2', '10.2.0.2', '8.8.8.8']))!,
      dst: parseIp(rng.pick(['10.2.0.2', '10.3.0.3']))!,
    },
    ...{ sport: icmp ? 7 : rng.pick([80, 1023, 40_000]), dport: icmp ? 7 : rng.pick([22, 80, 443, 53]) },
    ...{ icmpType: icmp ? rng.pick([0, 3, 8]) : -1, icmpCode: icmp ? 0 : -1, tcpFlags: proto === 6 ? rng.pick([2, 18, 16, 4]) : 0 },
    ...{ mark: rng.pick([0, 1]), ttl: rng.pick([64, 63, 1]), tos: rng.pick([0, 0x10, 0xb8]), length: rng.pick([60, 84, 1500]) },
    ...{ payload: new Uint8Array(0), srcMac: undefined, dstMac: undefined, pkttype: 'host' },
  };
}

const HOME = createMachine(buildHost(lab())).root;

function contextOf(rng: Rng, hook: HookName, packet: Packet): MatchContext {
  const skb = newSkb(packet, 0, false);
  const netns = HOME;
  const hasIn = hook !== 'OUTPUT' && hook !== 'POSTROUTING';
  const hasOut = hook !== 'PREROUTING' && hook !== 'INPUT';
  const devices = ['a0', 'b0', 'br0', 'eth0'];
  return {
    ...{ skb, ns: netns, hook, in: hasIn ? rng.pick(devices) : '', out: hasOut ? rng.pick(devices) : '' },
    ...{ changes: new SetChanges(), questions: [] },
  };
}

/** @returns where a rule's verdict on a packet hangs on what its facts do not say that it looks at. */
export function wrongLooks(seed: number, cases: number): readonly string[] {
  const rng = new Rng(seed);
  return Array.from({ length: cases }, () => rng.pick(HOOKS)).flatMap((hook) => {
    const condition = drawConditions({ rng, family: 4, hook }).replace(/MAC[ACD]/, '02:00:00:00:00:01');
    const host = buildHost(lab({ iptables: { mangle: [`-A ${hook} ${condition} -j ACCEPT`] } }));
    const table = host.netns.get('host')!.rulesets[0]!.tables.get('mangle')!;
    const rule = table.chains.get(hook)!.rules[0]!;
    const facts = factsIn(table, 4).of(rule);
    const predicate = facts.predicate;
    if (predicate === undefined) return [];
    const test = compilePredicate(predicate);
    const leaves = conditionsOf(facts);
    const fields = new Set(leaves.flatMap((one) => ('field' in one ? [one.field as string] : [])));
    // which options a segment has, its flags tell
    if (fields.has('tcpOption')) fields.add('tcpFlags');
    const isPlain = leaves.every(({ op }) => PLAIN_OPS.has(op));
    const context = contextOf(rng, hook, drawPacket(rng));
    const judge = (packet: Packet, ct: MatchContext['skb']['ct'], untracked: boolean): Tri =>
      test({ ...context, skb: { ...context.skb, packet, ct, untracked }, questions: [] });
    const { packet } = context.skb;
    const first = judge(packet, undefined, false);
    const wrong = Object.entries(CHANGES).filter(([field, change]) => {
      return isPlain && !fields.has(field) && judge(change(packet), undefined, false) !== first;
    });
    const bytes = facts.readsBytes
      ? []
      : judge({ ...packet, payload: Uint8Array.of(71, 69, 84, 32) }, undefined, false) === first
        ? []
        : ['bytes'];
    const state = facts.needsConntrack || judge(packet, undefined, true) === first ? [] : ['the state'];
    return [...wrong.map(([field]) => field), ...bytes, ...state].map(
      (what) => `${hook} ${condition}: looks at ${what}, and the facts do not say so`,
    );
  });
}
