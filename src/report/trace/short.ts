import { printCommands } from '../../command/index.js';
import { escapeTerminal } from '../escape.js';
import type { Trace } from '../../model/trace.js';
import type { TraceReport } from './report.js';
import { withNetworks } from './words/bridges.js';
import { capital } from './words/names.js';
import { sentenceOf } from './words/sentence.js';
import { unreadTexts } from '../unread.js';
import { missingBesides, place } from '../words.js';

/** What it comes to; what is not known is in the reason alone. */
const said = (trace: Trace): string =>
  trace.outcome === 'unknown' ? `${capital(withNetworks(trace.reason, trace.account?.bridges))}.` : sentenceOf(trace);

/** One line, for chats and scripts: who asks whom, what becomes of it, why, where that stands, and what to type. */
export const report: TraceReport = {
  render: (trace) => {
    const { flow, outcome, cause, decidedBy, remedy } = trace;
    const port = flow.dport === undefined || flow.proto === 'icmp' ? '' : `:${flow.dport}`;
    const first = remedy?.commands.every(({ words }) => words.length > 0) === true ? remedy.commands : [];
    const parts = [
      `${escapeTerminal(`${flow.from} → ${flow.to}${port}/${flow.proto}`)} ${outcome}: ${escapeTerminal(said(trace))}`,
      `[${cause.code}${decidedBy === undefined ? '' : ` ${escapeTerminal(place(decidedBy))}`}]`,
      ...(first.length === 0 ? [] : [`Try: ${printCommands(first).join(' && ')}`]),
    ];
    const grounds = [
      ...trace.assumptions.map(({ detail }) => `assumed: ${detail}`),
      ...missingBesides(trace).map((item) => `missing: ${item}`),
      ...unreadTexts(trace.unread).map((text) => text.trim()),
    ];
    const rests = grounds.length === 0 ? [] : [`(${escapeTerminal(grounds.join('; '))})`];
    return `${[...parts, ...rests].join(' ')}\n`;
  },
  many: { before: '', between: '', after: '' },
};
