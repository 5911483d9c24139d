import type { NftFamily } from '../../model/nftables/ruleset.js';
import { isWatched, TRACER, type NetnsPlan } from '../plan/plan.js';
import { SandboxError, type Running } from '../sandbox.js';
import type { Twin } from '../twin.js';
import { readCapture, type Captured } from './captured.js';
import { splitCapture, type KeptCapture } from './keep.js';
import { learnRuleTexts } from './rule-texts.js';
import { readTraceLog, type RuleTexts, type TraceEntry } from './trace-log.js';

/** All that the kernel showed while flows were sent. */
export interface Watched {
  readonly captured: readonly Captured[];
  /** The same, whole, by interface. */
  readonly kept: readonly KeptCapture[];
  readonly trace: readonly TraceEntry[];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** First packets only: the answers' rules are not compared, and would fill the kernel's buffer. */
const TRACED: readonly string[] = [
  'tcp flags & (fin | syn | rst | ack) == syn',
  'meta l4proto udp',
  'icmp type echo-request',
  'icmpv6 type echo-request',
];

/** Before all other chains of a hook, and behind br_netfilter's guard, which keeps bridged packets from a second walk (ip_sabotage_in, NF_IP_PRI_FIRST). */
const FIRST = -2_147_483_647;

function tracer(family: NftFamily, chain: string, hook: string): readonly string[] {
  const at = `${family} ${TRACER}`;
  return [
    `add table ${at}`,
    `add chain ${at} ${chain} { type filter hook ${hook} priority ${FIRST}; policy accept; }`,
    ...TRACED.map((match) => `add rule ${at} ${chain} ${match} meta nftrace set 1`),
  ];
}

/** Tables that switch the trace on: below the IP layer as well where rules are there. */
function tracers({ native }: NetnsPlan): readonly (readonly string[])[] {
  const tables = native?.tables ?? [];
  const devices = new Set(
    tables.flatMap(({ chains }) => [...chains.values()].flatMap(({ base }) => (base?.hook === 'ingress' ? base.devices : []))),
  );
  return [
    [...tracer('inet', 'prerouting', 'prerouting'), ...tracer('inet', 'output', 'output')],
    ...(tables.some(({ family }) => family === 'bridge')
      ? [[...tracer('bridge', 'prerouting', 'prerouting'), ...tracer('bridge', 'output', 'output')]]
      : []),
    ...[...devices].map((name, i) => tracer('netdev', `ingress${i}`, `ingress device "${name}"`)),
  ];
}

async function switchTraceOn(twin: Twin, netns: NetnsPlan): Promise<void> {
  for (const commands of tracers(netns)) await twin.run(netns.name, ['nft', '-f', '-'], `${commands.join('\n')}\n`);
}

/** A process whose output is gathered until it is stopped. */
class Recorder {
  readonly chunks: Buffer[] = [];
  private readonly process: Running;
  private said = '';
  private over = false;

  constructor(
    twin: Twin,
    readonly netns: string,
    argv: readonly string[],
  ) {
    const err = (text: string): void => void (this.said += text);
    this.process = twin.start(netns, argv, { out: (chunk) => void this.chunks.push(chunk), err });
    void this.process.ended.then(() => (this.over = true));
  }

  get size(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get hasEnded(): boolean {
    return this.over;
  }

  get words(): string {
    return this.said;
  }

  async stop(): Promise<void> {
    this.process.stop();
    await this.process.ended;
  }
}

const TCPDUMP = ['tcpdump', '-i', 'any', '-n', '-U', '--immediate-mode', '--nano', '-s', '256', '-w', '-', 'tcp or udp or icmp or icmp6'];
const MONITOR = ['stdbuf', '-oL', 'nft', '-a', 'monitor', 'trace'];

async function interfaceNames(twin: Twin, netns: string): Promise<ReadonlyMap<number, string>> {
  const { out } = await twin.run(netns, ['ip', '-o', 'link']);
  return new Map([...out.matchAll(/^(\d+): ([^:@]+)/gm)].map((m) => [Number(m[1]), m[2] ?? '']));
}

/** tcpdump says when it sees packets. @throws SandboxError where it cannot. */
async function listening(capture: Recorder): Promise<void> {
  for (let waited = 0; waited < 10_000 && !capture.words.includes('listening on'); waited += 10) {
    if (capture.hasEnded) break;
    await pause(10);
  }
  if (!capture.words.includes('listening on')) throw new SandboxError(`tcpdump cannot capture here: ${capture.words.trim()}`);
}

/** A datagram that goes nowhere: no flow uses its ports. */
const KNOCK = { proto: 'udp', dport: 9, sport: 19_999, delay: 0, patience: 25, byte: 0 } as const;

/** The monitor does not say when it is ready: we knock until it speaks. */
async function wakeMonitor(twin: Twin, monitor: Recorder): Promise<void> {
  const station = twin.stations.get(monitor.netns);
  for (let tries = 0; tries < 60 && monitor.size === 0 && station !== undefined; tries++) {
    await Promise.all(station.probe(['127.0.0.1', '::1'].map((dst, i) => ({ ...KNOCK, id: -1 - i, dst }))));
    await pause(5);
  }
}

/** Readers of everything that crosses an interface or meets a rule, in every namespace of a twin. */
export class Watch {
  private readonly since = Date.now() * 1000;

  private constructor(
    private readonly names: ReadonlyMap<string, ReadonlyMap<number, string>>,
    private readonly captures: readonly Recorder[],
    private readonly monitors: readonly Recorder[],
    private readonly texts: ReadonlyMap<string, RuleTexts>,
  ) {}

  /** Starts the readers; when it resolves they see all that comes. */
  static async start(twin: Twin): Promise<Watch> {
    const captures = twin.netnsNames.map((netns) => new Recorder(twin, netns, TCPDUMP));
    const ruled = twin.plan.namespaces.filter(isWatched);
    await Promise.all(ruled.map((n) => switchTraceOn(twin, n)));
    const monitors = ruled.map((n) => new Recorder(twin, n.name, MONITOR));
    const names = new Map(await Promise.all(twin.netnsNames.map(async (n) => [n, await interfaceNames(twin, n)] as const)));
    await Promise.all(captures.map(listening));
    await Promise.all(monitors.map((m) => wakeMonitor(twin, m)));
    const texts = new Map(await Promise.all(ruled.map(async (n) => [n.name, await learnRuleTexts(twin, n.name, n.native)] as const)));
    return new Watch(names, captures, monitors, texts);
  }

  /** Waits until nothing more comes, and stops the readers. */
  async stop(): Promise<Watched> {
    const all = [...this.captures, ...this.monitors];
    let before = -1;
    for (let waited = 0; waited < 1000; waited += 30) {
      const now = all.reduce((sum, r) => sum + r.size, 0);
      if (now === before) break;
      before = now;
      await pause(30);
    }
    await Promise.all(all.map((r) => r.stop()));
    return {
      captured: this.captures
        .flatMap((c) => readCapture(c.bytes, c.netns, this.names.get(c.netns) ?? new Map()))
        .sort((a, b) => a.time - b.time),
      kept: this.captures.flatMap((c) => splitCapture(c.bytes, c.netns, this.names.get(c.netns) ?? new Map(), this.since)),
      trace: this.monitors.flatMap((m) =>
        readTraceLog(m.bytes.toString(), m.netns, this.texts.get(m.netns) ?? (({ words }) => ({ text: words, native: true }))),
      ),
    };
  }
}
