import { allOf, negateIf, type AddrType, type Predicate } from '../../predicate/predicate.js';
import type { Term } from '../../term.js';
import type { Expression, FibExpression, MatchStatement } from '../ast.js';
import type { CompileContext } from './context.js';

/** By their numbers (RTN_*). */
const TYPES: readonly AddrType[] = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
];
/** Types that xt_addrtype and nft_fib tell alike in IPv6 as well. */
const SAME: ReadonlySet<AddrType> = new Set<AddrType>(['LOCAL', 'ANYCAST']);

function typesOf(right: Expression): readonly AddrType[] | undefined {
  if (right.kind === 'number') {
    const type = TYPES[Number(right.value)];
    return type && [type];
  }
  if (right.kind !== 'set' || right.elements.kind !== 'list') return undefined;
  const types = right.elements.of.map(({ key }) => typesOf(key)?.[0]);
  return types.includes(undefined) ? undefined : types.map((type) => type!);
}

/** `fib daddr type local` as addrtype says it, where the two are one. */
function byType(left: FibExpression, { op, right }: MatchStatement, { family }: CompileContext): Predicate | undefined {
  const types = op === '==' || op === '!=' ? typesOf(right) : undefined;
  if (left.result !== 'type' || types === undefined || left.flags.includes('mark')) return undefined;
  if (family !== 'ip' && !types.every((type) => SAME.has(type))) return undefined;
  const limit = left.flags.includes('iif') ? ({ limit: 'in' } as const) : left.flags.includes('oif') ? ({ limit: 'out' } as const) : {};
  return negateIf(op === '!=', { op: 'addrtype', field: left.flags.includes('saddr') ? 'src' : 'dst', types, ...limit });
}

/** `fib saddr . iif oif missing`, `check exists`: whether there is such a route. */
function byPresence(left: FibExpression, { op, right }: MatchStatement): Predicate | undefined {
  if (left.result === 'type' || right.kind !== 'number') return undefined;
  const key: readonly Term[] = [{ op: 'fib', result: 'check', flags: left.flags }];
  const wanted = Number(right.value) === 0 ? 0 : 1;
  const entries = [{ key: [{ kind: 'range', lo: wanted, hi: wanted } as const], asks: [] }];
  return negateIf(op === '!=', { op: 'lookup', key, set: { name: '', id: '', width: 1, entries, dynamic: false } });
}

/** @returns a comparison of what the routes say as a condition of its own; undefined where it is as any other. */
export function fibCondition(statement: MatchStatement, context: CompileContext): Predicate | undefined {
  const { left } = statement;
  if (left.kind !== 'fib') return undefined;
  const found = byType(left, statement, context) ?? byPresence(left, statement);
  return found && allOf(found);
}
