import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { report as kernelTrace } from '../../../src/report/trace/kernel-trace.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';

const machine = createMachine(await loadSnapshot('fixtures/nft-hosts/nft-docker29'));
const trace = traceFlow(machine, { from: '198.51.100.1', to: '198.51.100.10', proto: 'tcp', dport: 8000, sport: 40000 });

it('a verdict map says which of its entries led where', () => {
  const led = trace.rules
    .filter(({ entry }) => entry !== undefined)
    .map(({ chain, rule, entry, verdict }) => [chain, rule, entry, verdict]);
  expect(led).toEqual([
    ['filter-FORWARD', 'oifname vmap @filter-forward-in-jumps', '"docker0"', 'jump filter-forward-in__docker0'],
    ['nat-POSTROUTING', 'oifname vmap @nat-postrouting-in-jumps', '"docker0"', 'jump nat-postrouting-in__docker0'],
  ]);
});

it('kernel-trace prints native rules and their packets as nft monitor trace does', () => {
  const lines = kernelTrace.render(trace, { verbose: true, color: false }).split('\n');
  const forward = lines.filter((line) => / (?:inet mine|ip docker-bridges) f/.test(line) && line.includes('00000001'));
  const packet = 'iif "up0" oif "docker0" ip saddr 198.51.100.1 ip daddr 172.17.0.2 tcp sport 40000 tcp dport 80 tcp flags == syn ';
  expect(forward).toEqual([
    `trace id 00000001 inet mine fwd0 packet: ${packet}`,
    'trace id 00000001 inet mine fwd0 policy accept ',
    `trace id 00000001 ip docker-bridges filter-FORWARD packet: ${packet}`,
    'trace id 00000001 ip docker-bridges filter-FORWARD rule oifname vmap @filter-forward-in-jumps # handle 11 (verdict jump filter-forward-in__docker0)',
    'trace id 00000001 ip docker-bridges filter-forward-in__docker0 rule ip daddr 172.17.0.2 tcp dport 80 counter packets 0 bytes 0 accept # handle 76 (verdict accept)',
  ]);
});
