import { hostGroundTexts } from '../unread.js';
import type { Matrix, MatrixResult } from '../../model/reachability.js';
import { escapeHtml } from '../escape.js';
import type { ReportOptions } from '../trace/report.js';
import type { MatrixReport } from './report.js';
import { usesInOrder, useText } from './used.js';
import { boundsText, cellText, layOut, serviceText, witnessCommand } from './layout.js';

const STYLE = `
body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem;color:#1b1f24;background:#fff}
table{border-collapse:collapse}
th,td{border:1px solid #c9d1d9;padding:.25rem .5rem;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:#f0f3f6}
.open{background:#f4a8a0}.partial{background:#fbd9a0}.unknown{background:#dccbf2}.closed{background:#d9efdc;color:#57606a}
summary{cursor:pointer}.key{padding:.1rem .5rem}small{color:#57606a}code{white-space:pre-wrap;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}thead th{background:#161b22}.open{background:#7a2a22}.partial{background:#6b4a10}.unknown{background:#4a3566}.closed{background:#17351f;color:#9da7b1}small{color:#9da7b1}th,td{border-color:#30363d}}
@media print{body{margin:0;font-size:9px}.open,.partial,.unknown,.closed{print-color-adjust:exact;-webkit-print-color-adjust:exact}tr{break-inside:avoid}}`;

const LEGEND = [
  ['open', 'every packet gets through'],
  ['partial', 'some do'],
  ['closed', 'none'],
  ['unknown', 'the snapshot does not tell'],
]
  .map(([reach, words]) => `<span class="key ${reach}">${words}</span>`)
  .join(' ');

function cell(result: MatrixResult, about: ReportOptions['about']): string {
  const at = result.decidedBy === undefined ? '' : ` <code>${escapeHtml(`${result.decidedBy.file}:${result.decidedBy.line}`)}</code>`;
  const rule = result.decidingRule === undefined ? '' : `<br><code>${escapeHtml(result.decidingRule)}</code>`;
  const rewritten = result.rewritten.map((text) => `<br>rewritten: ${escapeHtml(text)}`).join('');
  const part = boundsText(result, 40, about)
    .map((text) => `<br>${escapeHtml(text)}`)
    .join('');
  const body = `${escapeHtml(result.reason)}${at}${rule}${rewritten}${part}<br>witness: <code>${escapeHtml(witnessCommand(result, about))}</code>`;
  return `<td class="${result.reach}"><details><summary>${escapeHtml(cellText(result))}</summary>${body}</details></td>`;
}

function usedHtml(matrix: Matrix): string {
  if (matrix.used === undefined) return '';
  const uses = usesInOrder(matrix).map((use) => `<li>${escapeHtml(useText(matrix, use))}</li>`);
  if (uses.length === 0) return '<p>The captures show none of these in use.</p>';
  return `<h2>In use, as the captures show</h2><ul>${uses.join('')}</ul>`;
}

/** A heat map: red is open. One file, no script, nothing fetched. */
function render(matrix: Matrix, { about }: ReportOptions): string {
  const { columns, rows } = layOut(matrix);
  const host = matrix.meta.hostname ?? 'this host';
  const head = columns
    .map((c) => `<th scope="col" title="${escapeHtml(c.sources.map((s) => s.name).join(', '))}">${escapeHtml(c.title)}</th>`)
    .join('');
  const body = rows
    .map(
      ({ service, results }) =>
        `<tr><th scope="row">${escapeHtml(service.name)}<br><small>${escapeHtml(serviceText(service))}</small></th>${results.map((one) => cell(one, about)).join('')}</tr>`,
    )
    .join('\n');
  const notes = [...matrix.notes, ...hostGroundTexts(matrix)].map((note) => `<p>${escapeHtml(note)}</p>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Who reaches what on ${escapeHtml(host)}</title><style>${STYLE}</style></head>
<body><h1>Who reaches what on ${escapeHtml(host)}</h1>
<p>Rows are services, columns are sources that fare alike. Open a cell for its reason, the deciding rule and a flow that shows it.</p>
<p>${LEGEND}</p>
<table><thead><tr><th scope="col">Service</th>${head}</tr></thead><tbody>
${body}
</tbody></table>${usedHtml(matrix)}${notes}</body></html>
`;
}

export const report: MatrixReport = { render: (matrix, options) => [render(matrix, options)] };
