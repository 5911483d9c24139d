import pc from 'picocolors';
import type { CaptureEvidence, HopEvidence } from '../../model/capture.js';
import { escapeTerminal } from '../escape.js';
import { endText, spanText, timeText } from '../flows/words.js';
import { arrow, place } from '../words.js';

type Colors = ReturnType<typeof pc.createColors>;

const MARK: Readonly<Record<HopEvidence['status'], string>> = { seen: '✓', 'not-seen': '✗', 'not-observable': '·' };

/** @returns the lines that set a trace beside its captures: contradictions first, then every predicted hop. */
export function evidenceLines(evidence: CaptureEvidence, color: boolean): readonly string[] {
  const c = pc.createColors(color);
  const loud = evidence.verdict === 'contradicted';
  const paint = loud ? c.red : evidence.verdict === 'confirmed' ? c.green : c.yellow;
  const lines = [
    `Captures: ${c.bold(paint(loud ? 'CONTRADICTED' : evidence.verdict))}: ${escapeTerminal(evidence.text)}${origin(evidence, c)}`,
  ];
  for (const text of evidence.contradictions) lines.push(`  ${c.red('!!')} ${escapeTerminal(text)}`);
  const width = Math.max(0, ...evidence.hops.map(({ predicted }) => whereText(predicted).length));
  for (const hop of evidence.hops) lines.push(`  ${hopLine(hop, width, c)}`);
  for (const text of flowLines(evidence)) lines.push(`  ${escapeTerminal(text)}`);
  for (const { problem } of evidence.sources) if (problem !== undefined) lines.push(`  ${c.red(escapeTerminal(problem))}`);
  return lines;
}

function origin({ missing, stopped }: CaptureEvidence, c: Colors): string {
  const at = missing?.origin ?? stopped?.origin;
  return at ? ` ${c.dim(`[${escapeTerminal(place(at))}]`)}` : '';
}

function whereText({ netns, iface, dir, reply }: HopEvidence['predicted']): string {
  return escapeTerminal(`${reply ? '← ' : ''}${netns} ${iface} ${dir}`);
}

function hopLine(
  { predicted, seen, ifaceUntold, status, packets = 0, at, after, retransmissions = 0 }: HopEvidence,
  width: number,
  c: Colors,
): string {
  const where = whereText(predicted).padEnd(width);
  const mark = status === 'seen' ? c.green(MARK.seen) : status === 'not-seen' ? c.red(MARK['not-seen']) : c.dim(MARK['not-observable']);
  if (status === 'not-seen') return `${mark} ${where}  ${c.red('not seen')}`;
  if (status === 'not-observable') return `${mark} ${where}  ${c.dim('no capture here')}`;
  const when = at === undefined ? '' : timeText(at).slice(11, -1);
  const delay = after === undefined ? '' : ` (+${spanText(after)})`;
  const again = retransmissions > 0 ? `, ${retransmissions} retransmitted` : '';
  const unsure = ifaceUntold ? ', the capture does not tell the interface' : '';
  return `${mark} ${where}  ${when}${delay} ${escapeTerminal(arrow(seen ?? predicted))}, ${packets} ${packets === 1 ? 'packet' : 'packets'}${again}${unsure}`;
}

function flowLines({ shown, beyondProxy, flows }: CaptureEvidence): readonly string[] {
  if (shown === undefined) return [];
  const lines = [
    `as captured: ${endText(shown.client)} → ${endText(shown.server)} ${shown.outcome}: ${shown.text}, ${shown.packets} packets`,
  ];
  if (beyondProxy)
    lines.push(
      `the proxy's own: ${endText(beyondProxy.client)} → ${endText(beyondProxy.server)} ${beyondProxy.outcome}: ${beyondProxy.text}`,
    );
  if (flows > 1) lines.push(`the first of ${flows} connections that match; --sport N picks another`);
  return lines;
}
