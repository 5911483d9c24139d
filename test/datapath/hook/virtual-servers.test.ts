import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../../reachability/hosts.js';

const VIRTUAL = ['-A -t 198.51.100.10:9090 -s rr', '-a -t 198.51.100.10:9090 -r 172.17.0.2:80 -m -w 1', ''].join('\n');

/** What is asked of a host with a virtual server, and the outcome with what the reason begins with. */
const ASKED: readonly (readonly [string, number, string, RegExp])[] = [
  ['its port', 9090, 'unknown', /^IPVS of host takes the packet and sends it on, to one of 172\.17\.0\.2:80 \(rr\)/],
  ['another port', 9091, 'refused', /^nothing listens on tcp 198\.51\.100\.10:9091/],
];

test.each(ASKED)('a virtual server of IPVS: %s', (_what, dport, outcome, reason) => {
  const files = new Map([...folderFiles('docker28-bridge'), ['host/ipvs-save.txt', VIRTUAL]]);
  const trace = traceFlow(createMachine(loadFiles(files)), { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport });
  expect([trace.outcome, trace.reason]).toEqual([outcome, expect.stringMatching(reason)]);
});

test.each([
  ['-A INPUT -m comment --comment "no -m ipvs here" -j ACCEPT', 'refused'],
  ['-A INPUT -m ipvs --vdir ORIGINAL -j ACCEPT', 'unknown'],
  ['-A INPUT --match=ipvs --vdir ORIGINAL --jump ACCEPT', 'unknown'],
])('a rule that looks at connections of IPVS is a sign of it, and a comment is none: %s', (rule, outcome) => {
  const files = new Map(folderFiles('docker28-bridge'));
  const saved = files.get('host/iptables-save.txt')!;
  files.set(
    'host/iptables-save.txt',
    saved.replace(/^\*filter\n(?::.*\n)+/m, (head) => `${head}${rule}\n`),
  );
  const trace = traceFlow(createMachine(loadFiles(files)), { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 9091 });
  expect(trace.outcome).toBe(outcome);
});
