import { parsePrefix } from '../../address/ip.js';
import { protocolNumber } from '../protocols.js';
import type { HeadCondition, RuleHead, RuleOption, RuleTarget } from '../../model/netfilter.js';
import { CT_STATE } from '../predicate/predicate.js';

type Draft = { -readonly [K in keyof RuleHead]: RuleHead[K] };

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const ZERO = 48;
const NINE = 57;

/** Steps through a line word by word; a quote is an end of it but where a value may be any text, since nothing plain has one. */
class Words {
  private at: number;

  constructor(
    private readonly text: string,
    from: number,
  ) {
    this.at = from;
  }

  /** @returns the next word, or undefined at the end of the line. */
  next(): string | undefined {
    while (this.text.charCodeAt(this.at) === SPACE) this.at++;
    if (this.at >= this.text.length) return undefined;
    const end = this.text.indexOf(' ', this.at);
    const word = this.text.slice(this.at, end < 0 ? this.text.length : end);
    this.at += word.length;
    return word;
  }

  /** @returns whether there was a word, in quotes or not, that can be nothing but a value; it is passed over. */
  passValue(): boolean {
    while (this.text.charCodeAt(this.at) === SPACE) this.at++;
    if (this.text.charCodeAt(this.at) !== QUOTE) {
      const word = this.next();
      return word !== undefined && word !== '!' && !word.includes('"');
    }
    for (let i = this.at + 1; i < this.text.length; i++) {
      const code = this.text.charCodeAt(i);
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) {
        this.at = i + 1;
        return this.at === this.text.length || this.text.charCodeAt(this.at) === SPACE;
      }
    }
    return false;
  }
}

/** @returns a number as iptables-save writes one; other spellings are left to the whole reading of a rule. */
function decimal(text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return -1;
  }
  return text === '' || text.length > 5 || (text.length > 1 && text.charCodeAt(0) === ZERO) ? -1 : Number(text);
}

function portRange(text: string): readonly [number, number] | undefined {
  const colon = text.indexOf(':');
  const lo = decimal(colon < 0 ? text : text.slice(0, colon) || '0');
  const hi = colon < 0 ? lo : decimal(text.slice(colon + 1) || '65535');
  return text !== '' && text !== ':' && lo >= 0 && hi <= 65535 && lo <= hi ? [lo, hi] : undefined;
}

function condition<T>(value: T | undefined, negated: boolean): HeadCondition<T> | undefined {
  return value === undefined ? undefined : { value, negated };
}

/** The two that nearly every rule names are told without a look into the list. */
function protocolOf(text: string): number | undefined {
  if (text === 'tcp') return 6;
  return text === 'udp' ? 17 : protocolNumber(text) || undefined;
}

/** @returns whether the option is one of the head's and was plain. */
function setOption(head: Draft, flag: string, text: string, negated: boolean): boolean {
  switch (flag) {
    case '-s':
      return set(head, 'src', condition(parsePrefix(text), negated));
    case '-d':
      return set(head, 'dst', condition(parsePrefix(text), negated));
    case '-i':
      return set(head, 'in', condition(text, negated));
    case '-o':
      return set(head, 'out', condition(text, negated));
    case '-p':
      return set(head, 'proto', condition(protocolOf(text), negated));
    case '--sport':
      return set(head, 'sport', condition(portRange(text), negated));
    case '--dport':
      return set(head, 'dport', condition(portRange(text), negated));
    default:
      return false;
  }
}

function set<K extends keyof RuleHead>(head: Draft, key: K, value: RuleHead[K] | undefined): boolean {
  if (value === undefined || head[key] !== undefined) return false;
  head[key] = value;
  return true;
}

/** @returns whether `-m NAME` only introduces the ports of the rule's own protocol. */
function isPortModule(head: RuleHead, name: string): boolean {
  const proto = head.proto?.negated === false ? head.proto.value : 0;
  return (name === 'tcp' && proto === 6) || (name === 'udp' && proto === 17);
}

/** A rule of which every word is plain: its head says all that it asks of a packet, but for what stands here. */
export interface PlainRule {
  readonly head: RuleHead;
  /** `-m tcp` or `-m udp` stands in it, which no later fragment of a packet meets. */
  readonly ports: boolean;
  /** Bits of `ctstate`, any of which `-m conntrack --ctstate` or `-m state --state` asks for. */
  readonly states?: number;
  readonly target?: RuleTarget;
}

