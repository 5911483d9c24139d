import { contains, type Family } from '../../address/ip.js';
import type { PolicyRule } from '../../model/link.js';
import type { FlowKey } from './result.js';

/** Whether a rule is one of those that ask a table whatever the packet. */
export function asksAlways({
  action,
  not,
  from,
  to,
  iif,
  oif,
  fwmark,
  tos,
  ipproto,
  sport,
  dport,
  uidrange,
  suppressPrefixLength,
  suppressGroup,
  unknown,
}: PolicyRule): boolean {
  const free = [to, iif, oif, fwmark, tos, ipproto, sport, dport, uidrange, suppressPrefixLength, suppressGroup].every(
    (x) => x === undefined,
  );
  return action.kind === 'table' && !not && free && unknown.length === 0 && (from === undefined || from.length === 0);
}

/** fib_rule_match with fib4_rule_match / fib6_rule_match. */
export function ruleMatches(rule: PolicyRule, key: FlowKey, family: Family): boolean {
  const ports = (range: readonly [number, number] | undefined, port: number): boolean =>
    range === undefined || (port >= range[0] && port <= range[1]);
  const iif = key.iif === '' ? 'lo' : key.iif;
  const matches =
    (rule.iif === undefined || rule.iif === iif) &&
    (rule.oif === undefined || rule.oif === key.oif) &&
    (rule.fwmark === undefined || ((rule.fwmark ^ key.mark) & (rule.fwmask ?? 0xffffffff)) === 0) &&
    (rule.from === undefined || rule.from.length === 0 || (key.src !== undefined && contains(rule.from, key.src))) &&
    (rule.to === undefined || contains(rule.to, key.dst)) &&
    (rule.tos === undefined || rule.tos === 0 || rule.tos === (key.tos & (family === 4 ? 0x1c : 0xfc))) &&
    (rule.ipproto === undefined || rule.ipproto === key.proto) &&
    ports(rule.sport, key.sport) &&
    ports(rule.dport, key.dport);
  return matches !== rule.not;
}
