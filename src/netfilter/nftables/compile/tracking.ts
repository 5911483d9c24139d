import type { NftTable } from '../../../model/nftables/ruleset.js';
import type { Expression, Statement } from '../ast.js';

const STATEMENTS: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'nat',
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

function ofStatement(statement: Statement): boolean {
  if (STATEMENTS.has(statement.kind)) return true;
  switch (statement.kind) {
    case 'match':
      return ofExpression(statement.left) || ofExpression(statement.right);
    case 'mangle':
      return ofExpression(statement.key) || ofExpression(statement.value);
    case 'vmap':
    case 'meter':
      return ofExpression(statement.key) || inAnonymousChain(statement);
    case 'set':
      return ofExpression(statement.key) || statement.statements.some(ofStatement);
    case 'verdict':
      return inAnonymousChain(statement);
    default:
      return false;
  }
}

function inAnonymousChain(statement: Statement): boolean {
  if (statement.kind === 'verdict') {
    const { verdict } = statement;
    return (verdict.kind === 'jump' || verdict.kind === 'goto') && typeof verdict.chain !== 'string'
      ? verdict.chain.rules.some(({ statements }) => statements.some(ofStatement))
      : false;
  }
  if (statement.kind !== 'vmap' || statement.data.kind !== 'set' || statement.data.elements.kind !== 'list') return false;
  return statement.data.elements.of.some(
    ({ data }) => data?.kind === 'verdict' && inAnonymousChain({ kind: 'verdict', verdict: data.verdict }),
  );
}

/**
 * Whether a table makes the kernel track connections: a rule that needs them registers conntrack's hooks for the table's family
 * (nf_ct_netns_get, called as nft_ct, nft_nat, nft_masq, nft_redir and their likes are set up), wherever the rule stands.
 */
export function tracksConnections(table: NftTable): boolean {
  return [...table.chains.values()].some(({ rules }) => rules.some(({ statements }) => statements.some(ofStatement)));
}
