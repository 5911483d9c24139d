import type { CaptureEvidence, HopEvidence } from '../../model/capture.js';
import { escapeMarkdown } from '../escape.js';
import { spanText, timeText } from '../flows/words.js';
import { arrow, place } from '../words.js';

/** @returns the section that sets a trace beside its captures. */
export function evidenceSection(evidence: CaptureEvidence): readonly string[] {
  const origin = evidence.missing?.origin ?? evidence.stopped?.origin;
  const at = origin ? ` (<code>${escapeMarkdown(place(origin))}</code>)` : '';
  const out = ['## Captures', `**${evidence.verdict}**: ${escapeMarkdown(evidence.text)}${at}`];
  if (evidence.contradictions.length > 0) out.push(evidence.contradictions.map((text) => `- ⚠ ${escapeMarkdown(text)}`).join('\n'));
  const rows = evidence.hops.map(row);
  if (rows.length > 0) out.push(['| Hop | Packet | Captured |', '| --- | --- | --- |', ...rows].join('\n'));
  return out;
}

function row({ predicted, seen, status, at, after, packets }: HopEvidence): string {
  const where = `${predicted.reply ? '← ' : ''}${predicted.netns} ${predicted.iface} ${predicted.dir}`;
  const when = at === undefined ? '' : `${timeText(at)}${after === undefined ? '' : ` (+${spanText(after)})`}, ${packets ?? 0}×`;
  const told = status === 'seen' ? `✓ ${when}` : status === 'not-seen' ? '**✗ not seen**' : 'no capture here';
  return `| ${escapeMarkdown(where)} | ${escapeMarkdown(arrow(seen ?? predicted))} | ${told} |`;
}
