import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import { Tri, type MatchContext } from '../../src/datapath/netfilter/context.js';
import { compilePredicate } from '../../src/datapath/netfilter/evaluate.js';
import { SetChanges } from '../../src/datapath/netfilter/set-changes.js';
import { newSkb } from '../../src/datapath/walk/skb.js';
import { compileRule } from '../../src/netfilter/iptables/compile.js';
import type { Predicate } from '../../src/netfilter/predicate/predicate.js';
import { formatIp } from '../../src/address/ip.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { Rng } from './generate/rng.js';
import { Lab, type Namespace } from './nft/lab.js';
import { drawPacket, type Sent } from './packets/packets.js';
import { drawConditions, HOOKS, type Hook } from './packets/rules.js';

const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const SEED = setting('PACKETS_SEED', 1);
const ROUNDS = setting('PACKETS_ROUNDS', 2);
const RULES = setting('PACKETS_RULES', 40);
const PACKETS = setting('PACKETS_COUNT', 120);
const isHere = ['iptables-nft', 'ipset', 'perl'].every((name) => spawnSync(name, ['--version']).status === 0) && process.getuid?.() === 0;

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const lab = new Lab();
const senders: ChildProcess[] = [];
afterAll(() => {
  for (const child of senders) child.stdin?.end();
  lab.down();
});

