import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { whatIf } from '../../src/change/index.js';
import { readComposeFiles } from '../../src/commands/common/compose-files.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const COMPOSE = fileURLToPath(new URL('../../fixtures/compose/', import.meta.url));
const PORTS = [1, 12345];

/** A project with a container on four networks, of which its image's listeners are known in part. */
async function machineOfWays(): Promise<ReturnType<typeof createMachine>> {
  const host = await loadSnapshot(`${COMPOSE}docker28/ways/before.tgz`);
  return createMachine(whatIf(host, [await readComposeFiles([`${COMPOSE}ways/compose.yaml`], {})]));
}

it('a cell of ports that nobody listens on is closed where they are at each address alone', async () => {
  const machine = await machineOfWays();
  const matrix = reachabilityMatrix(machine, {
    from: ({ kind, name }) => kind !== 'network' && ['outside', 'host', 'ways-source-1'].includes(name),
    to: ({ kind, target }) => kind === 'unlistened' && target === 'ways-many-1',
  });
  const told = matrix.sources.flatMap(({ name }, s) =>
    matrix.services.map((service, v) => {
      const { reach, witness } = matrix.results[matrix.cells[s]![v]!]!;
      const from = name === 'outside' ? witness.from : name;
      const own = service.addresses.filter((to) => name !== 'outside' || to.includes(':') === from.includes(':'));
      const outcomes = own.flatMap((to) => PORTS.map((dport) => traceFlow(machine, { from, to, proto: service.proto, dport }).outcome));
      return [name, service.name, reach, outcomes.includes('unknown')];
    }),
  );
  const services = ['ways-many-1:other/tcp', 'ways-many-1:other/udp'];
  expect(told).toEqual(
    ['outside', 'host', 'ways-source-1'].flatMap((from) =>
      services.map((to) => [from, to, from === 'ways-source-1' ? 'closed' : 'unknown', from !== 'ways-source-1']),
    ),
  );
});
