import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import type { Host } from '../../../src/model/host.js';
import type { FlowRequest } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const noise = Array.from({ length: 70 }, (_, i) => `-A FORWARD -m foo${i} -j LOG`);
const doors = Array.from({ length: 70 }, (_, i) => `-A FORWARD -p tcp -m tcp --dport 81 -m foo${i} -j DROP`);
const fan = [
  ...Array.from({ length: 30 }, (_, i) => `-N f${i}`),
  '-A FORWARD -p tcp -m tcp --dport 82 -j f0',
  ...Array.from({ length: 29 }, (_, i) => [`-A f${i} -j f${i + 1}`, `-A f${i} -j f${i + 1}`]).flat(),
];

const hosts: readonly Host[] = [
  buildHost(lab({ iptables: { filter: noise } })),
  buildHost(lab({ iptables: { filter: [...noise, ...doors, ...fan] } })),
  buildHost(
    lab({
      iptables: {
        nat: Array.from(
          { length: 200 },
          (_, i) => `-A PREROUTING -p tcp --dport 83 -m foo${i} -j DNAT --to-destination 172.17.0.${3 + (i % 2)}:${i + 1}`,
        ),
        filter: ['-A FORWARD -p tcp -m tcp --dport 80 -m limit --limit 1/s -j ACCEPT', '-A FORWARD -p tcp -m tcp --dport 80:84 -j REJECT'],
      },
    }),
  ),
];

const flow: fc.Arbitrary<FlowRequest> = fc.record({
  from: fc.constantFrom('web', 'db', 'host', 'internet', '203.0.113.8', 'nobody'),
  to: fc.constantFrom('web', 'db', '172.17.0.2', '203.0.113.8', '192.0.2.10'),
  proto: fc.constantFrom('tcp' as const, 'udp' as const),
  dport: fc.constantFrom(80, 81, 82, 83, 84, 443),
  sport: fc.constantFrom(49152, 50000, 1024),
});

test('of a batch each flow is answered as if it were asked alone, also when it is asked again', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...hosts),
      fc.array(flow, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 2, max: 4 }),
      (host, flows, times) => {
        const batch = createMachine(host);
        const alone = new Map(flows.map((one) => [one, traceFlow(createMachine(host), one)]));
        for (let round = 0; round < times; round++) for (const one of flows) expect(traceFlow(batch, one)).toEqual(alone.get(one));
      },
    ),
    { numRuns: 30 },
  );
});