/** iptables-restore's line buffer: a longer rule is not read. */
const LONGEST = 10_240;
const CT_STATES: ReadonlyMap<string, number> = new Map(Object.entries(CT_STATE));

/** @returns the bits of a list of states, or undefined where one of them is unknown. */
function statesOf(list: string, module: string): number | undefined {
  let bits = 0;
  for (const name of list.split(',')) {
    const bit = module === 'state' && (name === 'SNAT' || name === 'DNAT') ? undefined : CT_STATES.get(name);
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits;
}

class HeadReader {
  readonly head: Draft = {};
  ports = false;
  states: number | undefined;
  private readonly words: Words;

  constructor(text: string, from: number) {
    this.words = new Words(text, from);
  }

  /** @returns at the end of the line `true`, at a target the word that opens it; else undefined. */
  read(): true | '-j' | '-g' | undefined {
    for (;;) {
      const first = this.words.next();
      if (first === undefined) return true;
      if (first === '-j' || first === '-g') return first;
      const negated = first === '!';
      const flag = negated ? this.words.next() : first;
      const value = flag === undefined ? undefined : this.words.next();
      if (flag === undefined || value === undefined || value === '!' || value.includes('"')) return undefined;
      if (flag === '-m') {
        if (negated || !this.module(value)) return undefined;
      } else if (((flag === '--sport' || flag === '--dport') && !this.ports) || !setOption(this.head, flag, value, negated)) {
        return undefined;
      }
    }
  }

  /** @returns whether all that the match says was read. */
  private module(name: string): boolean {
    if (name === 'comment') return this.words.next() === '--comment' && this.words.passValue();
    if (name === 'conntrack' || name === 'state') {
      if (this.states !== undefined || this.words.next() !== (name === 'state' ? '--state' : '--ctstate')) return false;
      this.states = statesOf(this.words.next() ?? '', name);
      return this.states !== undefined;
    }
    if (this.ports || !isPortModule(this.head, name)) return false;
    this.ports = true;
    return true;
  }

  /** @returns the target, or undefined where not all of it is plain words. */
  target(goto: boolean): RuleTarget | undefined {
    const name = this.words.next();
    if (name === undefined || name.includes('"')) return undefined;
    const options: RuleOption[] = [];
    for (let flag = this.words.next(); flag !== undefined; flag = this.words.next()) {
      const value = this.words.next();
      if (!flag.startsWith('--') || flag.includes('=') || flag.includes('"')) return undefined;
      if (value === undefined || value === '!' || value.startsWith('-') || value.includes('"')) return undefined;
      options.push({ flag, negated: false, args: [value] });
    }
    return { name, goto, options };
  }
}

/** @returns where the first word after the chain begins; undefined where a line is not written as iptables-save writes it. */
function startOf(text: string): number | undefined {
  const chain = text.indexOf(' ', text.indexOf(' ') + 1);
  return text.includes('\t') ? undefined : chain < 0 ? text.length : chain;
}

/**
 * Reads the plain conditions a rule opens with, in the order iptables-save prints them: `-s -d -i -o -p`, then the ports
 * of `-m tcp` or `-m udp`; comments and states are passed over. It stops at the first word that is anything else.
 * @param text `-A CHAIN …`, without counters.
 */
export function parseRuleHead(text: string): RuleHead {
  const start = startOf(text);
  if (start === undefined) return {};
  const reader = new HeadReader(text, start);
  reader.read();
  return reader.head;
}

/**
 * Reads a rule whose every word is plain; what its target's options say is the target's own business.
 * @param text `-A CHAIN …`, without counters.
 * @returns undefined for any other.
 */
export function parsePlainRule(text: string): PlainRule | undefined {
  const start = text.length > LONGEST ? undefined : startOf(text);
  if (start === undefined) return undefined;
  const reader = new HeadReader(text, start);
  const end = reader.read();
  if (end === undefined) return undefined;
  const { head, ports, states } = reader;
  const read = states === undefined ? { head, ports } : { head, ports, states };
  if (end === true) return read;
  const target = reader.target(end === '-g');
  return target && { ...read, target };
}
