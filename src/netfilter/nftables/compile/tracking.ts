import type { NftObject, NftTable } from '../../../model/nftables/ruleset.js';
import type { Expression, NatStatement, Statement } from '../ast.js';

const STATEMENTS: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'ct count',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'flow',
  'synproxy',
]);

function ofExpression(expression: Expression): boolean {
  switch (expression.kind) {
    case 'ct':
      return true;
    case 'binary':
      return ofExpression(expression.left) || ofExpression(expression.right);
    case 'concat':
      return expression.parts.some(ofExpression);
    case 'map':
      return ofExpression(expression.key);
    case 'jhash':
      return ofExpression(expression.of);
    default:
      return false;
  }
}

/** nft_nat_init asks for the family that it translates to alone; nft_masq_init and nft_redir_init for all of the table's. */
function ofNat({ type, family, addr }: NatStatement, packets: 4 | 6): boolean {
  if (type === 'masquerade' || type === 'redirect') return true;
  const given = family ?? (addr?.kind === 'address' ? (typeof addr.ip === 'number' ? 'ip' : 'ip6') : undefined);
  return given === undefined || given === (packets === 4 ? 'ip' : 'ip6');
}

function ofStatement(statement: Statement, packets: 4 | 6): boolean {
  if (STATEMENTS.has(statement.kind)) return true;
  switch (statement.kind) {
    case 'nat':
      return ofNat(statement, packets);
    case 'match':
      return ofExpression(statement.left) || ofExpression(statement.right);
    case 'mangle':
      return ofExpression(statement.key) || ofExpression(statement.value);
    case 'vmap':
    case 'meter':
      return ofExpression(statement.key) || inAnonymousChain(statement, packets);
    case 'set':
      return ofExpression(statement.key) || statement.statements.some((one) => ofStatement(one, packets));
    case 'verdict':
      return inAnonymousChain(statement, packets);
    default:
      return false;
  }
}

function inAnonymousChain(statement: Statement, packets: 4 | 6): boolean {
  if (statement.kind === 'verdict') {
    const { verdict } = statement;
    return (verdict.kind === 'jump' || verdict.kind === 'goto') && typeof verdict.chain !== 'string'
      ? verdict.chain.rules.some(({ statements }) => statements.some((one) => ofStatement(one, packets)))
      : false;
  }
  if (statement.kind !== 'vmap' || statement.data.kind !== 'set' || statement.data.elements.kind !== 'list') return false;
  return statement.data.elements.of.some(
    ({ data }) => data?.kind === 'verdict' && inAnonymousChain({ kind: 'verdict', verdict: data.verdict }, packets),
  );
}

/** Objects that make connections tracked, whether a rule uses them or not (nft_ct_helper_obj_init and its likes). */
const OBJECTS: ReadonlySet<NftObject['kind']> = new Set<NftObject['kind']>(['ct helper', 'ct timeout', 'ct expectation', 'synproxy']);

/**
 * Whether a table makes the kernel track connections of a family: a rule that needs them registers conntrack's hooks for the table's family
 * (nf_ct_netns_get, called as nft_ct, nft_nat, nft_masq, nft_redir and their likes are set up), wherever the rule stands; so does an object
 * that is about connections, and a set whose elements count them.
 */
export function tracksConnections(table: NftTable, packets: 4 | 6): boolean {
  if ([...table.objects.values()].some(({ kind }) => OBJECTS.has(kind))) return true;
  if ([...table.sets.values()].some(({ statements }) => statements.some(({ kind }) => kind === 'ct count'))) return true;
  return [...table.chains.values()].some(({ rules }) =>
    rules.some(({ statements }) => statements.some((one) => ofStatement(one, packets))),
  );
}
