import { printCommands } from '../../../command/index.js';
import type { EvidenceLine, Finding, FindingObject, FindingRemedy, FixProof, Reference } from '../../../model/audit.js';
import type { Outcome, Trace } from '../../../model/trace.js';
import { count, place, placeOfHit } from '../../words.js';
import { openLines, severityOf } from '../open-words.js';
import { anchor } from '../parts.js';
import { asks, decisive, hopsOf, usedLine, wayLine } from '../words.js';
import { code, folded, list, listOfMany, text } from './text.js';

const MOST_OBJECTS = 6;
const MOST_LINES = 4;
const MOST_COMMANDS = 8;

function objectItem({ name, detail, origin }: FindingObject): string {
  return `<b>${text(name)}</b>${detail === undefined ? '' : ` ${text(detail)}`}${origin === undefined ? '' : ` ${code(place(origin))}`}`;
}

const ENDS: Readonly<Record<Outcome, string>> = {
  connected: 'bad',
  'leaves-host': 'bad',
  refused: 'good',
  unreachable: 'good',
  timeout: 'good',
  unknown: 'open',
};

/** A path as a strip of its stops; it goes on in the next row where there is no room. */
function strip(trace: Trace): string {
  const { flow } = trace;
  const stop = (title: string, sub: string, look = ''): string =>
    `<li${look === '' ? '' : ` class="${look}"`}>${text(title)}${sub === '' ? '' : `<small>${text(sub)}</small>`}</li>`;
  const hops = hopsOf(trace).map((hop) => stop(`${hop.netns} ${hop.iface}`.trim(), hop.note ?? ''));
  const asked = flow.dport === undefined ? flow.proto : `${flow.dport}/${flow.proto} asked for`;
  const from = stop(flow.from, flow.src === flow.from ? 'outside' : (flow.src ?? ''));
  return `<ol class="way">${from}${hops.join('')}${stop(trace.outcome, asked, ENDS[trace.outcome])}</ol>`;
}

function pathHtml(trace: Trace): string {
  const rules = decisive(trace).map((hit) => `${code(hit.rule)} ⇒ ${text(hit.verdict)} <small>${text(placeOfHit(hit))}</small>`);
  return `<p>${code(asks(trace))} <b>${trace.outcome}</b>: ${text(trace.reason)}</p>${strip(trace)}${list(rules)}`;
}

/** Of many paths one is drawn; each of the others is a line. */
function proof(traces: readonly Trace[], lines: readonly EvidenceLine[]): string {
  const [first, ...others] = traces;
  const more = others.map((trace) => `${code(asks(trace))} <b>${trace.outcome}</b> <small>${text(wayLine(trace))}</small>`);
  const said = lines.map(
    ({ text: line, origin, note }) => `${code(line)} <small>${text(place(origin))}</small>${note === undefined ? '' : ` ${text(note)}`}`,
  );
  const path = first === undefined ? '' : pathHtml(first);
  return `${path}${folded(`${count(more.length, 'path')} more`, list(more, 'objects'))}${listOfMany(said, MOST_LINES, 'lines')}`;
}

function commandsHtml(commands: readonly string[]): string {
  const block = (some: readonly string[]): string => `<pre><code>${some.map(text).join('\n')}</code></pre>`;
  if (commands.length <= MOST_COMMANDS + 1) return block(commands);
  return `${block(commands.slice(0, MOST_COMMANDS))}${folded(`${commands.length - MOST_COMMANDS} more commands`, block(commands.slice(MOST_COMMANDS)))}`;
}

function flows(changes: FixProof['closed']): string {
  const items = changes.map(
    (c) => `${code(`${c.flow.from} → ${c.flow.dst ?? c.flow.to}:${c.flow.dport ?? 0}/${c.flow.proto}`)} ${c.before}, then ${c.after}`,
  );
  return listOfMany(items, MOST_LINES, 'flows');
}

function tried(result: FixProof | undefined): string {
  if (result === undefined) return '';
  const all = result.closed.length + result.stillOpen.length;
  const others =
    result.alsoCloses.length === 0
      ? `None of ${count(result.compared, 'other open flow')} is touched.`
      : `It would also close:${flows(result.alsoCloses)}`;
  const still = result.stillOpen.length === 0 ? '' : `Still open:${flows(result.stillOpen)}`;
  // a paragraph cannot hold a list
  const element = result.alsoCloses.length + result.stillOpen.length === 0 ? 'p' : 'div';
  return `<${element}>Tried on the model: ${result.closed.length} of ${count(all, 'path')} closed. ${others}${still}</${element}>`;
}

function remedyHtml({ text: words, steps, proof: result }: FindingRemedy): string {
  const told = steps.map((step) => `<p>${text(step.title)}:</p>${commandsHtml(printCommands(step.commands))}`);
  return `<p>${text(words)}</p>${told.join('')}${tried(result)}`;
}

function referenceHtml({ name, url }: Reference): string {
  return url?.startsWith('https://') === true ? `<a href="${text(url)}">${text(name)}</a>` : text(name);
}

function markOf({ isNew }: Finding): string {
  if (isNew === undefined) return '';
  return isNew ? '<span class="mark new">new</span>' : '<span class="mark">known</span>';
}

/** @returns one finding: its line, and what opens below it. Those to act on are open, and what the baseline lacks. */
export function findingHtml(finding: Finding): string {
  const { severity, title, rule, objects, evidence, possible, used, remedy, references } = finding;
  const isOpen = severity === 'critical' || severity === 'high' ? finding.isNew !== false : finding.isNew === true;
  const block = (heading: string, body: string): string => (body === '' ? '' : `<h4>${heading}</h4>${body}`);
  const body = [
    `<p>${text(finding.why)} <small>Rule ${code(rule)}</small></p>`,
    block('What', listOfMany(objects.map(objectItem), MOST_OBJECTS, 'like these', 'objects')),
    block(possible === undefined ? 'Proof' : 'Seen', proof(evidence.traces, evidence.lines)),
    possible === undefined ? '' : block('Not decided', list(openLines(possible).map(text))),
    used === undefined ? '' : block('Captures', `<p>${text(usedLine(used))}</p>`),
    block('Remedy', remedyHtml(remedy)),
    references.length === 0 ? '' : `<p><small>References: ${references.map(referenceHtml).join(', ')}</small></p>`,
  ];
  return `<article class="finding ${severity}" data-find><details${isOpen ? ' open' : ''}><summary><h3><span class="badge">${text(severityOf(finding).toUpperCase())}</span> ${text(title)}</h3> <span class="n">${count(objects.length, 'object')}</span>${markOf(finding)}</summary><div class="body" id="${anchor(finding)}">${body.join('')}</div></details></article>`;
}
