import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { ListenRequest, ProbeRequest, ProbeResult, Relayed, StationReply, StationRequest } from './agent/protocol.js';
import { agentCommand, type Running, type Sandbox } from './sandbox.js';

/** Our helper process inside one namespace: sets parameters, listens, and sends probes. */
export class NetnsAgent {
  readonly relayed: Relayed[] = [];
  private readonly process: Running;
  private readonly waiting: ((reply: StationReply) => void)[] = [];
  private readonly probes = new Map<number, (result: ProbeResult) => void>();
  private over = false;
  /** What it said on its standard error: its last words, where it ended of itself. */
  private words = '';

  constructor(sandbox: Sandbox, enter: readonly string[]) {
    const input = new PassThrough();
    // the agent's lines are of the type it says
    createInterface({ input }).on('line', (line) => this.take(JSON.parse(line) as StationReply));
    this.process = sandbox.start([...enter, ...agentCommand('station')], {
      out: (chunk) => input.write(chunk),
      err: (text) => (this.words = `${this.words}${text}`.slice(-2000)),
    });
    void this.process.ended.then(() => this.giveUp());
  }

  /** @returns the keys that could not be set. */
  async sysctl(settings: readonly { readonly key: string; readonly value: string }[]): Promise<readonly { key: string; error: string }[]> {
    if (settings.length === 0) return [];
    const reply = await this.ask({ op: 'sysctl', settings: settings.map(({ key, value }) => ({ key, value })) });
    return reply.kind === 'set' ? reply.failed : [];
  }

  /** Makes the kernel resolve neighbours. */
  async touch(addresses: readonly string[]): Promise<void> {
    if (addresses.length > 0) await this.ask({ op: 'touch', addresses });
  }

  /** @returns the listeners that could not be opened. */
  async listen(listeners: readonly ListenRequest[]): Promise<readonly { listener: ListenRequest; error: string }[]> {
    if (listeners.length === 0) return [];
    const reply = await this.ask({ op: 'listen', listeners });
    return reply.kind === 'listening' ? reply.failed : [];
  }

  /** Sends probes at once; each answers for itself. */
  probe(probes: readonly ProbeRequest[]): readonly Promise<ProbeResult>[] {
    const answers = probes.map(
      ({ id }) =>
        new Promise<ProbeResult>((resolve) => {
          this.probes.set(id, resolve);
        }),
    );
    if (probes.length > 0) this.send({ op: 'probe', probes });
    if (this.over) this.giveUp();
    return answers;
  }

  private ask(request: StationRequest): Promise<StationReply> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.send(request);
      if (this.over) this.giveUp();
    });
  }

  private take(reply: StationReply): void {
    if (reply.kind === 'relayed') this.relayed.push(reply);
    else if (reply.kind === 'probed') this.settle(reply);
    else this.waiting.shift()?.(reply);
  }

  private settle(result: ProbeResult): void {
    this.probes.get(result.id)?.(result);
    this.probes.delete(result.id);
  }

  /** The process died: whoever waits is told so. */
  private giveUp(): void {
    this.over = true;
    const detail = `the sender ended${this.words === '' ? '' : `: ${this.words.trim()}`}`;
    for (const id of [...this.probes.keys()]) this.settle({ id, outcome: 'timeout', detail });
    for (const resolve of this.waiting.splice(0)) resolve({ kind: 'set', failed: [] });
  }

  private send(request: StationRequest): void {
    this.process.write(`${JSON.stringify(request)}\n`);
  }
}
