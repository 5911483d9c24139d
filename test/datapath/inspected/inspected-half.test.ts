import { describe, expect, test } from 'vitest';
import { createMachine } from '../../../src/datapath/machine/machine.js';
import { traceFlow } from '../../../src/datapath/trace/trace.js';
import type { FlowRequest } from '../../../src/model/trace.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../../reachability/hosts.js';

const FLOWS: readonly FlowRequest[] = [
  { from: 'web', to: '203.0.113.8', proto: 'tcp', dport: 443 },
  { from: 'host', to: 'web', proto: 'tcp', dport: 80 },
  { from: 'app', to: '172.30.0.1', proto: 'tcp', dport: 9 },
];

/** Outcomes of the flows where some files of the containers' folders are not there. */
function outcomes(gone: RegExp): readonly string[] {
  const files = new Map([...folderFiles('docker28-bridge')].filter(([name]) => !gone.test(name)));
  const machine = createMachine(loadFiles(files));
  return FLOWS.map((flow) => traceFlow(machine, flow).outcome);
}

describe('a container whose folder lacks listings has its addresses, routes and gateway from docker inspect', () => {
  const whole = outcomes(/^$/);

  test.each([
    ['interfaces', /^netns\/[^/]+\/ip-addr/],
    ['routes', /^netns\/[^/]+\/ip-route/],
    ['both', /^netns\/[^/]+\/ip-(?:addr|route)/],
    ['all but sockets and rules', /^netns\/[^/]+\/(?!ss\.txt|iptables-save\.txt)/],
  ])('%s', (_what, gone) => {
    expect(outcomes(gone)).toEqual(whole);
  });

  test('and says that its routes are those of docker inspect', () => {
    const files = new Map([...folderFiles('docker28-bridge')].filter(([name]) => name !== 'netns/web/ip-route.json'));
    const missing = FLOWS.map((flow) => traceFlow(createMachine(loadFiles(files)), flow).missing);
    const told = ['netns/web/ip-route.json: web is taken to have the routes that docker inspect tells of'];
    expect(missing).toEqual([told, told, []]);
  });
});
