import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import type { MatrixResult } from '../../src/model/reachability.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { sequence } from './hosts.js';
import { holdsPort } from './port-list.js';
import { randomHost } from './random-host.js';

const HOSTS = 10;
/** So many cells of a host are looked at. */
const CELLS = 400;
const ANY_PORTS = [1024, 6000, 40000, 49152, 60999] as const;

/** What a cell says of one source port, where it says it of that port alone. */
function told({ reach, openFrom, openTo, reason }: MatrixResult, sport: number): boolean | undefined {
  if (reach === 'open' || reach === 'closed') return reach === 'open';
  if (reach !== 'partial' || openFrom === undefined || openTo !== undefined) return undefined;
  return holdsPort(openFrom, sport) || (/source ports? .* not looked at|does not tell what comes of/.test(reason) ? undefined : false);
}

/** Cells that say otherwise than a flow of theirs fares, and how many flows were told of. */
function wrongCells(
  machine: Machine,
  own: Machine,
  draw: (below: number) => number,
): { readonly wrong: readonly unknown[]; readonly compared: number } {
  const matrix = reachabilityMatrix(machine);
  const wrong: unknown[] = [];
  let compared = 0;
  for (let n = 0; n < CELLS; n++) {
    const s = draw(matrix.sources.length);
    const v = draw(matrix.services.length);
    const source = matrix.sources[s]!;
    const service = matrix.services[v]!;
    const result = matrix.results[matrix.cells[s]![v]!]!;
    const { from, to, dport } = result.witness;
    if (source.kind === 'network' || service.port === undefined || dport !== service.port) continue;
    const isOutside = source.kind === 'outside' || source.kind === 'lan';
    // outside there may be senders of both families
    if (isOutside && from.includes(':') !== to.includes(':')) continue;
    for (const sport of [ANY_PORTS[draw(ANY_PORTS.length)]!, service.port]) {
      const said = told(result, sport);
      if (said === undefined) continue;
      compared++;
      const flow = { from: isOutside ? from : source.name, to, proto: service.proto, dport: service.port, sport };
      const { outcome } = traceFlow(own, flow);
      if (outcome === 'unknown' || said !== (outcome === 'connected'))
        wrong.push({ ...flow, outcome, reach: result.reach, openFrom: result.openFrom });
    }
  }
  return { wrong, compared };
}

describe('cells of random hosts', () => {
  it.each(Array.from({ length: HOSTS }, (_, seed) => seed))('say what flows of theirs come to: %i', (seed) => {
    const host = randomHost(seed);
    const { wrong, compared } = wrongCells(createMachine(host), createMachine(host), sequence(seed));
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(20);
  });
});
