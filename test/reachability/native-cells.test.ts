import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { compareSets } from './compare-sets.js';
import { sequence } from './hosts.js';

const HOSTS = ['nft-docker29', 'nft-hostfw'] as const;
const ASSUME = {
  assume: new Map([
    ['owner', ['other']],
    ['limit', ['under']],
  ]),
};
describe.each(HOSTS)('a host with native rules: %s', async (name) => {
  const host = await loadSnapshot(`fixtures/nft-hosts/${name}`);

  it('cells of its matrix say what their witnesses come to', () => {
    const matrix = reachabilityMatrix(createMachine(host, ASSUME));
    const own = createMachine(host, ASSUME);
    const wrong = matrix.results
      .filter(({ reach }) => reach === 'open' || reach === 'closed')
      .flatMap(({ reach, witness }) => {
        const { outcome, reason } = traceFlow(own, witness);
        // a port that nobody listens on may count as open, or as closed to the service that is asked for
        if (reason.startsWith('nothing listens')) return [];
        return (reach === 'open') === (outcome === 'connected') ? [] : [{ ...witness, reach, outcome }];
      });
    expect(matrix.results.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  it('sets of its packets fare as each of them does', () => {
    const { wrong, sets } = compareSets(host, 600, sequence(7));
    expect(wrong).toEqual([]);
    expect(sets).toBeGreaterThan(50);
  });
});
