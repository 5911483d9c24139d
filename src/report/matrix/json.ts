import type { Matrix } from '../../model/reachability.js';
import { inertJson } from '../inert-json.js';
import type { MatrixReport } from './report.js';

/** So many characters are gathered before they are given away. */
const PIECE = 65_536;

/** A member of the matrix; of a list each item has a line to itself, as there may be hundreds of thousands. */
function* member(name: string, value: unknown): Generator<string> {
  if (!Array.isArray(value) || value.length === 0) {
    yield ` ${inertJson(name)}: ${inertJson(value)}`;
    return;
  }
  let piece = ` ${inertJson(name)}: [`;
  let end = '\n';
  for (const item of value as readonly unknown[]) {
    piece += `${end}  ${inertJson(item)}`;
    end = ',\n';
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n ]`;
}

function* render(matrix: Matrix): Generator<string> {
  let start = '{\n';
  for (const [name, value] of Object.entries(matrix)) {
    yield start;
    yield* member(name, value);
    start = ',\n';
  }
  yield '\n}\n';
}

/** The matrix as it stands: `cells[source][service]` is an index into `results`. */
export const report: MatrixReport = { render };
