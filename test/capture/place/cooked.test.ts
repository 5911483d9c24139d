import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { collect } from '../../../src/capture/collect.js';
import { buildFlows } from '../../../src/capture/flows/build.js';
import { placeOnTrace } from '../../../src/capture/place/evidence.js';
import { readCapture } from '../../../src/capture/read/index.js';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { pcap } from '../captures.js';
import type { Made } from '../captures.js';
import { hostOf } from '../lab.js';

/** Rewrites a cooked capture of version 2 as version 1, which does not tell the interface. */
function asVersion1(bytes: Buffer): Buffer {
  const packets: Made[] = [];
  for (let at = 24; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 8);
    const packet = bytes.subarray(at + 16, at + 16 + length);
    const head = Buffer.alloc(16);
    head.writeUInt16BE(packet[10]!, 0);
    head.writeUInt16BE(6, 4);
    packet.copy(head, 6, 12, 20);
    packet.copy(head, 14, 0, 2);
    packets.push({
      bytes: Buffer.concat([head, packet.subarray(20)]),
      seconds: bytes.readUInt32LE(at),
      fraction: bytes.readUInt32LE(at + 4),
    });
    at += 16 + length;
  }
  return pcap(packets, { linktype: 113 });
}

it('a capture that does not tell the interface is placed by namespace, direction and addresses, and says so', async () => {
  const host = await hostOf('docker20');
  const bytes = asVersion1(readFileSync('fixtures/captures/docker20/flows/in-published/host.pcap'));
  async function* once(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(bytes);
  }
  const input = { spec: { path: 'any.pcap', netns: 'host', iface: 'any' }, batches: () => readCapture(once(), 'any.pcap') };
  const { collector, taps, sources } = await collect([input], host);
  const trace = traceFlow(createMachine(host), { from: '198.51.100.1', to: '198.51.100.10', proto: 'tcp', dport: 8080 });
  const { verdict, contradictions, hops } = placeOnTrace(trace, { flows: [...buildFlows(collector, taps)], sources }, {}, host);
  expect({
    verdict,
    contradictions,
    hops: hops.map(({ predicted, status, ifaceUntold }) =>
      [predicted.netns, predicted.iface, predicted.dir, status, ifaceUntold ?? 'told'].join(' '),
    ),
  }).toEqual({
    verdict: 'partly',
    contradictions: [],
    hops: [
      'host up0 in seen true',
      'host docker0 out seen true',
      'host vethb26b483 out seen true',
      'web eth0 in not-observable told',
      'web eth0 out not-observable told',
      'host vethb26b483 in seen true',
      'host docker0 in seen true',
      'host up0 out seen true',
    ],
  });
});
