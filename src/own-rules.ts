import { orderRules, type AuditRule } from './audit/index.js';
import { ownNames, readOwnFile } from './own-files.js';

const OWN = '../rules/';

/** @returns whether a file of a folder of rules holds one. */
export const isRuleFile = (name: string): boolean => name.endsWith('.json') && name !== 'rule.schema.json';

/** One of the program's own rules. */
function ownRule(name: string): AuditRule {
  // the tests hold each of them to the schema, whose check would take a third of the start of an audit
  return JSON.parse(readOwnFile(`${OWN}${name}`)) as AuditRule;
}

/** The rules that come with the program, with their files. */
export function ownRules(): readonly { readonly rule: AuditRule; readonly file: string }[] {
  const names = ownNames(OWN).filter(isRuleFile);
  return [...names].sort().map((name) => ({ rule: ownRule(name), file: name }));
}

/** @returns the rules that come with the program, in the order in which an audit asks them. */
export function builtInRules(): readonly AuditRule[] {
  return orderRules(ownRules());
}
