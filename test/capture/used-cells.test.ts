import { describe, expect, it } from 'vitest';
import { usedCells } from '../../src/capture/used-cells.js';
import { createMachine } from '../../src/datapath/index.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { MATRIX_REPORTS } from '../../src/report/matrix/index.js';
import type { Matrix } from '../../src/model/reachability.js';
import { hostOf, read, specsOf } from './lab.js';

async function matrixOf(...flows: readonly string[]): Promise<Matrix> {
  const host = await hostOf('docker20');
  const machine = createMachine(host);
  const matrix = reachabilityMatrix(machine, { from: () => true, to: () => true, unlistened: false });
  const captures = await Promise.all(flows.map((id) => read(specsOf('docker20', id), host)));
  return {
    ...matrix,
    used: usedCells(
      matrix,
      captures.flatMap((capture) => capture.flows),
    ),
  };
}

const cellsOf = ({ used, sources, services }: Matrix): readonly string[] =>
  (used ?? []).map(({ source, service, flows, answered }) => `${sources[source]?.name} > ${services[service]?.name} ${flows} ${answered}`);

describe('cells of a matrix that captures show in use', () => {
  it.each([
    ['in-published', ['lan > host:8080/tcp 1 1']],
    ['cli-web-tcp', ['cli > web:80/tcp 1 1']],
    ['cli-web-udp', ['cli > web:53/udp 1 1']],
    ['web-self-published', ['web > host:8080/tcp 1 1', 'host > web:80/tcp 1 1']],
    ['cli-db-isolated', ['cli > db:5432/tcp 1 0']],
    ['web-out-tcp', []],
  ] as const)('%s', async (id, cells) => {
    expect(cellsOf(await matrixOf(id))).toEqual(cells);
  });

  it('connections add up', async () => {
    expect(cellsOf(await matrixOf('in-published', 'in-published'))).toEqual(['lan > host:8080/tcp 2 2']);
  });

  it.each([
    ['text', /^  cli → web:80\/tcp \(part\): 1 connection, 1 answered, first 2026-11-21T08:36:21\.\d{6}Z$/m],
    ['md', /^- cli → web:80\/tcp \(part\): 1 connection, 1 answered, first /m],
    ['html', /<li>cli → web:80\/tcp \(part\): 1 connection, 1 answered, first [^<]+<\/li>/],
    ['csv', /^cli,web:80\/tcp,.*,1,1\r$/m],
  ])('as %s', async (format, line) => {
    const { render } = await MATRIX_REPORTS.get(format)!();
    expect([...render(await matrixOf('cli-web-tcp'), { verbose: false, color: false })].join('')).toMatch(line);
  });
});
