import type { Origin } from '../../model/origin.js';
import type { Binding } from './binding.js';
import type { SenderClass } from './sender.js';
import { includes, subtract, toSet, type RangeSet } from '../../address/ranges.js';

/** Who is met on the way of a flow. */
export interface Cast {
  readonly sender: SenderClass;
  readonly bindings: readonly Binding[];
}

const ADDRESS_OR_NAME = /(?:::|\b[0-9a-f]{1,4}:(?:[0-9a-f]{1,4}:|:))[0-9a-f:.]*|[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?/g;
const BEFORE_PORT = /(?::|port |tcp |udp )$/;

/** @returns a text with an address replaced wherever it stands for itself, and not for the beginning or the end of a longer one. */
export function replaceAddress(text: string, ip: string, by: string): string {
  const isLonger = ip.includes(':') ? /[0-9a-fA-F:]/ : /[\d.]/;
  let out = '';
  let done = 0;
  for (let at = text.indexOf(ip); at >= 0; at = text.indexOf(ip, at + ip.length)) {
    const end = at + ip.length;
    const after = text.charAt(end) === '.' && !/\d/.test(text.charAt(end + 1)) ? '' : text.charAt(end);
    if (isLonger.test(text.charAt(at - 1)) || isLonger.test(after)) continue;
    out += text.slice(done, at) + by;
    done = end;
  }
  return out + text.slice(done);
}

/** Names of one flow and what another calls them; undefined where one name would stand for two things. */
export class Renaming {
  private readonly names = new Map<string, string>();
  private readonly ports = new Map<number, number>();
  private readonly origins = new Map<string, { readonly origin: Origin; readonly text?: string }>();
  private consistent = true;

  constructor(from: Cast, to: Cast) {
    this.name(from.sender.name, to.sender.name);
    from.sender.addresses.forEach((ip, i) => this.name(ip, to.sender.addresses[i] ?? ''));
    from.bindings.forEach((one, i) => {
      const other = to.bindings[i]!;
      this.name(one.netns, other.netns);
      this.name(one.ip, other.ip);
      const port = this.ports.get(one.port);
      if (port !== undefined && port !== other.port) this.consistent = false;
      this.ports.set(one.port, other.port);
      one.origins.forEach(({ origin }, k) => this.origins.set(`${origin.file}:${origin.line}`, other.origins[k]!));
      if (one.shared !== other.shared)
        one.shared.forEach(({ origin }, k) => this.origins.set(`${origin.file}:${origin.line}`, other.shared[k]!));
    });
  }

  get usable(): boolean {
    return this.consistent;
  }

  private name(one: string, other: string): void {
    const known = this.names.get(one);
    if (known !== undefined && known !== other) this.consistent = false;
    this.names.set(one, other);
  }

  text(text: string): string {
    return text.replace(ADDRESS_OR_NAME, (word, at: number) => {
      if (/^\d+$/.test(word)) return BEFORE_PORT.test(text.slice(Math.max(0, at - 5), at)) ? String(this.port(Number(word))) : word;
      return this.names.get(word) ?? word;
    });
  }

  netns(name: string): string {
    return this.names.get(name) ?? name;
  }

  port(port: number): number {
    return this.ports.get(port) ?? port;
  }

  /** @returns undefined for a line of a namespace that nothing says is like the other's. */
  origin(origin: Origin): { readonly origin: Origin; readonly text?: string } | undefined {
    return this.origins.get(`${origin.file}:${origin.line}`) ?? (origin.file.startsWith('netns/') ? undefined : { origin });
  }

  /** A set of ports, each under its other name; undefined where that does not say which is which. */
  set(ports: RangeSet): RangeSet | undefined {
    const moved = [...this.ports].filter(([one, other]) => one !== other);
    const all = moved.flat();
    const inside = all.filter((port) => includes(ports, port));
    if (inside.length === 0 || inside.length === all.length) return ports;
    if (new Set(all).size < all.length) return undefined;
    const point = (port: number): readonly [number, number] => [port, port];
    const kept = subtract(ports, toSet(all.map(point)));
    const swapped = moved.flatMap(([one, other]) => [...(includes(ports, one) ? [other] : []), ...(includes(ports, other) ? [one] : [])]);
    return toSet([...kept, ...swapped.map(point)]);
  }
}

/** What is said of a flow in words, and who had a part in it. */
export interface FlowWords {
  readonly reason: string;
  readonly decidedBy?: Origin;
  readonly decidingRule?: string;
  readonly rewritten: readonly string[];
  readonly touched: readonly string[];
}

/** @returns the same, said of another flow; undefined where it speaks of a line that nothing says is like another. */
export function renamedWords({ decidedBy, decidingRule, reason, rewritten, touched }: FlowWords, names: Renaming): FlowWords | undefined {
  const decided = decidedBy === undefined ? undefined : names.origin(decidedBy);
  if (decidedBy !== undefined && decided === undefined) return undefined;
  const rule = decidingRule === undefined ? undefined : (decided?.text ?? decidingRule);
  // the rule's own text is not renamed word by word
  const parts = decidingRule === undefined ? [reason] : reason.split(decidingRule);
  return {
    reason: parts.map((part) => names.text(part)).join(rule ?? ''),
    ...(decided !== undefined && { decidedBy: decided.origin }),
    ...(rule !== undefined && { decidingRule: rule }),
    rewritten: rewritten.map((text) => names.text(text)),
    touched: touched.map((name) => names.netns(name)),
  };
}
