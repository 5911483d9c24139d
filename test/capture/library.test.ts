import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CaptureError,
  createMachine,
  evidenceIn,
  judgeFlows,
  loadSnapshot,
  placeOnTrace,
  planCaptures,
  readFlows,
  traceFlow,
} from '../../src/index.js';

const LAB = 'fixtures/captures/docker20';
const FLOW = `${LAB}/flows/web-out-tcp`;
const ASKED = { from: 'web', to: '203.0.113.8', proto: 'tcp', dport: 443 } as const;

describe('captures, through the library', () => {
  it('conversations, placed, judged and looked up', async () => {
    const host = await loadSnapshot(`${LAB}/snapshot`);
    const machine = createMachine(host);
    const captures = await readFlows(
      [
        { path: `${FLOW}/host.pcap`, netns: 'host', iface: 'any' },
        { path: 'web', stream: createReadStream(`${FLOW}/web.pcap`), netns: 'web', iface: 'any' },
      ],
      host,
    );
    expect(captures.flows.map(({ client, server, outcome }) => [client.name, server.ip, outcome])).toEqual([
      ['web', '203.0.113.8', 'established'],
    ]);
    const trace = traceFlow(machine, ASKED);
    expect(placeOnTrace(trace, captures, {}, host).verdict).toBe('confirmed');
    expect(judgeFlows(captures.flows, captures.sources, host, (request) => traceFlow(machine, request))).toEqual(captures.flows);
    expect(evidenceIn(captures.flows, true)({ src: '172.17.0.2', dst: '203.0.113.8', proto: 'tcp', dport: 443 }).status).toBe('seen');
    expect(planCaptures(trace)).toHaveLength(trace.packets.length);
  });

  it('without a snapshot', async () => {
    const { flows, counts } = await readFlows([{ path: `${FLOW}/host.pcap` }]);
    expect(flows.map(({ client }) => client)).toEqual([{ ip: '172.17.0.2', port: expect.any(Number) as number }]);
    expect(counts.packets).toBeGreaterThan(0);
  });

  it('what is no capture', async () => {
    await expect(readFlows([{ path: `${LAB}/truth.json` }])).rejects.toThrow(CaptureError);
  });
});
