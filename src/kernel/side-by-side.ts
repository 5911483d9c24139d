import type { Step, Trace } from '../model/trace.js';
import type { Compared, Comparison, StageRow } from '../model/verification.js';
import { ruleRow, stepRow } from './compare.js';

/** Rows of a longest common subsequence: what both have stands side by side, the rest alone. */
function align(what: StageRow['what'], { predicted, kernel }: Compared): StageRow[] {
  const length: number[][] = Array.from({ length: predicted.length + 1 }, () => Array<number>(kernel.length + 1).fill(0));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = predicted.length - 1; i >= 0; i--) {
    for (let j = kernel.length - 1; j >= 0; j--) {
      length[i]![j] = predicted[i] === kernel[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const rows: StageRow[] = [];
  for (let i = 0, j = 0; i < predicted.length || j < kernel.length;) {
    const [p, k] = [predicted[i] ?? '', kernel[j] ?? ''];
    if (i < predicted.length && j < kernel.length && p === k) {
      rows.push({ what, predicted: p, kernel: k });
      i++;
      j++;
    } else if (i < predicted.length && (j >= kernel.length || at(i + 1, j) >= at(i, j + 1))) {
      rows.push({ what, predicted: p, kernel: '' });
      i++;
    } else {
      rows.push({ what, predicted: '', kernel: k });
      j++;
    }
  }
  return rows;
}

/** What a step of the trace shows as rows. */
function rowsOf(step: Step): readonly string[] {
  if (step.kind === 'table') return step.hits.map(ruleRow);
  return step.kind === 'interface' ? [stepRow(step)] : [];
}

/** Takes rows from the front of a list, up to the one that shows `row`. */
function takeUpTo(rows: StageRow[], row: string): StageRow[] {
  const found = rows.findIndex((r) => r.predicted === row);
  return found < 0 ? [] : rows.splice(0, found + 1);
}

/** @returns packets and rules of both walks in the order of the predicted one. */
export function sideBySide(trace: Trace, comparison: Comparison): readonly StageRow[] {
  const packets = align('packet', comparison.packets);
  const rules = align('rule', comparison.rules);
  const seen = trace.steps.filter((step) => step.assumed === undefined);
  const stages = seen.flatMap((step) => rowsOf(step).flatMap((row) => takeUpTo(step.kind === 'table' ? rules : packets, row)));
  return [...stages, ...packets, ...rules];
}
