import type { Audit, RuleNote, Undetermined } from '../model/audit.js';
import { OutOfBudget, withGrounds, type Machine } from '../datapath/index.js';
import { ANALYSES } from './analyses/index.js';
import { checkFact } from './checks/fact.js';
import { checkPath } from './checks/path.js';
import { some } from './checks/words.js';
import { coverageOf } from './coverage.js';
import { findExposures } from './exposures.js';
import { compareText, groupPossible, groupProofs, type FindingDraft } from './group.js';
import { RuleError } from './rules/error.js';
import { lackingFor, worstOf } from './needs.js';
import { rankOf, type CheckResult } from './proof.js';
import type { AuditRule } from './rules/rule.js';
import { infoOf } from './rules/info.js';
import { Survey } from './survey/survey.js';
import { topologyOf } from './topology.js';
import { wantedFor } from './wanted.js';

/** An audit with what the model needs to try the remedies. */
export interface AuditDraft {
  readonly audit: Audit;
  readonly drafts: readonly FindingDraft[];
  readonly survey: Survey;
}

/** What a rule finds; where there is more to walk than is walked for one audit, that is a doubt. */
function evaluateWithin(rule: AuditRule, survey: Survey): CheckResult {
  try {
    return evaluate(rule, survey);
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return { proofs: [], doubts: [error.message] };
  }
}

function evaluate(rule: AuditRule, survey: Survey): CheckResult {
  const { check } = rule;
  switch (check.kind) {
    case 'path':
      return checkPath(rule, check, survey);
    case 'fact':
      return checkFact(rule, check, survey);
    case 'analysis': {
      const analysis = ANALYSES.get(check.name);
      if (analysis === undefined)
        throw new RuleError(`rule ${rule.id} names analysis ${check.name}; there are ${[...ANALYSES.keys()].join(', ')}`);
      return analysis(survey, rule);
    }
  }
}

/** One cause, one reason: doubts that end alike (`web 80/tcp from lan: …`) are told once, with all that they are about. */
function gathered(doubts: readonly string[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const doubt of doubts) {
    const at = doubt.indexOf(': ');
    const about = at < 0 ? '' : doubt.slice(0, at);
    const reason = at < 0 ? doubt : doubt.slice(at + 2);
    byReason.set(reason, [...(byReason.get(reason) ?? []), about]);
  }
  return [...byReason].map(([reason, abouts]) => (abouts[0] === '' ? reason : `${some(abouts)}: ${reason}`));
}

/** Worst first; equals in the order of rule, then of first object. */
function compareFindings(a: FindingDraft, b: FindingDraft): number {
  const bySeverity = rankOf(a.finding.severity) - rankOf(b.finding.severity);
  if (bySeverity !== 0) return bySeverity;
  const byProof = Number(a.finding.possible !== undefined) - Number(b.finding.possible !== undefined);
  if (byProof !== 0) return byProof;
  return compareText(a.finding.rule, b.finding.rule) || compareText(a.finding.objects[0]?.name ?? '', b.finding.objects[0]?.name ?? '');
}

/**
 * Holds rules against a host.
 * @param rules of distinct ids, in the order in which they are to be told.
 * @throws RuleError where a rule names an analysis that there is not.
 */
export function auditMachine(machine: Machine, rules: readonly AuditRule[]): AuditDraft {
  const survey = new Survey(machine);
  const drafts: FindingDraft[] = [];
  const undetermined: Undetermined[] = [];
  const passed: RuleNote[] = [];
  const absent: RuleNote[] = [];
  for (const rule of rules) {
    const result = evaluateWithin(rule, survey);
    const { id, title } = rule;
    // what was not there to look at is neither passed nor out of the question
    const lacking = lackingFor(rule, survey);
    const reasons = gathered(result.doubts);
    const possible = result.possible ?? [];
    for (const draft of [...groupProofs(rule, result.proofs), ...groupPossible(rule, possible)]) drafts.push(draft);
    if (reasons.length + lacking.length > 0) undetermined.push({ rule: id, title, severity: worstOf(rule), reasons, lacking });
    else if (result.notApplicable !== undefined) absent.push({ rule: id, title, note: result.notApplicable });
    else if (result.proofs.length + possible.length === 0) passed.push({ rule: id, title, note: result.note ?? '' });
  }
  const sorted = drafts.sort(compareFindings);
  const exposures = findExposures(survey);
  const audit: Audit = {
    format: 'dtrace-path-audit/1',
    meta: machine.host.meta,
    ...withGrounds(machine.host),
    coverage: coverageOf(survey),
    topology: topologyOf(survey),
    exposures,
    findings: sorted.map((draft) => draft.finding),
    undetermined,
    wanted: wantedFor(undetermined),
    disabled: [],
    accepted: [],
    passed,
    notApplicable: absent,
    suppressed: [],
    suppressionNotes: [],
    rules: rules.map(infoOf),
  };
  return { audit, drafts: sorted, survey };
}
