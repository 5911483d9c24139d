import { formatIp, lastOf, type Ip, type Prefix } from '../../address/ip.js';
import type { HeadCondition } from '../../model/netfilter.js';
import type { Action, Predicate } from '../../netfilter/index.js';
import type { SpecificRule } from './specific-rules.js';

/** What is left out of a rule's key, and what stands in its place: what is a container's own. */
export interface KeyHole {
  readonly ip?: Ip;
  readonly port?: number;
  /** In place of the address that it translates to. */
  readonly target?: string;
}

const ADDRESSES: ReadonlySet<string> = new Set(['src', 'dst', 'ctorigsrc', 'ctorigdst', 'ctreplsrc', 'ctrepldst']);
const PORTS: ReadonlySet<string> = new Set(['sport', 'dport']);

const json = (value: unknown): string => JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one)) ?? '';

function rangeKey(lo: Ip, hi: Ip, own: Ip | undefined, word: string): string {
  return lo === hi && lo === own ? word : `${String(lo)}-${String(hi)}`;
}

function predicateKey(predicate: Predicate, left: KeyHole): string {
  switch (predicate.op) {
    case 'not':
      return `!(${predicateKey(predicate.of, left)})`;
    case 'and':
    case 'or':
      return `${predicate.op}(${predicate.of.map((one) => predicateKey(one, left)).join(' ')})`;
    case 'in': {
      const { field, ranges } = predicate;
      const own = ADDRESSES.has(field) ? left.ip : PORTS.has(field) ? left.port : undefined;
      return `${field}=${ranges.map(([lo, hi]) => rangeKey(lo, hi, own, PORTS.has(field) ? 'PORT' : 'IP')).join()}`;
    }
    default:
      return json(predicate);
  }
}

function networkKey(condition: HeadCondition<Prefix> | undefined, ip: Ip | undefined): string {
  if (condition === undefined) return '';
  return `${condition.negated ? '!' : ''}${rangeKey(condition.value.addr, lastOf(condition.value), ip, 'IP')}`;
}

function portKey(condition: HeadCondition<readonly [number, number]> | undefined, port: number | undefined): string {
  if (condition === undefined) return '';
  const [lo, hi] = condition.value;
  // the port itself is one of a kind where the rule wants it, not where it wants all others
  return condition.negated ? `!${lo}-${hi}` : rangeKey(lo, hi, port, 'PORT');
}

function plainKey({ head, facts }: SpecificRule, { ip, port }: KeyHole): string {
  const { src, dst, in: input, out, proto, sport, dport } = head;
  return [
    networkKey(src, ip),
    networkKey(dst, ip),
    input === undefined ? '' : `${input.negated} ${input.value}`,
    out === undefined ? '' : `${out.negated} ${out.value}`,
    proto === undefined ? '' : `${proto.negated} ${proto.value}`,
    portKey(sport, port),
    portKey(dport, port),
    facts.states ?? '',
  ].join('|');
}

const printed = new WeakMap<Action, string>();

function actionKey(action: Action, { ip, target }: KeyHole): string {
  if (action.kind === 'nat') {
    const { minIp, maxIp, ...range } = action.range;
    const to =
      target ?? (minIp === undefined ? '' : minIp === ip && maxIp === ip ? 'IP' : `${formatIp(minIp)}-${formatIp(maxIp ?? minIp)}`);
    // a place that is told of includes its port
    return `${action.manip} ${to} ${json(target === undefined ? range : { random: range.random, persistent: range.persistent, ports: range.minPort !== undefined })}`;
  }
  let known = printed.get(action);
  if (known === undefined) printed.set(action, (known = json(action)));
  return known;
}

/** @returns what a rule asks for and does, printed from data: two rules of one key differ in nothing but in what was left out, and in comments. */
export function ruleKey(rule: SpecificRule, left: KeyHole): string {
  const { predicate, action } = rule.facts;
  const asks = predicate === undefined ? plainKey(rule, left) : predicateKey(predicate, left);
  return `${asks} → ${actionKey(action, left)}`;
}
