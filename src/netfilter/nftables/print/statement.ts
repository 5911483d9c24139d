import type { AnonymousChain, Statement } from '../ast.js';
import { printLog } from '../statements/log.js';
import { printNat, printTproxy } from '../statements/nat.js';
import { printDup, printFwd, printQueue, printReset, printSynproxy, printXt } from '../statements/packets.js';
import { printReject } from '../statements/reject.js';
import { printMeter, printSetStatement } from '../statements/sets.js';
import { printCounter, printCtCount, printLast, printLimit, printObjectName, printQuota } from '../statements/stateful.js';
import { printElement, printElements, printExpression, printVerdict } from './expression.js';
import { printMatch, printSetValue } from './match.js';
import { styleOf, type Style } from './style.js';

/** An anonymous chain: a rule a line, at the depth of a table's chain (chain_stmt_print). */
function chain(kind: string, { rules }: AnonymousChain, style: Style): string {
  const lines = rules.map((rule) => `\n\t\t\t${printRuleText(rule, style)}`);
  return `${kind} {${lines.join('')}\n\t\t}`;
}

/** Sets and maps whose elements carry statements print them. */
function print(statement: Statement, style: Style): string {
  switch (statement.kind) {
    case 'match':
      return printMatch(statement);
    case 'verdict': {
      const { verdict } = statement;
      const anonymous =
        (verdict.kind === 'jump' || verdict.kind === 'goto') && typeof verdict.chain !== 'string' ? verdict.chain : undefined;
      return anonymous === undefined ? printVerdict(verdict) : chain(verdict.kind, anonymous, style);
    }
    case 'counter':
      return printCounter(statement);
    case 'quota':
      return printQuota(statement);
    case 'limit':
      return printLimit(statement, style);
    case 'last':
      return printLast(statement);
    case 'log':
      return printLog(statement);
    case 'mangle':
      return `${printExpression(statement.key)} set ${printSetValue(statement.value)}`;
    case 'nat':
      return printNat(statement);
    case 'reject':
      return printReject(statement);
    case 'set':
      return printSetStatement(statement, (inner) =>
        inner.kind === 'counter' && inner.name === undefined ? 'counter' : print(inner, style),
      );
    case 'vmap': {
      const data =
        statement.data.kind === 'set'
          ? `{ ${printElements(statement.data.elements, (inner) => print(inner, style))} }`
          : `@${statement.data.name}`;
      return `${printExpression(statement.key)} vmap ${data}`;
    }
    case 'meter':
      return printMeter(statement, (inner) => print(inner, style));
    case 'queue':
      return printQueue(statement);
    case 'ct helper':
    case 'ct timeout':
    case 'ct expectation':
      return `${statement.kind} set ${printObjectName(statement.name)}`;
    case 'secmark':
      return `meta secmark set ${printObjectName(statement.name)}`;
    case 'ct count':
      return printCtCount(statement);
    case 'notrack':
      return 'notrack';
    case 'fwd':
      return printFwd(statement);
    case 'dup':
      return printDup(statement);
    case 'tproxy':
      return printTproxy(statement);
    case 'synproxy':
      return printSynproxy(statement);
    case 'flow':
      return `flow add @${statement.flowtable}`;
    case 'reset option':
      return printReset(statement);
    case 'xt':
      return printXt(statement);
    case 'unread':
      return statement.text;
  }
}

const RECENT = styleOf(undefined);

/** @returns one statement as `nft list ruleset` of a version prints it. */
export function printStatement(statement: Statement, style: Style = RECENT): string {
  return print(statement, style);
}

/** One element of a named set as `nft list ruleset` prints it. */
export function printSetElement(element: Parameters<typeof printElement>[0], style: Style = RECENT): string {
  return printElement(element, (inner) => print(inner, style));
}

/** @returns the line of a rule, without handle. */
export function printRuleText(
  rule: { readonly statements: readonly Statement[]; readonly comment?: string },
  style: Style = RECENT,
): string {
  const comment = rule.comment === undefined ? [] : [`comment "${rule.comment}"`];
  return [...rule.statements.map((statement) => print(statement, style)), ...comment].join(' ');
}
