import { describe, expect, it } from 'vitest';
import type { MatrixResult } from '../../../src/model/reachability.js';
import { boundsText } from '../../../src/report/matrix/layout.js';

const CELL: MatrixResult = {
  reach: 'partial',
  outcome: 'connected',
  cause: { kind: 'answered', code: 'DTP-001' },
  reason: 'a listener answers',
  rewritten: [],
  witness: { from: 'web', to: '172.17.0.3', proto: 'tcp', dport: 80 },
};

describe('how far a cell is open', () => {
  it.each<readonly [string, Partial<MatrixResult>, readonly string[]]>([
    ['nothing to say', {}, []],
    ['some sources, the rest cut', { openTo: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] }, ['open to: 10.0.0.1, 10.0.0.2 …']],
    ['all sources that fit', { openTo: ['10.0.0.1', '10.0.0.2'] }, ['open to: 10.0.0.1, 10.0.0.2']],
    ['some source ports', { openFrom: '0-79, 81-65535' }, ['open from source ports: 0-79, 81-65535']],
    ['no source port for sure', { openFrom: '' }, ['open from source ports: none for sure']],
    [
      'a flow that fares otherwise',
      { counterWitness: { ...CELL.witness, sport: 80 } },
      ['fares otherwise: dtrace-path --from web --to 172.17.0.3 --proto tcp --port 80 --sport 80'],
    ],
  ])('%s', (_, more, lines) => {
    expect(boundsText({ ...CELL, ...more }, 2)).toEqual(lines);
  });
});
