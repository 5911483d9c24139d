import { printCommands } from '../../command/index.js';
import type { Finding, FixProof, Reference } from '../../model/audit.js';
import type { Trace } from '../../model/trace.js';
import { count, place, placeOfHit } from '../words.js';
import { bullets, code, fenced, plain, table } from './markdown.js';
import { openLines } from './open-words.js';
import { asks, decisive, usedLine, wayLine } from './words.js';

/** Paths told in full; the others are counted. */
const MOST_TRACES = 3;

function objects(finding: Finding): readonly string[] {
  const rows = finding.objects.map((o) => [plain(o.name), plain(o.detail ?? ''), o.origin === undefined ? '' : code(place(o.origin))]);
  return table(['What', 'Detail', 'Where'], rows);
}

function path(trace: Trace): readonly string[] {
  const rules = decisive(trace).map((hit) => [code(hit.rule), plain(hit.verdict), code(placeOfHit(hit))]);
  return [
    `${code(asks(trace))} **${trace.outcome}**: ${plain(trace.reason)}`,
    `Its way: ${plain(wayLine(trace))}`,
    ...table(['Rule that it met', 'Verdict', 'Line'], rules),
  ];
}

function evidence({ evidence: { traces, lines } }: Finding): readonly string[] {
  if (traces.length === 0 && lines.length === 0) return [];
  const told = traces.slice(0, MOST_TRACES).flatMap(path);
  const more =
    traces.length > MOST_TRACES
      ? [
          `${count(traces.length - MOST_TRACES, 'path')} more like ${traces.length === MOST_TRACES + 1 ? 'it' : 'them'}; the JSON report has every step.`,
        ]
      : [];
  const said = table(
    ['Line', 'Says', ''],
    lines.map((l) => [code(place(l.origin)), code(l.text), plain(l.note ?? '')]),
  );
  return ['#### Evidence', ...told, ...more, ...said];
}

function flows(changes: FixProof['closed']): readonly string[] {
  return bullets(
    changes.map(
      (c) => `${code(`${c.flow.from} → ${c.flow.dst ?? c.flow.to}:${c.flow.dport ?? 0}/${c.flow.proto}`)} ${c.before}, then ${c.after}`,
    ),
  );
}

function proof(result: FixProof | undefined): readonly string[] {
  if (result === undefined) return [];
  const all = result.closed.length + result.stillOpen.length;
  const head = `Tried on the model: ${result.closed.length} of ${count(all, 'path')} closed.`;
  const others =
    result.alsoCloses.length === 0 ? `None of ${count(result.compared, 'other open flow')} is touched.` : 'It would also close:';
  return [
    `${head} ${others}`,
    ...flows(result.alsoCloses),
    ...(result.stillOpen.length === 0 ? [] : ['Still open:', ...flows(result.stillOpen)]),
  ];
}

function reference({ name, url }: Reference): string {
  return url === undefined ? plain(name) : `[${plain(name)}](${url.replace(/[()<>\s"']/g, encodeURIComponent)})`;
}

/** @returns one finding: what, why, evidence, remedy. */
export function findingBlocks(finding: Finding): readonly string[] {
  const { remedy } = finding;
  const mark = finding.isNew === true ? ' (new)' : '';
  return [
    `### ${finding.possible === undefined ? '' : 'Possible '}${finding.severity.toUpperCase()}: ${plain(finding.title)}${mark}`,
    `Rule ${code(finding.rule)}`,
    ...objects(finding),
    plain(finding.why),
    ...evidence(finding),
    ...(finding.possible === undefined ? [] : ['**Not decided.**', ...bullets(openLines(finding.possible).map(plain))]),
    ...(finding.used === undefined ? [] : [`**Captures.** ${plain(usedLine(finding.used))}`]),
    '#### Remedy',
    plain(remedy.text),
    ...remedy.steps.flatMap((step) => [`${plain(step.title)}:`, fenced(printCommands(step.commands), 'sh')]),
    ...proof(remedy.proof),
    ...(finding.references.length === 0 ? [] : [`References: ${finding.references.map(reference).join(', ')}`]),
  ];
}

/** @returns a finding that the baseline has: its title, and the rest folded. */
export function foldedBlocks(finding: Finding): readonly string[] {
  const [title = '', ...rest] = findingBlocks(finding);
  return [`${title} (known)`, '<details><summary>Known from the baseline</summary>', ...rest, '</details>'];
}
