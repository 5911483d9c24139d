import { familyOf, maskOf } from '../../../../address/ip.js';
import type { Action, NatRange, RuleStep } from '../../../action.js';
import type { KeyPart } from '../../../sets/keyed-set.js';
import type { Term } from '../../../term.js';
import type { Expression, NatStatement } from '../../ast.js';
import type { CompileContext, Selected } from '../context.js';
import { keyPart } from '../expressions/constants.js';
import { select } from '../expressions/index.js';

const CONSTANT: ReadonlySet<Expression['kind']> = new Set<Expression['kind']>(['number', 'address', 'prefix', 'range']);

function fixed(expression: Expression | undefined): KeyPart | undefined {
  return expression === undefined || !CONSTANT.has(expression.kind) ? undefined : keyPart(expression);
}

function rangeOf(addr: KeyPart | undefined, port: KeyPart | undefined, { flags }: NatStatement): NatRange {
  return {
    ...(addr?.kind === 'range' && { minIp: addr.lo, maxIp: addr.hi }),
    ...(port?.kind === 'range' && { minPort: Number(port.lo), maxPort: Number(port.hi) }),
    random: flags.includes('random') || flags.includes('fully-random'),
    persistent: flags.includes('persistent'),
  };
}

/** `dnat prefix to 10.0.0.0/24`: host bits stay (NF_NAT_RANGE_NETMAP). */
function netmapAction(addr: Expression): Action | undefined {
  if (addr.kind !== 'prefix' || addr.value.kind !== 'address') return undefined;
  const { ip } = addr.value;
  return { kind: 'netmap', addr: ip, mask: maskOf(familyOf(ip), addr.length) };
}

function fixedAction(statement: NatStatement, range: NatRange): Action {
  switch (statement.type) {
    case 'masquerade':
    case 'redirect':
      return { kind: statement.type, range };
    case 'snat':
    case 'dnat':
      return { kind: 'nat', manip: statement.type === 'snat' ? 'src' : 'dst', range };
  }
}

function termOf(expression: Expression | undefined, context: CompileContext): Selected | undefined {
  if (expression === undefined) return undefined;
  const part = fixed(expression);
  if (part?.kind === 'range' && part.lo === part.hi) return { terms: [{ op: 'const', value: part.lo }], needs: [] };
  return select(expression, context);
}

/** That a map has an entry: a look-up that fails ends the rule, whatever would be done with what it finds. */
function foundInMap(term: Term | undefined): readonly RuleStep[] {
  return term?.op === 'map' ? [{ step: 'when', predicate: { op: 'lookup', key: term.key, set: term.map } }] : [];
}

/** The family of the address that is given; it says of an `inet` chain's packets which of them it is about. */
function natFamily({ family, addr }: NatStatement): 4 | 6 | undefined {
  if (family !== undefined) return family === 'ip' ? 4 : 6;
  const part = fixed(addr);
  return part?.kind === 'range' ? familyOf(part.lo) : undefined;
}

/**
 * nft_nat_eval, nft_masq_eval, nft_redir_eval: gives the connection its translation and accepts the packet. Packets of the
 * other family pass it by (nft_nat_inet_eval), and the rule goes on.
 */
export function natSteps(statement: NatStatement, context: CompileContext): readonly RuleStep[] {
  const { type, addr, port, flags, typeFlags } = statement;
  const family = context.family === 'inet' ? natFamily(statement) : undefined;
  const step = (action: Action): RuleStep => ({ step: 'do', action, ...(family !== undefined && { only: family }) });
  const netmap = flags.includes('netmap') || typeFlags.includes('prefix');
  const action = netmap && addr !== undefined ? netmapAction(addr) : undefined;
  if (action !== undefined) return [step(action)];
  const [addrPart, portPart] = [fixed(addr), fixed(port)];
  if ((addr === undefined || addrPart !== undefined) && (port === undefined || portPart !== undefined))
    return [step(fixedAction(statement, rangeOf(addrPart, portPart, statement)))];
  const [byAddr, byPort] = [termOf(addr, context), termOf(port, context)];
  const needs = [...(byAddr?.needs ?? []), ...(byPort?.needs ?? [])].map((predicate): RuleStep => ({ step: 'when', predicate }));
  const terms: { addr?: Term; port?: Term } = {
    ...(byAddr !== undefined && { addr: byAddr.terms[0]! }),
    ...(byPort !== undefined && { port: byPort.terms[0]! }),
  };
  // the register is loaded before nft_nat_inet_eval looks at the family
  if (family !== undefined) needs.push(...[terms.addr, terms.port].flatMap(foundInMap));
  const { random, persistent } = rangeOf(undefined, undefined, statement);
  return [...needs, step({ kind: 'nat-by', type, ...terms, netmap, random, persistent })];
}
