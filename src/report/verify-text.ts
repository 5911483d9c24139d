import pc from 'picocolors';
import type { StageRow, Unproven, Verification, VerifiedFlow } from '../model/verification.js';
import { escapeTerminal } from './escape.js';
import { hostGroundTexts } from './unread.js';
import { question } from './words.js';

type Colors = ReturnType<typeof pc.createColors>;

/** Wider texts are told one under the other. */
const COLUMN = 74;

function rowLines(row: StageRow, width: number, colors: Colors): string[] {
  const [left, right] = [escapeTerminal(row.predicted), escapeTerminal(row.kernel)];
  const what = row.what.padEnd(6);
  if (left === right) return [`  = ${colors.dim(what)} ${left}`];
  const both = [left === '' ? '(not predicted)' : left, right === '' ? '(the kernel shows none)' : right];
  if (both.every((text) => text.length <= width)) return [colors.red(`  ≠ ${what} ${both[0]!.padEnd(width)} | ${both[1]!}`)];
  return [colors.red(`  ≠ ${what} predicted  ${both[0]!}`), colors.red(`           kernel     ${both[1]!}`)];
}

function flowLines(flow: VerifiedFlow, colors: Colors): string[] {
  const { outcome, agrees } = flow.comparison;
  const told = outcome.detail === undefined ? '' : ` (${escapeTerminal(outcome.detail)})`;
  const open = flow.open === undefined ? [] : [`    open     ${escapeTerminal(flow.open)}`];
  const good = flow.open === undefined ? 'agrees' : 'open; the kernel goes one of the ways told';
  const verdict = agrees ? colors.green(good) : colors.red('DISAGREES');
  const widest = Math.max(0, ...flow.stages.filter((s) => s.predicted !== s.kernel).flatMap((s) => [s.predicted.length, 16]));
  return [
    `${colors.bold(escapeTerminal(question(flow.flow)))}: ${verdict}`,
    ...open,
    `  ${outcome.agrees ? '=' : '≠'} outcome  predicted ${outcome.predicted}: ${escapeTerminal(flow.reason)}`,
    `             kernel    ${outcome.kernel}${told}`,
    ...flow.stages.flatMap((row) => rowLines(row, Math.min(COLUMN, widest), colors)),
  ];
}

function list(title: string, items: readonly Unproven[]): string[] {
  return items.length === 0 ? [] : ['', title, ...items.map((item) => `  ${escapeTerminal(item.what)}: ${escapeTerminal(item.why)}`)];
}

/** What neither the prediction nor the twin rests on. */
function groundLines(verification: Verification): string[] {
  const grounds = hostGroundTexts(verification);
  return grounds.length === 0 ? [] : [...grounds.map(escapeTerminal), ''];
}

/** @returns both walks of every flow, side by side, and what could not be put to the proof. */
export function renderVerification(verification: Verification, options: { readonly color: boolean }): string {
  const colors = pc.createColors(options.color);
  const { flows, gaps, untried, kernel } = verification;
  const agreeing = flows.filter((f) => f.comparison.agrees).length;
  const open = flows.filter((flow) => flow.open !== undefined).length;
  const hangs = open === 0 ? '' : `; ${open} of them open: what decides is not in the snapshot`;
  const lines = [
    ...flows.flatMap((flow) => [...flowLines(flow, colors), '']),
    ...groundLines(verification),
    `${agreeing} of ${flows.length} flows agree with ${escapeTerminal(kernel === '' ? 'the kernel' : kernel)}${hangs}`,
    ...list('Not tried:', untried),
    ...list('Not rebuilt:', gaps),
  ];
  return `${lines.join('\n')}\n`;
}
