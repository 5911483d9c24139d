import type { Family } from '../../address/ip.js';
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
const TRACED: Readonly<Record<Family, readonly string[]>> = {
  4: ['-p tcp --syn', '-p udp', '-p icmp --icmp-type echo-request'],
  6: ['-p tcp --syn', '-p udp', '-p icmpv6 --icmpv6-type echo-request'],
};

async function switchTraceOn(twin: Twin, netns: string, family: Family): Promise<void> {
  const rules = ['PREROUTING', 'OUTPUT'].flatMap((chain) => TRACED[family].map((match) => `-I ${chain} ${match} -j TRACE`));
  await twin.run(netns, [`ip${family === 6 ? '6' : ''}tables-nft-restore`, '--noflush'], ['*raw', ...rules, 'COMMIT', ''].join('\n'));
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
    const ruled = twin.plan.namespaces.filter((n) => n.rulesets.some((r) => r.backend === 'nft'));
    await Promise.all(
      ruled.flatMap((n) => n.rulesets.filter((r) => r.backend === 'nft').map((r) => switchTraceOn(twin, n.name, r.family))),
    );
    const monitors = ruled.map((n) => new Recorder(twin, n.name, MONITOR));
    const names = new Map(await Promise.all(twin.netnsNames.map(async (n) => [n, await interfaceNames(twin, n)] as const)));
    await Promise.all(captures.map(listening));
    await Promise.all(monitors.map((m) => wakeMonitor(twin, m)));
    const texts = new Map(await Promise.all(ruled.map(async (n) => [n.name, await learnRuleTexts(twin, n.name)] as const)));
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
      trace: this.monitors.flatMap((m) => readTraceLog(m.bytes.toString(), m.netns, this.texts.get(m.netns) ?? (() => undefined))),
    };
  }
}
