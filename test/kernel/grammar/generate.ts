import { POOLS, type Pool } from './pools.js';
import { respelt } from '../../generators/rule-spellings.js';
import { MATCHES, MORE_MATCHES, MORE_TARGETS, TARGETS, type Written } from './extensions.js';

/** A rule as somebody may have written it. */
export interface RuleLine {
  readonly family: 4 | 6;
  readonly table: string;
  readonly chain: string;
  readonly text: string;
}

/** mulberry32: the same lines from the same seed, on every machine. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A word as restore files quote it. */
const quoted = (word: string): string => (/^[\w./:,+=@%*&<>|#$`()^-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`);

class Writer {
  /** @param slips the share of values that are not as they stand in a pool. */
  constructor(
    private readonly random: () => number,
    private readonly slips: number,
  ) {}

  private chance(share: number): boolean {
    return this.random() < share;
  }

  private one<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!;
  }

  private value(pool: Pool): readonly string[] {
    // the first values of a pool are the usual ones: rules with several options should load often enough
    const all: readonly string[] = POOLS[pool];
    const usual = this.chance(0.4) ? this.one(all.slice(0, 4)) : this.one(all);
    const text = this.chance(this.slips) ? this.slipped(usual) : usual;
    return pool === 'tcpflags' || pool === 'sctptypes' || pool === 'matchset' ? text.split(' ').map(quoted) : [quoted(text)];
  }

  /** A value as it may be mistyped, or written otherwise: beside a bound, a sign too many or too few, another case. */
  private slipped(text: string): string {
    const at = Math.floor(this.random() * text.length);
    const [before, here, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
    return this.one([
      `${before}${this.one([...'0123456789'])}${after}`,
      `${before}${this.one([...'019'])}${here}${after}`,
      `${before}${after}`,
      `${before}${here}${here}${after}`,
      `${before}${this.one([...':-,/.x+!'])}${after}`,
      `${before}${here === here.toUpperCase() ? here.toLowerCase() : here.toUpperCase()}${after}`,
      `${this.one(['+', '-', '0', '0x', ','])}${text}`,
      `${text}${this.one([',', ':', '/', '-', '0', 'x', '/0'])}`,
    ]);
  }

  private option(flag: string, pool: Pool | ''): readonly string[] {
    const bang = this.chance(0.12) ? ['!'] : [];
    if (pool === '') return [...bang, flag];
    const [first = '', ...rest] = this.value(pool);
    const joined = flag.startsWith('--') && rest.length === 0 && !first.startsWith('"') && this.chance(0.05);
    if (joined) return [...bang, `${flag}=${first}`];
    if (this.chance(0.02)) return [flag, '!', first, ...rest];
    return [...bang, flag, first, ...rest];
  }

  options({ flags, needs = [] }: Written): readonly string[] {
    const all = Object.keys(flags);
    if (all.length === 0) return [];
    const chosen = new Set(this.chance(0.93) ? needs.map((group) => this.one(group)) : []);
    const most = this.chance(0.5) ? 1 : this.chance(0.6) ? 2 : 3;
    const least = this.chance(0.04) ? 0 : Math.max(1, chosen.size);
    while (chosen.size < Math.min(Math.max(most, least), all.length) && least > 0) chosen.add(this.one(all));
    const flagsInOrder = all.filter((flag) => chosen.has(flag));
    const order = this.chance(0.7) ? flagsInOrder : flagsInOrder.reverse();
    const twice = this.chance(0.03) ? [this.one(all)] : [];
    return [...order, ...twice].flatMap((flag) => this.option(flag, flags[flag]!));
  }

  line(): RuleLine {
    const matched = this.chance(0.65);
    const written = this.one(matched ? [...MATCHES, ...MORE_MATCHES] : [...TARGETS, ...MORE_TARGETS]);
    const family = this.one(written.families);
    const chain = written.chain ?? 'INPUT';
    const wrongPlace = this.chance(0.03);
    const head = written.head !== undefined && !this.chance(0.04) ? [written.head] : [];
    const own = this.options(written);
    const module = written.name === '' || (['tcp', 'udp', 'icmp'].includes(written.name) && this.chance(0.3)) ? [] : ['-m', written.name];
    const jump = this.chance(0.03) ? '--jump' : '-j';
    const more = this.chance(0.15) ? ['-m', 'comment', '--comment', this.one(['"until May: -j DROP"', 'x', '"was -m u32 once"'])] : [];
    const words = matched
      ? [...head, ...module, ...own, ...more, '-j', this.one(['ACCEPT', 'DROP', 'RETURN', 'MINE', 'LOG'])]
      : [...head, ...more, jump, written.name, ...own];
    const table = wrongPlace ? this.one(['raw', 'mangle', 'nat', 'filter']) : (written.table ?? 'filter');
    const hooks: Readonly<Record<string, readonly string[]>> = {
      raw: ['PREROUTING', 'OUTPUT'],
      nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
      filter: ['INPUT', 'FORWARD', 'OUTPUT'],
    };
    const at = hooks[table]?.includes(chain) === false ? this.one(hooks[table]) : chain;
    const text = `-A ${at} ${words.join(' ')}`;
    return { family, table, chain: at, text: this.chance(0.3) ? respelt(text, this.random) : text };
  }
}

/** @returns so many rules, each with one extension at a time. */
export function ruleLines(seed: number, count: number, slips: number): readonly RuleLine[] {
  const writer = new Writer(randomOf(seed), slips);
  return Array.from({ length: count }, () => writer.line());
}
