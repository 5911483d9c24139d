import { hostGroundTexts } from '../unread.js';
import { place } from '../words.js';
import type { Matrix, MatrixResult } from '../../model/reachability.js';
import { escapeHtml } from '../escape.js';
import type { ReportOptions } from '../trace/report.js';
import type { MatrixReport } from './report.js';
import { usesInOrder, useText } from './used.js';
import { boundsText, cellText, distanceOf, layOut, serviceText, witnessCommand, type Distance, type MatrixLayout } from './layout.js';

const STYLE = `
body{font:14px/1.4 system-ui,sans-serif;margin:1.5rem;color:#1b1f24;background:#fff}
.sheet{overflow:auto;max-height:85vh;border:1px solid #c9d1d9}
table{border-collapse:separate;border-spacing:0}
th,td{border-right:1px solid #c9d1d9;border-bottom:1px solid #c9d1d9;padding:.25rem .5rem;text-align:left;vertical-align:top}
thead th{position:sticky;top:0;background:#f0f3f6;z-index:1}
th:first-child{position:sticky;left:0;background:#f0f3f6}thead th:first-child{z-index:2}
.closed{color:#57606a}.across{background:#fbe3b5}.outside{background:#f4a8a0;color:#1b1f24}.unknown{background:#dccbf2}
summary{cursor:pointer;white-space:nowrap}td:has(details[open]){min-width:16rem;max-width:28rem}
.key{display:inline-block;margin:.1rem 0;padding:.1rem .5rem;border:1px solid #c9d1d9}.sum{font-size:1.15em;font-weight:600}thead th{white-space:nowrap}small{color:#57606a}code{white-space:pre-wrap;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}thead th,th:first-child{background:#161b22}.closed{color:#9da7b1}.across{background:#5c3f0c}.outside{background:#7a2a22;color:#e6edf3}.unknown{background:#4a3566}small{color:#9da7b1}th,td,.sheet,.key{border-color:#30363d}}
@media(max-width:40rem){body{margin:.75rem}th:first-child{min-width:8.5rem;max-width:9rem;overflow-wrap:anywhere}}
@media print{body{margin:0;font-size:9px}summary,thead th{white-space:normal}.sheet{overflow:visible;max-height:none}thead th,th:first-child{position:static}.across,.outside,.unknown{print-color-adjust:exact;-webkit-print-color-adjust:exact}tr{break-inside:avoid}}`;

const LEGEND = [
  ['outside', 'reached from outside'],
  ['across', 'reached from another network'],
  ['within', 'reached from its own network, or by the host'],
  ['closed', '- not reached'],
  ['unknown', '? the snapshot does not tell'],
]
  .map(([look, words]) => `<span class="key ${look}">${words}</span>`)
  .join(' ');

/** What a cell looks like: red is for outsiders alone, so that the eye finds it. */
function lookOf({ reach }: MatrixResult, distance: Distance): string {
  return reach === 'closed' || reach === 'unknown' ? reach : distance;
}

function cell(result: MatrixResult, distance: Distance, about: ReportOptions['about']): string {
  const at = result.decidedBy === undefined ? '' : ` <code>${escapeHtml(place(result.decidedBy))}</code>`;
  const rule = result.decidingRule === undefined ? '' : `<br><code>${escapeHtml(result.decidingRule)}</code>`;
  const rewritten = result.rewritten.map((text) => `<br>rewritten: ${escapeHtml(text)}`).join('');
  const part = boundsText(result, 40, about)
    .map((text) => `<br>${escapeHtml(text)}`)
    .join('');
  const body = `${escapeHtml(result.reason)}${at}${rule}${rewritten}${part}<br>witness: <code>${escapeHtml(witnessCommand(result, about))}</code>`;
  return `<td class="${lookOf(result, distance)}"><details><summary>${escapeHtml(cellText(result))}</summary>${body}</details></td>`;
}

function usedHtml(matrix: Matrix): string {
  if (matrix.used === undefined) return '';
  const uses = usesInOrder(matrix).map((use) => `<li>${escapeHtml(useText(matrix, use))}</li>`);
  if (uses.length === 0) return '<p>The captures show none of these in use.</p>';
  return `<h2>In use, as the captures show</h2><ul>${uses.join('')}</ul>`;
}

/** How many services outsiders reach, in a sentence to begin with. */
function summary(matrix: Matrix, { columns, rows }: MatrixLayout): string {
  const fromOutside = rows.map(({ service, results }) =>
    results.filter((_, i) => distanceOf(matrix, columns[i]!, service) === 'outside').map(({ reach }) => reach),
  );
  const open = fromOutside.filter((cells) => cells.some((reach) => reach !== 'closed' && reach !== 'unknown')).length;
  const unknown = fromOutside.filter(
    (cells) => cells.every((reach) => reach === 'closed' || reach === 'unknown') && cells.includes('unknown'),
  ).length;
  if (rows.length === 0) return 'Nothing that listens or is published is in what was asked for.';
  const perhaps = unknown === 0 ? '' : `; of ${unknown} more the snapshot does not tell`;
  return `${open} of ${rows.length} services ${open === 1 ? 'is' : 'are'} reached from outside${perhaps}.`;
}

/** A heat map: red is reached from outside. One file, no script, nothing fetched. */
function render(matrix: Matrix, { about }: ReportOptions): string {
  const layout = layOut(matrix);
  const { columns, rows } = layout;
  const host = matrix.meta.hostname ?? 'this host';
  const head = columns
    .map((c) => `<th scope="col" title="${escapeHtml(c.sources.map((s) => s.name).join(', '))}">${escapeHtml(c.title)}</th>`)
    .join('');
  const body = rows
    .map(
      ({ service, results }) =>
        `<tr><th scope="row">${escapeHtml(service.name)}<br><small>${escapeHtml(serviceText(service))}</small></th>${results.map((one, i) => cell(one, distanceOf(matrix, columns[i]!, service), about)).join('')}</tr>`,
    )
    .join('\n');
  const notes = [...matrix.notes, ...hostGroundTexts(matrix)].map((note) => `<p>${escapeHtml(note)}</p>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Who reaches what on ${escapeHtml(host)}</title><style>${STYLE}</style></head>
<body><main><h1>Who reaches what on ${escapeHtml(host)}</h1>
<p class="sum">${summary(matrix, layout)}</p>
<p>Rows are services; columns are sources, and containers that fare as their network does share its column. Open a cell for its reason, the deciding rule and a flow that shows it.</p>
<p>${LEGEND}</p>
<div class="sheet" role="region" aria-label="Who reaches what" tabindex="0"><table><thead><tr><th scope="col">Service</th>${head}</tr></thead><tbody>
${body}
</tbody></table></div>${usedHtml(matrix)}${notes}</main></body></html>
`;
}

export const report: MatrixReport = { render: (matrix, options) => [render(matrix, options)] };
