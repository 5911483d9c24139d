import type { Matrix } from '../../model/reachability.js';
import { escapeTerminal } from '../escape.js';
import type { MatrixReport } from './index.js';
import { resultAt } from './layout.js';

/** RFC 4180; what a spreadsheet would take for a formula is led by an apostrophe. */
function field(text: string): string {
  const safe = escapeTerminal(text);
  const inert = /^[=+\-@]/.test(safe) ? `'${safe}` : safe;
  return /[",\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

const HEAD = ['source', 'service', 'kind', 'proto', 'port', 'reach', 'ports', 'outcome', 'reason', 'file', 'line', 'from', 'to', 'dport'];

function render(matrix: Matrix): string {
  const lines = [HEAD.join(',')];
  matrix.sources.forEach((source, s) => {
    matrix.services.forEach((service, v) => {
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
      lines.push([...words, ...rest].map(field).join(','));
    });
  });
  return `${lines.join('\r\n')}\r\n`;
}

export const report: MatrixReport = { render };
