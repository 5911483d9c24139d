import { CAUSES, type CauseKind } from '../../model/cause.js';
import type { RuleInfo } from '../../model/audit.js';
import type { Explanation } from '../../model/explanation.js';
import { CAUSE_WORDS } from './words.js';

const PLACES = [
  'who answers',
  'rules',
  'routing',
  'links',
  'the receiver',
  'the way back',
  'proxies',
  undefined,
  undefined,
  'what is not known',
] as const;

const KIND_OF: ReadonlyMap<string, CauseKind> = new Map(
  // the table of codes is closed: its keys are the kinds
  Object.entries(CAUSES).map(([kind, code]) => [code, kind as CauseKind]),
);

/** @returns what a code such as `DTP-101` stands for; undefined where it is none. */
export function explainCause(code: string): Explanation | undefined {
  const upper = code.toUpperCase();
  const kind = KIND_OF.get(upper);
  if (kind === undefined) return undefined;
  const { what, means, next } = CAUSE_WORDS[kind];
  return {
    format: 'dtrace-path-explanation/1',
    kind: 'cause',
    subject: `${upper} ${kind}`,
    summary: `${means}`,
    sections: [
      { title: 'What decided?', lines: [{ text: what }] },
      { title: 'What to look at', lines: [{ text: next }] },
      { title: 'Where does it belong?', lines: [{ text: `causes of ${PLACES[Number(upper[4])] ?? 'another kind'}` }] },
    ],
  };
}

/** @returns every code, for a message about one that is none. */
export function causeCodes(): readonly string[] {
  return [...KIND_OF.keys()];
}

/** @returns what a rule of the audit asks, why, and what to do about what it finds. */
export function explainAuditRule({ id, title, severity, rationale, remedy, references }: RuleInfo, check: string): Explanation {
  const told = references.map(({ name, url }) => ({ text: url === undefined ? name : `${name}: ${url}` }));
  return {
    format: 'dtrace-path-explanation/1',
    kind: 'audit rule',
    subject: id,
    summary: `${title} (${severity}).`,
    sections: [
      { title: 'Why does it matter?', lines: [{ text: rationale }] },
      { title: 'How is it checked?', lines: [{ text: check }] },
      { title: 'What to do', lines: [{ text: remedy }] },
      ...(told.length === 0 ? [] : [{ title: 'References', lines: told }]),
    ],
  };
}
