import type { RuleInfo } from '../../model/audit.js';
import { escapeMarkdown } from '../escape.js';

/** A rule with what only its page tells. */
export interface RulePage extends RuleInfo {
  readonly traps: readonly string[];
  /** How it is checked, in a phrase. */
  readonly check: string;
}

/** @returns the documentation of one rule, in Markdown, made of its own file. */
export function rulePage(rule: RulePage): string {
  const references = rule.references.map((r) =>
    r.url === undefined ? `- ${escapeMarkdown(r.name)}` : `- [${escapeMarkdown(r.name)}](${r.url})`,
  );
  const blocks = [
    `# ${escapeMarkdown(rule.title)}`,
    `Rule \`${rule.id}\`, usual severity **${rule.severity}**.`,
    '## Why it matters',
    escapeMarkdown(rule.rationale),
    '## How it is checked',
    escapeMarkdown(rule.check),
    ...(rule.traps.length === 0 ? [] : ['## What looks alike', rule.traps.map((trap) => `- ${escapeMarkdown(trap)}`).join('\n')]),
    '## What to do',
    escapeMarkdown(rule.remedy),
    ...(references.length === 0 ? [] : ['## References', references.join('\n')]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** @returns the list of all rules, linking to their pages. */
export function ruleIndex(rules: readonly RuleInfo[]): string {
  const rows = rules.map((r) => `- [${r.id}](${r.id}.md), ${r.severity}: ${escapeMarkdown(r.title)}`);
  return `# Audit rules\n\nEach is a file of \`rules/\`; these pages are made of them.\n\n${rows.join('\n')}\n`;
}