function startSender(which: Namespace): (line: string) => Promise<string> {
  const script = fileURLToPath(new URL('./packets/send.pl', import.meta.url));
  const child = spawn('ip', ['netns', 'exec', lab.netns(which), 'perl', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  senders.push(child);
  const lines = createInterface({ input: child.stdout });
  return (line) => {
    const answer = new Promise<string>((done) => lines.once('line', done));
    child.stdin.write(`${line}\n`);
    return answer;
  };
}

type Backend = 'nft' | 'legacy';
const TOOL = { 4: 'iptables', 6: 'ip6tables' } as const;

/** The rules of one family, each of which counts what it matches and lets it go on. */
interface Loaded {
  readonly family: 4 | 6;
  readonly backend: Backend;
  readonly rules: Readonly<Record<Hook, readonly string[]>>;
}

function fileOf({ rules }: Pick<Loaded, 'rules'>): string {
  const chains = HOOKS.map((hook) => `:${hook} ACCEPT [0:0]`);
  return `*mangle\n${[...chains, ...HOOKS.flatMap((hook) => rules[hook].map((text) => `-A ${hook} ${text}`))].join('\n')}\nCOMMIT\n`;
}

/** @returns how often each rule of a hook has matched so far. */
function counters({ family, backend }: Loaded): Readonly<Record<Hook, readonly number[]>> {
  const text = lab.run('r', [`${TOOL[family]}-${backend}-save`, '-c', '-t', 'mangle']);
  const of = (hook: Hook): readonly number[] =>
    [...text.matchAll(new RegExp(`^\\[(\\d+):\\d+\\] -A ${hook}(?: |$)`, 'gm'))].map((m) => Number(m[1]));
  return Object.fromEntries(HOOKS.map((hook) => [hook, of(hook)])) as unknown as Readonly<Record<Hook, readonly number[]>>;
}

/** Loads rules that this machine takes: those that it refuses, alone, are left out. */
function load(rng: Rng, family: 4 | 6, backend: Backend, macs: Readonly<Record<string, string>>): Loaded {
  const restore = `${TOOL[family]}-${backend}-restore`;
  const drawn = Object.fromEntries(
    HOOKS.map((hook) => [
      hook,
      Array.from({ length: RULES }, () => drawConditions({ rng, family, hook }).replace(/MAC([ACD])/, (_, who: string) => macs[who]!)),
    ]),
  ) as unknown as Record<Hook, string[]>;
  const taken = (rules: Record<Hook, readonly string[]>): boolean =>
    spawnSync('ip', ['netns', 'exec', lab.netns('r'), restore], { input: fileOf({ rules }) }).status === 0;
  const none = Object.fromEntries(HOOKS.map((hook) => [hook, []])) as unknown as Record<Hook, readonly string[]>;
  if (!taken(drawn)) for (const hook of HOOKS) drawn[hook] = drawn[hook].filter((text) => taken({ ...none, [hook]: [text] }));
  // the first rule of a hook counts whatever passes
  const rules = Object.fromEntries(HOOKS.map((hook) => [hook, ['-m comment --comment all', ...drawn[hook]]])) as unknown as Loaded['rules'];
  lab.run('r', [restore], fileOf({ rules }));
  return { family, backend, rules };
}

/**
 * Of a later fragment, which no flow of the model begins with, these read whatever stands where a header would; iptables-nft reads ports and flags
 * so as well.
 */
const LOOKS_BEYOND = /-m (?:u32|bpf|string|ecn|set) /;
/** What a later fragment has not. */
const OF_TRANSPORT: ReadonlySet<string> = new Set(['sport', 'dport', 'icmpType', 'icmpCode', 'tcpFlags', 'tcpOption']);

/** A predicate asked of a fragment: the model's own packets are whole. */
function ofFragment(predicate: Predicate, fragment: number): Predicate {
  switch (predicate.op) {
    case 'and':
    case 'or':
      return { ...predicate, of: predicate.of.map((one) => ofFragment(one, fragment)) };
    case 'not':
      return { op: 'not', of: ofFragment(predicate.of, fragment) };
    case 'in':
    case 'masked':
    case 'anybit':
      if (predicate.op === 'in' && predicate.field === 'fragment')
        return { op: 'const', value: predicate.ranges.some(([lo, hi]) => fragment >= Number(lo) && fragment <= Number(hi)) };
      return fragment > 0 && OF_TRANSPORT.has(predicate.field) ? { op: 'const', value: false } : predicate;
    default:
      return predicate;
  }
}

type Namespaces = ReturnType<typeof createMachine>['namespaces'];

interface Way {
  readonly sent: Sent;
  /** The devices of each hook that it passes. */
  readonly devices: ReadonlyMap<
    Hook,
    { readonly in: string; readonly out: string; readonly ttl: number; readonly physin: string; readonly physout: string }
  >;
}

const SUBNETS: readonly (readonly [RegExp, string])[] = [
  [/^(?:10\.1\.|fd01)/, 'a0'],
  [/^(?:10\.2\.|fd02)/, 'b0'],
  [/^(?:10\.3\.|fd03)/, 'br0'],
];
const OWN = new Set(['10.1.0.1', '10.2.0.1', '10.3.0.1', 'fd01::1', 'fd02::1', 'fd03::1']);
const deviceTo = (dst: string): string => SUBNETS.find(([pattern]) => pattern.test(dst))![1];

/** Where a packet of the lab passes, by its addresses: what the walk finds out by routes and bridges is known here. */
function wayOf(sent: Sent, seesInput: boolean): Way {
  const dst = formatIp(sent.packet.dst);
  const { ttl } = sent.packet;
  const out = deviceTo(dst);
  const at = (given: { in: string; out: string; ttl?: number; physin?: string; physout?: string }) => ({
    ttl,
    physin: '',
    physout: '',
    ...given,
  });
  const map = new Map<Hook, ReturnType<typeof at>>();
  if (sent.sender === 'r') {
    map.set('OUTPUT', at({ in: '', out }));
    map.set('POSTROUTING', at({ in: '', out }));
    return { sent, devices: map };
  }
  const from = sent.sender === 'a' ? 'a0' : 'br0';
  const physin = sent.sender === 'c' ? 'c0' : '';
  const bridged = sent.sender === 'c' && out === 'br0' && !OWN.has(dst);
  map.set('PREROUTING', at({ in: from, out: '', physin }));
  if (OWN.has(dst)) map.set('INPUT', at({ in: from, out: '', physin }));
  else {
    const later = bridged ? ttl : ttl - 1;
    const physout = bridged ? 'd0' : '';
    map.set('FORWARD', at({ in: from, out, ttl: later, physin, physout }));
    map.set('POSTROUTING', at({ in: seesInput && !bridged ? from : '', out, ttl: later, physin, physout }));
  }
  return { sent, devices: map };
}

it.runIf(isHere)(`rules of seed ${SEED} match what the kernel says they match`, { timeout: 3_000_000 }, async () => {
  await lab.up();
  const mac = (which: Namespace): string => /ether (\S+)/.exec(lab.run(which, ['ip', 'link', 'show', 'eth0']))![1]!;
  const ofRouter = (dev: string): string => /ether (\S+)/.exec(lab.run('r', ['ip', 'link', 'show', dev]))![1]!;
  const macs = { A: mac('a'), C: mac('c'), D: mac('d') };
  lab.run('r', [
    'sh',
    '-ec',
    'ip link set a0 group 7; sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1',
  ]);
  lab.run(
    'r',
    ['ipset', 'restore'],
    'create net4 hash:net\nadd net4 10.1.0.0/25\nadd net4 10.2.0.2\nadd net4 10.1.0.64/26 nomatch\ncreate port4 hash:ip,port\nadd port4 10.2.0.2,tcp:80\nadd port4 10.2.0.3,udp:53\nadd port4 10.3.0.3,icmp:8/0\nadd port4 10.2.0.2,sctp:22\ncreate net6 hash:net family inet6\nadd net6 fd01::/120\nadd net6 fd02::3\n',
  );
  const send = { a: startSender('a'), c: startSender('c'), r: startSender('r') };
  const frames = { a: { dst: ofRouter('a0'), src: macs.A }, c: { dst: ofRouter('br0'), src: macs.C } };

  const found: string[] = [];
  let [decided, open, lost, packets] = [0, 0, 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const rng = new Rng(SEED * 1000 + round);
    const backend: Backend = rng.chance(0.5) ? 'nft' : 'legacy';
    for (const one of ['nft', 'legacy'] as const)
      for (const family of [4, 6] as const) lab.run('r', [`${TOOL[family]}-${one}`, '-t', 'mangle', '-F']);
    const loaded = { 4: load(rng, 4, backend, macs), 6: load(rng, 6, backend, macs) };
    const files = new Map([...lab.common(), ...lab.listings('r', 'host'), ['host/ipset-save.txt', lab.run('r', ['ipset', 'save'])]]);
    for (const family of [4, 6] as const) files.set(`host/${TOOL[family]}-save.txt`, lab.run('r', [`${TOOL[family]}-${backend}-save`]));
    const machine = createMachine(loadFiles(files));
    const namespaces: Namespaces = machine.namespaces;
    const ns = namespaces.get('host')!;
    const tests = { 4: testsOf(4), 6: testsOf(6) };
    function testsOf(family: 4 | 6) {
      const table = ns.netns.rulesets.find((set) => set.family === family)!.tables.get('mangle')!;
      return Object.fromEntries(
        HOOKS.map((hook) => [
          hook,
          table.chains.get(hook)!.rules.map((rule) => ({ text: rule.text, ...compileRule(rule, table, family) })),
        ]),
      ) as unknown as Record<Hook, readonly { readonly text: string; readonly predicate: Predicate }[]>;
    }
    for (let n = 0; n < PACKETS; n++) {
      const sent = drawPacket(rng);
      const { sender, bytes, packet } = sent;
      const { family } = packet;
      const before = counters(loaded[family]);
      const own = sender === 'r' ? undefined : frames[sender];
      const bridged = sender === 'c' && deviceTo(formatIp(packet.dst)) === 'br0' && !OWN.has(formatIp(packet.dst));
      const frameTo = bridged ? macs.D : own?.dst;
      const header = own === undefined ? '' : `${frameTo}${own.src}${family === 4 ? '0800' : '86dd'}`.replaceAll(':', '');
      const dst = formatIp(packet.dst);
      await send[sender](own === undefined ? `out ${dst} ${bytes.toString('hex')}` : `link eth0 ${header}${bytes.toString('hex')}`);
      const after = counters(loaded[family]);
      const grown = (hook: Hook, i: number): number => after[hook][i]! - before[hook][i]!;
      packets++;
      const way = wayOf(sent, machine.postroutingSeesInput);
      for (const hook of HOOKS) {
        const place = way.devices.get(hook);
        const seen = grown(hook, 0);
        if ((place === undefined) !== (seen === 0)) {
          if (place !== undefined) lost++;
        }
        if (place === undefined || seen !== 1) continue;
        const skb = newSkb(
          { ...packet, ttl: place.ttl, srcMac: own?.src, dstMac: frameTo },
          0,
          false,
          sender === 'r' ? { netns: 'host', uids: [0], gids: [0] } : undefined,
        );
        skb.physin = place.physin;
        skb.physout = place.physout;
        const context: MatchContext = { skb, ns, hook, in: place.in, out: place.out, changes: new SetChanges(), questions: [] };
        tests[family][hook].forEach(({ text, predicate }, i) => {
          if (sent.fragment > 0 && (backend === 'nft' || LOOKS_BEYOND.test(text))) return;
          const said = compilePredicate(ofFragment(predicate, sent.fragment))(context);
          context.questions.length = 0;
          if (said === Tri.Unknown) return void open++;
          decided++;
          if ((said === Tri.Yes) !== (grown(hook, i) === 1))
            found.push(
              `${backend} ${family} ${text}: model ${said === Tri.Yes}, kernel ${grown(hook, i)} of ${JSON.stringify({ ...packet, src: formatIp(packet.src), dst, payload: packet.payload.length, sender, fragment: sent.fragment })}`,
            );
        });
      }
    }
  }
  tell(
    `PACKETS_SEED=${SEED}: ${packets} packets, ${decided} decided, ${open} open, ${lost} not seen where they should pass, ${found.length} disagreements`,
  );
  expect([...new Map(found.map((line) => [line.replace(/: model.*/, ''), line])).values()].slice(0, 40)).toEqual([]);
});
