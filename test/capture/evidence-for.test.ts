import { describe, expect, it } from 'vitest';
import { evidenceIn } from '../../src/capture/evidence-for.js';
import { hostOf, read, specsOf } from './lab.js';

describe('evidence for audits', () => {
  it.each([
    ['the published address', { dst: '198.51.100.10', proto: 'tcp', dport: 8080 }, 'seen', 1, 1],
    ['the container behind it', { dst: '172.17.0.2', proto: 'tcp', dport: 80 }, 'seen', 1, 1],
    [
      'from a source before, to a server after translation',
      { src: '198.51.100.1', dst: '172.17.0.2', proto: 'tcp', dport: 80 },
      'seen',
      1,
      1,
    ],
    ['anything that a source sent', { src: '198.51.100.1', proto: 'tcp' }, 'seen', 1, 1],
    ['another port', { dst: '172.17.0.2', proto: 'tcp', dport: 81 }, 'not-seen', 0, 0],
    ['another source', { src: '172.17.0.3', dst: '172.17.0.2', proto: 'tcp', dport: 80 }, 'not-seen', 0, 0],
    ['another protocol', { dst: '172.17.0.2', proto: 'udp', dport: 80 }, 'not-seen', 0, 0],
  ] as const)('%s', async (_, flow, status, flows, answered) => {
    const captures = await read(specsOf('docker20', 'in-published'), await hostOf('docker20'));
    const { example, ...evidence } = evidenceIn(captures.flows, captures.sources.length > 0)(flow);
    expect(evidence).toEqual({ status, flows, answered });
    expect(example?.client.ip).toBe(status === 'seen' ? '198.51.100.1' : undefined);
  });

  it('without captures nothing is known', () => {
    expect(evidenceIn([], false)({ proto: 'tcp' })).toEqual({ status: 'not-observable', flows: 0, answered: 0 });
  });
});
