import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { folderFiles } from '../reachability/hosts.js';

/** With the host's addresses, parent and child do not reach each other; without them, who is there is not known. */
const ASKED: readonly (readonly [string, boolean, string])[] = [
  ['mv1', true, 'unreachable'],
  ['mv1', false, 'unknown'],
  ['duo', false, 'unknown'],
  ['mv2', false, 'unknown'],
];

test.each(ASKED)('%s on a device of the host, which is listed: %s', (from, listed, outcome) => {
  const files = new Map(folderFiles('macvlan20'));
  if (!listed) files.delete('host/ip-addr.json');
  const trace = traceFlow(createMachine(loadFiles(files)), { from, to: '198.51.100.10', proto: 'tcp', dport: 22 });
  expect(trace.outcome, trace.reason).toBe(outcome);
});
