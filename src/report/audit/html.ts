import { Marked, type Tokens } from 'marked';
import { SEVERITIES, type Audit } from '../../model/audit.js';
import { escapeHtml } from '../escape.js';
import { STYLE } from './html-style.js';
import { partsOf, type ReportPart } from './parts.js';
import type { AuditReport } from './report.js';
import { arrowHead, hopStrip, topologyDrawing } from './svg.js';
import { hostName } from './words.js';

/** What the Markdown of these reports itself writes as HTML; anything else came from the snapshot, and is shown as text. */
const OWN_TAGS: ReadonlySet<string> = new Set(['<code>', '</code>', '<br>', '<!-- -->']);

/** More drawings of one finding than this tell nothing new. */
const MOST_DRAWINGS = 3;

function safeLink({ href, text }: Tokens.Link, inner: string): string {
  return /^(?:https:\/\/|#)/.test(href) ? `<a href="${escapeHtml(href)}">${inner}</a>` : escapeHtml(text);
}

function renderer(): Marked {
  return new Marked({
    gfm: true,
    async: false,
    renderer: {
      html: ({ text }) => (OWN_TAGS.has(text.trim()) ? text : escapeHtml(text)),
      image: ({ text }) => escapeHtml(text),
      link(token) {
        return safeLink(token, this.parser.parseInline(token.tokens));
      },
    },
  });
}

function render(marked: Marked, blocks: readonly string[]): string {
  const html = marked.parse(blocks.join('\n\n'), { async: false });
  return html.replaceAll('<table>', '<div class="scroll"><table>').replaceAll('</table>', '</table></div>');
}

/** @returns class names for containers; names themselves may be anything. */
function classesOf(audit: Audit): ReadonlyMap<string, string> {
  const names = new Set(audit.findings.flatMap((f) => f.objects.flatMap((o) => o.container ?? [])));
  return new Map([...names].sort((a, b) => (a < b ? -1 : 1)).map((name, index) => [name, `c${index}`]));
}

/** Filters without script: each is a rule of style that a box switches. */
function filterStyle(classes: ReadonlyMap<string, string>): string {
  const bySeverity = SEVERITIES.map((s) => `body:has(#f-${s}:not(:checked)) section.finding.${s}{display:none}`);
  const byContainer = [...classes.values()].map((c) => `body:has(#f-${c}:checked) section.finding:not(.${c}){display:none}`);
  return [...bySeverity, ...byContainer].join('\n');
}

function filters(audit: Audit, classes: ReadonlyMap<string, string>): string {
  if (audit.findings.length === 0) return '';
  const present = SEVERITIES.filter((s) => audit.findings.some((f) => f.severity === s));
  const boxes = present.map((s) => `<label class="${s}"><input type="checkbox" id="f-${s}" checked> ${s}</label>`);
  const radio = (id: string, name: string, checked: boolean): string =>
    `<label><input type="radio" name="container" id="f-${id}"${checked ? ' checked' : ''}> ${escapeHtml(name)}</label>`;
  const containers = [radio('all', 'all', true), ...[...classes].map(([name, id]) => radio(id, name, false))];
  return `<fieldset class="filter"><legend>Severity</legend>${boxes.join('')}</fieldset><fieldset class="filter"><legend>Container</legend>${containers.join('')}</fieldset>`;
}

function section(part: ReportPart, marked: Marked, classes: ReadonlyMap<string, string>, extra: string): string {
  const { finding } = part;
  const html = render(marked, part.blocks);
  if (finding === undefined) return `<section id="${part.id}">${html}${extra}</section>`;
  const names = ['finding', finding.severity, ...finding.containers.map((c) => classes.get(c) ?? '')].join(' ');
  const drawings = finding.traces.slice(0, MOST_DRAWINGS).map((trace) => `<figure>${hopStrip(trace)}</figure>`);
  return `<section id="${part.id}" class="${names}">${html.replace('<h4>Remedy', `${drawings.join('')}<h4>Remedy`)}</section>`;
}

function extraOf(part: ReportPart, audit: Audit, classes: ReadonlyMap<string, string>): string {
  if (part.id === 'exposure') return `<figure>${topologyDrawing(audit)}</figure>`;
  return part.id === 'findings' ? filters(audit, classes) : '';
}

/** One page that needs nothing else: no network, no script. Made of the Markdown report, with every path drawn. */
export const report: AuditReport = (audit) => {
  const classes = classesOf(audit);
  const marked = renderer();
  const body = partsOf(audit).map((part) => section(part, marked, classes, extraOf(part, audit, classes)));
  return [
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Network audit of ${escapeHtml(hostName(audit))}</title>
<style>${STYLE}${filterStyle(classes)}
</style>
</head>
<body>
${arrowHead()}
<main>
${body.join('\n')}
</main>
</body>
</html>
`,
  ];
};
