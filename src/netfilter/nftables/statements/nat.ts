import type { Expression, NatFlag, NatStatement, TproxyStatement } from '../ast.js';
import { value } from '../expressions/expression.js';
import { oneOf, JsonMembers, type Json, type JsonGrammar } from '../json/value.js';
import { printExpression } from '../print/expression.js';
import { printConstant } from '../types/print-constant.js';
import type { Parser } from '../text/parser.js';
import { simpleType, type ValueType, type ValueTypes } from '../types/data-types.js';

const PORT = simpleType('inet_service');

/** The address type of a family; where neither rule nor table tells it, the address does. */
function addressType(family: 'ip' | 'ip6' | undefined): ValueType {
  return simpleType(family === undefined ? 'raw' : family === 'ip' ? 'ipv4_addr' : 'ipv6_addr');
}

function tableFamily(p: Parser): 'ip' | 'ip6' | undefined {
  return p.family === 'ip' || p.family === 'ip6' ? p.family : undefined;
}

function family(p: Parser): 'ip' | 'ip6' | undefined {
  const found = p.isWord('ip') ? 'ip' : p.isWord('ip6') ? 'ip6' : undefined;
  if (found === undefined) return undefined;
  // `dnat ip saddr map …` names a field, `dnat ip to` the family
  const { start, line } = p.lex;
  p.lex.next();
  if (['to', 'addr', 'interval', 'prefix'].includes(p.peek())) return found;
  p.lex.reset(start, line);
  return undefined;
}

const FLAGS: readonly NatFlag[] = ['random', 'fully-random', 'persistent', 'netmap'];

function flags(p: Parser): NatFlag[] {
  const found: NatFlag[] = [];
  for (let flag = FLAGS.find((one) => p.isWord(one)); flag !== undefined; flag = FLAGS.find((one) => p.isWord(one))) {
    p.lex.next();
    found.push(flag);
    if (!p.take(',')) break;
  }
  return found;
}

function inOrder(found: readonly NatFlag[]): readonly NatFlag[] {
  return FLAGS.filter((flag) => found.includes(flag));
}

/** How the addresses are meant: whole ranges at once, prefixes, address and port together. */
function typeFlags(p: Parser): NatStatement['typeFlags'] {
  if (p.take('interval')) return ['interval'];
  if (p.take('prefix')) return ['prefix'];
  if (!p.take('addr')) return [];
  p.expect('.');
  p.expect('port');
  return ['concat'];
}

/** The rest of `snat to 192.0.2.1:1024-65535 random` and `dnat ip to tcp dport map @ports`. */
export function parseNat(p: Parser, type: 'snat' | 'dnat'): NatStatement {
  const said = family(p);
  const kinds = typeFlags(p);
  p.take('to');
  const types: ValueTypes = [addressType(said ?? tableFamily(p)), PORT];
  const addr = p.isSign(':') ? undefined : value(p, types, true);
  const port = p.take(':') ? value(p, [PORT]) : undefined;
  const found = flags(p);
  if (kinds.includes('prefix')) found.push('netmap');
  return made(type, said, addr, port, found, kinds);
}

/** A map whose entries are address and port together is told as one by the listing of it. */
function made(
  type: NatStatement['type'],
  said: 'ip' | 'ip6' | undefined,
  addr: Expression | undefined,
  port: Expression | undefined,
  found: readonly NatFlag[],
  kinds: NatStatement['typeFlags'],
): NatStatement {
  return {
    kind: 'nat',
    type,
    ...(said === undefined ? {} : { family: said }),
    ...(addr === undefined ? {} : { addr }),
    ...(port === undefined ? {} : { port }),
    flags: inOrder(found),
    typeFlags: kinds,
  };
}

/** The rest of `masquerade to :1024-65535 random` and `redirect to :22`. */
export function parsePortNat(p: Parser, type: 'masquerade' | 'redirect'): NatStatement {
  let port: Expression | undefined;
  if (p.take('to')) {
    if (!p.take(':') && type === 'masquerade') p.fail('masquerade takes a port: “to :1024-65535”');
    port = value(p, [PORT]);
  }
  return made(type, undefined, undefined, port, flags(p), []);
}

