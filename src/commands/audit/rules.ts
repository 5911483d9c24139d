import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describeCheck, infoOf, orderRules, type AuditRule } from '../../audit/index.js';
import type { RuleInfo } from '../../model/audit.js';
import { isRuleFile, ownRules } from '../../own-rules.js';
import { readText } from '../common/read-text.js';
import { faultText, UsageError } from '../common/failure.js';

async function readRule(file: string): Promise<AuditRule> {
  const text = await readText(file).catch((error: unknown) => {
    throw new UsageError(`--rules: ${file}: cannot be read (${faultText(error)})`, { cause: error });
  });
  const { parseRule } = await import('../../audit/rules/load.js');
  return parseRule(text, file);
}

async function readFolder(folder: string): Promise<readonly { readonly rule: AuditRule; readonly file: string }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`--rules ${folder}: cannot be read (${faultText(error)})`, { cause: error });
  });
  const files = names.filter(isRuleFile).sort();
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      return { rule: await readRule(file), file };
    }),
  );
}

/** Which of the rules are asked. */
export interface RuleChoice {
  readonly folders: readonly string[];
  readonly only: readonly string[];
  readonly disable: readonly string[];
  /** Rules that are named elsewhere: they have to be there. */
  readonly known: readonly string[];
}

/**
 * Reads the rules that come with the program and those of other folders.
 * @throws UsageError where a folder cannot be read or `only` and `disable` name no rule; RuleError on a rule that breaks the schema.
 */
export async function readRules({ folders, only, disable, known }: RuleChoice): Promise<readonly AuditRule[]> {
  const all = orderRules([...ownRules(), ...(await Promise.all(folders.map(readFolder))).flat()]);
  const stranger = [...only, ...disable, ...known].find((id) => !all.some((rule) => rule.id === id));
  if (stranger !== undefined) throw new UsageError(`no rule is called ${stranger}; there are ${all.map((rule) => rule.id).join(', ')}`);
  return all.filter(({ id }) => (only.length === 0 || only.includes(id)) && !disable.includes(id));
}

/** @returns a rule that comes with the program, as reports show it, and how it is checked; undefined where none is called so. */
export function auditRuleCalled(id: string): { readonly info: RuleInfo; readonly check: string } | undefined {
  const found = ownRules().find(({ rule }) => rule.id === id)?.rule;
  return found === undefined ? undefined : { info: infoOf(found), check: describeCheck(found) };
}
