import type { FibExpression, FibFlag, RtExpression } from '../ast.js';
import { RT_KEYS } from '../fields/keys.js';
import { NotNftJson, oneOf, type JsonMembers } from '../json/value.js';
import type { Parser } from '../text/parser.js';

/** The key, `rt` being read: `classid`, `ip nexthop`, `mtu`. */
export function parseRt(p: Parser): RtExpression {
  const family = p.isWord('ip') ? 'ip' : p.isWord('ip6') ? 'ip6' : undefined;
  if (family !== undefined) p.lex.next();
  const key = p.peek();
  if (!RT_KEYS.has(key)) return p.fail(`rt has no key ${p.here()}`);
  p.lex.next();
  if (key !== 'nexthop') return { kind: 'rt', key };
  const own = family ?? (p.family === 'ip' || p.family === 'ip6' ? p.family : undefined);
  return { kind: 'rt', key, family: own ?? p.fail('cannot determine the IP version: write “rt ip nexthop” or “rt ip6 nexthop”') };
}

/** @returns what nft prints as `rt classid`, of its JSON (libnftables-json(5)). */
export function readRt(json: JsonMembers): RtExpression {
  const key = json.string('key');
  if (!RT_KEYS.has(key)) throw new NotNftJson(`rt has no key “${key}”`);
  const family = json.maybeString('family');
  return { kind: 'rt', key, ...(family === undefined ? {} : { family: oneOf(family, ['ip', 'ip6'], 'family of rt') }) };
}

/** @returns it as nft prints it: `rt classid`. */
export function printRt({ key, family }: RtExpression): string {
  return `rt ${family === undefined ? '' : `${family} `}${key}`;
}

const FIB_FLAGS: readonly FibFlag[] = ['saddr', 'daddr', 'mark', 'iif', 'oif'];
const FIB_RESULTS = ['oif', 'oifname', 'type', 'check'] as const;

function inOrder(flags: readonly FibFlag[]): readonly FibFlag[] {
  return FIB_FLAGS.filter((flag) => flags.includes(flag));
}

/** What is asked of the routes, `fib` being read: `daddr . iif type`. */
export function parseFib(p: Parser): FibExpression {
  const flags: FibFlag[] = [];
  do {
    const word = p.word('what fib looks up');
    flags.push(FIB_FLAGS.find((flag) => flag === word) ?? p.fail(`fib knows no “${word}”: saddr, daddr, mark, iif or oif`));
  } while (p.take('.'));
  const word = p.word('what fib tells');
  const result = FIB_RESULTS.find((one) => one === word) ?? p.fail(`fib tells no “${word}”: oif, oifname, type or check`);
  if (flags.includes('saddr') === flags.includes('daddr')) p.fail('fib needs either saddr or daddr');
  if (flags.includes('iif') && flags.includes('oif')) p.fail('fib: iif and oif exclude each other');
  return { kind: 'fib', result, flags: inOrder(flags) };
}

/** @returns what nft prints as `fib daddr type`, of its JSON (libnftables-json(5)). */
export function readFib(json: JsonMembers): FibExpression {
  const flags = json.strings('flags').map((flag) => oneOf(flag, FIB_FLAGS, 'flag of fib'));
  return { kind: 'fib', result: oneOf(json.string('result'), FIB_RESULTS, 'result of fib'), flags: inOrder(flags) };
}

/** @returns it as nft prints it: `fib daddr type`. */
export function printFib({ flags, result }: FibExpression): string {
  return `fib ${flags.join(' . ')} ${result}`;
}