function maybe(json: JsonMembers, name: string, grammar: JsonGrammar, types: ValueTypes): Expression | undefined {
  const found = json.get(name);
  return found === undefined || found === null ? undefined : grammar.expression(found, types);
}

/** A value with a colon is IPv6's: JSON of tables of family ip6 does not tell it. */
function jsonFamily(json: JsonMembers): 'ip' | 'ip6' | undefined {
  const said = json.maybeString('family');
  return said === undefined ? undefined : oneOf(said, ['ip', 'ip6'], 'family of NAT');
}

/** @returns what nft prints as `dnat to 10.0.0.1:80`, of its JSON (libnftables-json(5)). */
export function readNat(json: Json, type: NatStatement['type'], grammar: JsonGrammar): NatStatement {
  if (json === null) return made(type, undefined, undefined, undefined, [], []);
  const view = JsonMembers.of(json, type);
  const said = jsonFamily(view);
  const found = view.strings('flags').map((flag) => oneOf(flag, FLAGS, 'flag of NAT'));
  const kinds = view.strings('type_flags').map((kind) => oneOf(kind, ['interval', 'prefix', 'concat'], 'kind of NAT'));
  const addr = maybe(view, 'addr', grammar, [addressType(said), PORT]);
  return made(type, said, addr, maybe(view, 'port', grammar, [PORT]), found, kinds);
}

/** An address before a port: of IPv6 in brackets, so that the colons can be told apart. */
function bracketed(addr: Expression): string {
  if (addr.kind === 'address' && typeof addr.ip === 'bigint') return `[${printConstant(addr)}]`;
  if (addr.kind === 'range' && addr.from.kind === 'address' && typeof addr.from.ip === 'bigint')
    return `[${printConstant(addr.from)}]-[${printConstant(addr.to)}]`;
  return printExpression(addr);
}

function printTarget(addr: Expression | undefined, port: Expression | undefined): string {
  const before = addr === undefined ? '' : port === undefined ? printExpression(addr) : bracketed(addr);
  return `${before}${port === undefined ? '' : `:${printExpression(port)}`}`;
}

/** @returns it as nft prints it: `dnat to 10.0.0.1:80`. */
export function printNat({ type, family: said, addr, port, flags: found, typeFlags: kinds }: NatStatement): string {
  const to = addr === undefined && port === undefined ? '' : `${kinds.includes('prefix') ? ' prefix' : ''} to ${printTarget(addr, port)}`;
  const shown = found.filter((flag) => flag !== 'netmap');
  return `${type}${said === undefined || to === '' ? '' : ` ${said}`}${to}${shown.length === 0 ? '' : ` ${shown.join(',')}`}`;
}

/** The rest of `tproxy ip to 127.0.0.1:8080`. */
export function parseTproxy(p: Parser): TproxyStatement {
  const said = family(p);
  p.expect('to');
  const addr = p.isSign(':') ? undefined : value(p, [addressType(said ?? tableFamily(p))]);
  const port = p.take(':') ? value(p, [PORT]) : undefined;
  return {
    kind: 'tproxy',
    ...(said === undefined ? {} : { family: said }),
    ...(addr === undefined ? {} : { addr }),
    ...(port === undefined ? {} : { port }),
  };
}

/** @returns what nft prints as `tproxy to :80`, of its JSON (libnftables-json(5)). */
export function readTproxy(json: JsonMembers, grammar: JsonGrammar): TproxyStatement {
  const said = jsonFamily(json);
  const addr = maybe(json, 'addr', grammar, [addressType(said)]);
  const port = maybe(json, 'port', grammar, [PORT]);
  return {
    kind: 'tproxy',
    ...(said === undefined ? {} : { family: said }),
    ...(addr === undefined ? {} : { addr }),
    ...(port === undefined ? {} : { port }),
  };
}

/** @returns it as nft prints it: `tproxy to :80`. */
export function printTproxy({ family: said, addr, port }: TproxyStatement): string {
  return `tproxy${said === undefined ? '' : ` ${said}`} to ${printTarget(addr, port)}`;
}
