import { parseIp } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import { outsideWord } from '../model/outside.js';
import type { PacketView } from '../model/sighting.js';
import type { Trace } from '../model/trace.js';

/** Somebody beyond the host whom nobody named: whichever outside address a line has will do. */
const ANYBODY = '*';

/** Tells which packets are of a flow, whatever port its client took. */
export class FlowMatcher {
  private readonly anybody: boolean;
  private readonly requests: ReadonlySet<string>;
  private readonly answers: ReadonlySet<string>;

  constructor(
    private readonly machine: Machine,
    private readonly trace: Trace,
  ) {
    this.anybody = outsideWord(trace.flow.from) !== undefined;
    const seen = [...trace.packets, ...trace.steps.map(({ packet, reply }) => ({ ...packet, reply }))];
    this.requests = new Set(seen.filter(({ reply }) => !reply).map((packet) => this.request(packet)));
    this.answers = new Set(seen.filter(({ reply }) => reply).map((packet) => this.answer(packet)));
  }

  private who(ip: string): string {
    const { src } = this.trace.flow;
    if (!this.anybody) return ip;
    if (ip === src) return ANYBODY;
    return isOutside(this.machine, ip) ? ANYBODY : ip;
  }

  private request({ src, dst, dport }: PacketView): string {
    return `${this.who(src)} ${dst} ${dport ?? ''}`;
  }

  private answer({ src, sport, dst }: PacketView): string {
    return `${src} ${sport ?? ''} ${this.who(dst)}`;
  }

  /** @returns whether a packet is one of the flow's, and of which direction; undefined where it is none. */
  wayOf(proto: string, packet: PacketView): 'request' | 'answer' | undefined {
    if (proto !== this.trace.flow.proto && proto !== '') return undefined;
    if (this.requests.has(this.request(packet))) return 'request';
    return this.answers.has(this.answer(packet)) ? 'answer' : undefined;
  }

  /** @returns whether two packets are alike but for their clients' ports. */
  alike(one: PacketView, other: PacketView, reply: boolean): boolean {
    return reply ? this.answer(one) === this.answer(other) : this.request(one) === this.request(other);
  }

  /** @returns an end as the prediction and a line may both name it. */
  endText(ip: string, port: number | undefined): string {
    return `${this.who(ip)}${port === undefined ? '' : `:${port}`}`;
  }
}

function isOutside(machine: Machine, text: string): boolean {
  const ip = parseIp(text);
  return ip !== undefined && machine.ownerOf(ip) === undefined;
}
