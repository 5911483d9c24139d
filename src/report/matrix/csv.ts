import type { Matrix } from '../../model/reachability.js';
import { escapeTerminal } from '../escape.js';
import { hostGroundTexts } from '../unread.js';
import type { MatrixReport } from './report.js';
import { resultAt } from './layout.js';

/** RFC 4180; what a spreadsheet would take for a formula is led by an apostrophe. */
function field(text: string): string {
  const safe = escapeTerminal(text);
  const inert = /^[=+\-@]/.test(safe) ? `'${safe}` : safe;
  return /[",\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

const HEAD = ['source', 'service', 'kind', 'proto', 'port', 'reach', 'ports', 'outcome', 'reason', 'file', 'line', 'from', 'to', 'dport'];

function* render(matrix: Matrix): Generator<string> {
  const uses = new Map((matrix.used ?? []).map((use) => [`${use.source} ${use.service}`, use]));
  const isCaptured = matrix.used !== undefined;
  yield `${[...HEAD, ...(isCaptured ? ['connections', 'answered'] : [])].join(',')}\r\n`;
  for (const [s, source] of matrix.sources.entries()) {
    const lines = matrix.services.map((service, v) => {
      const { reach, ports, outcome, reason, decidedBy, witness } = resultAt(matrix, s, v);
      const from = source.kind === 'container' ? source.name : witness.from;
      const words = [
        source.name,
        service.name,
        service.kind,
        service.proto,
        String(service.port ?? ''),
        reach,
        ports ?? '',
        outcome,
        reason,
      ];
      const rest = [decidedBy?.file ?? '', String(decidedBy?.line ?? ''), from, witness.to, String(witness.dport ?? '')];
      const use = uses.get(`${s} ${v}`);
      const seen = isCaptured ? [String(use?.flows ?? 0), String(use?.answered ?? 0)] : [];
      return `${[...words, ...rest, ...seen].map(field).join(',')}\r\n`;
    });
    yield lines.join('');
  }
  // a line of the same fields for each thing that the cells do not rest on: a table has no other place for them
  for (const text of [...matrix.notes, ...hostGroundTexts(matrix)]) {
    const fields = HEAD.map((name) => (name === 'kind' ? 'note' : name === 'reason' ? text : ''));
    yield `${[...fields, ...(isCaptured ? ['', ''] : [])].map(field).join(',')}\r\n`;
  }
}

export const report: MatrixReport = { render };
