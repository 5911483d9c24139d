import { parsePrefix } from '../../address/ip.js';
import { protocolNumber } from '../protocols.js';
import type { HeadCondition, RuleHead } from '../../model/netfilter.js';

type Draft = { -readonly [K in keyof RuleHead]: RuleHead[K] };

const SPACE = 32;

/** Steps through a line word by word; quotes end the walk, since nothing plain has them. */
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
}

function portRange(text: string): readonly [number, number] | undefined {
  const colon = text.indexOf(':');
  const lo = Number(colon < 0 ? text : text.slice(0, colon) || '0');
  const hi = colon < 0 ? lo : Number(text.slice(colon + 1) || '65535');
  return text !== '' && Number.isInteger(lo) && Number.isInteger(hi) && lo >= 0 && hi <= 65535 && lo <= hi ? [lo, hi] : undefined;
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

/**
 * Reads the plain conditions a rule opens with, in the order iptables-save prints them: `-s -d -i -o -p`, then the ports
 * of `-m tcp` or `-m udp`. It stops at the first word that is anything else.
 * @param text `-A CHAIN …`, without counters.
 */
export function parseRuleHead(text: string): RuleHead {
  const head: Draft = {};
  const chain = text.indexOf(' ', text.indexOf(' ') + 1);
  if (chain < 0) return head;
  const words = new Words(text, chain);
  let ports = false;
  for (;;) {
    const first = words.next();
    const negated = first === '!';
    const flag = negated ? words.next() : first;
    const value = flag === undefined ? undefined : words.next();
    if (flag === undefined || value === undefined || value === '!' || value.includes('"')) return head;
    const isPort = flag === '--sport' || flag === '--dport';
    if (flag === '-m' && !negated && !ports && isPortModule(head, value)) ports = true;
    else if ((isPort && !ports) || !setOption(head, flag, value, negated)) return head;
  }
}
