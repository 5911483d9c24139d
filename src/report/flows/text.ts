import pc from 'picocolors';
import type { FlowEnd, FlowOutcome, FlowsDocument, JudgedFlow } from '../../model/capture.js';
import { escapeTerminal } from '../escape.js';
import type { FlowsReport } from './report.js';
import { clock, fateText, spanText, wayText } from './words.js';
import { hostGroundTexts } from '../unread.js';
import { endpoint } from '../words.js';

const GOOD: ReadonlySet<FlowOutcome> = new Set(['established', 'joined']);

/** For people: one conversation a paragraph, with the interfaces that it crossed. */
export const report: FlowsReport = function* (document, { color }) {
  const c = pc.createColors(color);
  const time = clock();
  const tell = teller(c);
  let count = 0;
  for (const flow of document.flows) {
    count++;
    yield tell(flow, time(flow.first));
  }
  yield `${summary(document, count)}\n`;
  for (const { problem } of document.sources) if (problem !== undefined) yield `${c.red(escapeTerminal(problem))}\n`;
  for (const text of hostGroundTexts(document)) yield `${escapeTerminal(text)}\n`;
};

/** Most names and addresses are plain: that is told faster than every character is replaced. */
const PLAIN = /^[\x20-\x7e→µ]*$/;

function safe(text: string): string {
  return PLAIN.test(text) ? text : escapeTerminal(text);
}

/** @returns `safe` for texts that come again and again: names, addresses, ways. */
function safeAgain(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let shown = known.get(text);
    if (shown === undefined) known.set(text, (shown = safe(text)));
    return shown;
  };
}

type Paint = ReturnType<typeof pc.createColors>;

/** @returns what tells one flow after the other, given its first time. */
function teller(c: Paint): (flow: JudgedFlow, time: string) => string {
  const again = safeAgain();
  const end = ({ ip, port, name }: FlowEnd): string =>
    name === undefined ? endpoint(again(ip), port) : `${again(name)} (${endpoint(again(ip), port)})`;
  return (flow, time) => {
    const paint = GOOD.has(flow.outcome) ? c.green : c.red;
    const ends = `${end(flow.client)} → ${end(flow.server)}`;
    const size = `${flow.packets} packets, ${flow.bytes} bytes, ${spanText(flow.last - flow.first)}`;
    const back = wayText(flow.hops, true);
    // one text after the other: a list of lines costs as much again as the lines
    let text = `${time} ${flow.proto} ${ends} ${c.bold(paint(flow.outcome))} (${size})\n  ${safe(fateText(flow))}`;
    text += `\n  seen at ${again(wayText(flow.hops, false))}\n`;
    if (back !== '') text += `  answer at ${again(back)}\n`;
    for (const reason of flow.impossible ?? []) text += `  ${c.red('not as the snapshot has it:')} ${safe(reason)}\n`;
    return text;
  };
}

function summary({ sources, counts, unexplainedOnly }: FlowsDocument, flows: number): string {
  const read = `${counts.packets} packets of ${sources.length} ${sources.length === 1 ? 'capture' : 'captures'}`;
  const what = unexplainedOnly ? `${flows} flows that the snapshot rules out` : `${flows} flows`;
  const rest = [
    [counts.other, 'not IP'],
    [counts.malformed, 'malformed'],
    [counts.control, 'neighbour discovery and the like'],
    [counts.strayFragments, 'fragments without their first'],
    [counts.strayErrors, 'ICMP errors about packets not captured'],
  ] as const;
  const told = rest.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return `${what} in ${read}${told.length > 0 ? ` (besides: ${told.join(', ')})` : ''}`;
}
