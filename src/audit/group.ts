import type { EvidenceLine, Finding, FindingObject, OpenCause, Severity } from '../model/audit.js';
import type { Command } from '../model/command.js';
import type { Trace } from '../model/trace.js';
import { fingerprint } from './fingerprint.js';
import { rankOf, type Fix, type PossibleProof, type Proof } from './proof.js';
import { mergeFixes } from './remedy/close.js';
import type { AuditRule } from './rules/rule.js';

/** A finding with what the model needs to try its remedy. */
export interface FindingDraft {
  readonly finding: Finding;
  readonly commands: readonly Command[];
  /** Every path that the finding is about. */
  readonly paths: readonly Trace[];
}

/** Objects named twice (a port of both families) become one, with the evidence of both. */
function mergeObjects(proofs: readonly Proof[]): readonly Proof[] {
  const merged = new Map<string, Proof>();
  for (const proof of proofs) {
    const key = `${proof.object.kind} ${proof.object.name}`;
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? proof
        : {
            ...known,
            traces: [...known.traces, ...proof.traces],
            lines: [...known.lines, ...proof.lines],
            fixes: [...known.fixes, ...proof.fixes],
          },
    );
  }
  return [...merged.values()];
}

function uniqueTraces(proofs: readonly Proof[]): readonly Trace[] {
  return [...new Set(proofs.flatMap((p) => p.traces))];
}

function uniqueLines(proofs: readonly Proof[]): readonly EvidenceLine[] {
  const byPlace = new Map<string, EvidenceLine>();
  for (const line of proofs.flatMap((p) => p.lines))
    byPlace.set(`${line.origin.file}:${line.origin.line} ${line.text} ${line.note ?? ''}`, line);
  return [...byPlace.values()];
}

/** What was only possible is another finding than what is proved: a baseline that knows the one does not know the other. */
function objectsOf(rule: AuditRule, proofs: readonly Proof[], isPossible: boolean): readonly FindingObject[] {
  const mark = isPossible ? ['possible'] : [];
  const objects = proofs.map(({ object }) => ({ ...object, fingerprint: fingerprint(rule.id, object.kind, object.name, ...mark) }));
  return objects.sort((a, b) => compareText(a.name, b.name));
}

/** Orders by code unit: the same on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function draftOf(rule: AuditRule, severity: Severity, cause: string, proofs: readonly Proof[], possible?: OpenCause): FindingDraft {
  const merged = mergeObjects(proofs);
  const fixes: readonly Fix[] = mergeFixes(merged.flatMap((p) => p.fixes));
  const notes = [...new Set(merged.flatMap((p) => (p.why === undefined ? [] : [p.why])))];
  const finding: Finding = {
    rule: rule.id,
    severity,
    title: merged.find((p) => p.title !== undefined)?.title ?? rule.title,
    objects: objectsOf(rule, merged, possible !== undefined),
    evidence: { traces: uniqueTraces(merged), lines: uniqueLines(merged) },
    why: [...notes, rule.rationale].join(' '),
    remedy: { text: rule.remedy, steps: fixes.map(({ title, commands }) => ({ title, commands })) },
    references: rule.references,
    fingerprint: fingerprint(rule.id, severity, cause, ...(possible === undefined ? [] : ['possible'])),
    ...(possible !== undefined && { possible }),
  };
  const paths = [...new Set(proofs.flatMap((p) => [...p.traces, ...(p.paths ?? [])]))];
  return { finding, commands: fixes.filter(({ tried }) => tried === true).flatMap((fix) => fix.commands), paths };
}

/** Makes findings of proofs: one for each cause and severity, worst first. */
export function groupProofs(rule: AuditRule, proofs: readonly Proof[]): readonly FindingDraft[] {
  const groups = new Map<string, Proof[]>();
  for (const proof of proofs) {
    const key = `${rankOf(proof.severity ?? rule.severity)} ${proof.cause ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), proof]);
  }
  return [...groups.values()].map((group) => draftOf(rule, group[0]?.severity ?? rule.severity, group[0]?.cause ?? '', group));
}

/** All that several objects wait for. */
function together(causes: readonly OpenCause[]): OpenCause {
  const lacking = new Map(causes.flatMap((cause) => cause.lacking).map((lack) => [lack.file, lack]));
  return { reasons: [...new Set(causes.flatMap((cause) => cause.reasons))], lacking: [...lacking.values()] };
}

/** Makes findings of what is only possible: one for each severity and cause. */
export function groupPossible(rule: AuditRule, possible: readonly PossibleProof[]): readonly FindingDraft[] {
  const groups = new Map<string, PossibleProof[]>();
  for (const proof of possible) {
    const key = `${rankOf(proof.severity ?? rule.severity)} ${proof.cause ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), proof]);
  }
  return [...groups.values()].map((group) =>
    draftOf(rule, group[0]?.severity ?? rule.severity, group[0]?.cause ?? '', group, together(group.map((proof) => proof.open))),
  );
}
