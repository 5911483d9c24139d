import { familyOf, addressBits, prefixOf, type Prefix } from '../../../address/ip.js';
import type { RuleHead } from '../../../model/netfilter.js';
import type { Expression, MatchStatement, Statement } from '../ast.js';

function prefixIn(expression: Expression): Prefix | undefined {
  if (expression.kind === 'address') return prefixOf(expression.ip, addressBits(familyOf(expression.ip)));
  return expression.kind === 'prefix' && expression.value.kind === 'address' ? prefixOf(expression.value.ip, expression.length) : undefined;
}

function ofPayload(protocol: string, field: string, right: Expression): RuleHead {
  if (protocol === 'ip' || protocol === 'ip6') {
    const value = field === 'saddr' || field === 'daddr' ? prefixIn(right) : undefined;
    if (value === undefined) return {};
    return field === 'saddr' ? { src: { value, negated: false } } : { dst: { value, negated: false } };
  }
  if (field !== 'dport' || right.kind !== 'number') return {};
  const port = Number(right.value);
  return { dport: { value: [port, port], negated: false } };
}

function ofDevice(key: string, right: Expression): RuleHead {
  if (right.kind !== 'name' || right.wildcard || right.name.endsWith('+')) return {};
  const condition = { value: right.name, negated: false };
  if (key === 'iifname' || key === 'iif') return { in: condition };
  return key === 'oifname' || key === 'oif' ? { out: condition } : {};
}

function ofMatch({ op, left, right }: MatchStatement): RuleHead {
  if (op !== '==') return {};
  if (left.kind === 'payload') return left.inner === undefined ? ofPayload(left.protocol, left.field, right) : {};
  return left.kind === 'meta' ? ofDevice(left.key, right) : {};
}

/**
 * @returns plain conditions that a rule opens with: a packet that fails one of them does not match it, and nothing is done
 *   before they are asked.
 */
export function nativeHead(statements: readonly Statement[]): RuleHead {
  let head: RuleHead = {};
  for (const statement of statements) {
    if (statement.kind === 'counter') continue;
    if (statement.kind !== 'match') break;
    head = { ...ofMatch(statement), ...head };
  }
  return head;
}
