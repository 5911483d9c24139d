import { notApplicable, type CheckResult, type Proof } from '../proof.js';
import { fill } from '../../command/index.js';
import type { AuditRule, FactCheck } from '../rules/rule.js';
import type { Survey } from '../survey/survey.js';
import { subjectsOf, type FactValue, type Subject } from './facts.js';

type Condition = FactCheck['where'][number];

/** A pattern of the `matches` condition: `*` stands for any run of characters, all else for itself. */
export function globMatches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function holdsFor(values: readonly FactValue[], is: Condition['is'], wanted: FactValue | undefined): boolean {
  switch (is) {
    case 'equal':
      return values.length === 1 && values[0] === wanted;
    case 'not-equal':
      return values.length === 1 && values[0] !== wanted;
    case 'includes':
      return values.some((v) => v === wanted);
    case 'matches':
      return typeof wanted === 'string' && values.some((v) => globMatches(wanted, String(v)));
    case 'absent':
      return values.length === 0;
    case 'at-least':
      return values.some((v) => typeof v === 'number' && typeof wanted === 'number' && v >= wanted);
    case 'at-most':
      return values.some((v) => typeof v === 'number' && typeof wanted === 'number' && v <= wanted);
  }
}

function holds(values: readonly FactValue[], { is, value, values: any }: Condition): boolean {
  return any === undefined ? holdsFor(values, is, value) : any.some((wanted) => holdsFor(values, is, wanted));
}

function proofOf(check: FactCheck, survey: Survey, subject: Subject): Proof {
  const { object } = subject;
  const shownValue = check.where.flatMap((c) => subject.values(c.field)).at(-1);
  const values = new Map([
    ['name', object.name],
    ['netns', subject.netns],
    ...(shownValue === undefined ? [] : [['value', String(shownValue)] as const]),
  ]);
  const container = survey.host.containers.find((c) => c.name === object.container);
  const reached = check.reached === undefined || container === undefined ? undefined : survey.reachedFromOutside(container);
  const detail = check.detail?.replace(/\{(\w+)\}/g, (whole, key: string) => values.get(key) ?? whole);
  const by = reached === undefined ? undefined : `reached from ${reached.from} at ${reached.request.to}:${reached.request.dport}`;
  const words = [detail, by].filter((text) => text !== undefined).join('; ');
  return {
    object: { ...object, ...(words === '' ? {} : { detail: words }) },
    ...(reached !== undefined && check.reached !== undefined && { severity: check.reached }),
    traces: reached === undefined ? [] : [reached.trace],
    lines:
      object.origin === undefined ? [] : [{ text: subject.text, origin: object.origin, ...(detail !== undefined && { note: detail }) }],
    fixes: check.commands === undefined ? [] : [{ title: 'On this host', commands: check.commands.map((c) => fill(c, values)) }],
  };
}

/** Evaluates a fact check: every subject of which all conditions hold is an object of a finding. */
export function checkFact(_rule: AuditRule, check: FactCheck, survey: Survey): CheckResult {
  const subjects = subjectsOf(survey, check.about);
  if (subjects.length === 0) return notApplicable(`the snapshot shows no ${check.about}`);
  const matching = subjects.filter((subject) => check.where.every((condition) => holds(subject.values(condition.field), condition)));
  return {
    proofs: matching.map((subject) => proofOf(check, survey, subject)),
    doubts: [],
    note: `${subjects.length} ${subjects.length === 1 ? check.about : `${check.about}s`} looked at`,
  };
}
