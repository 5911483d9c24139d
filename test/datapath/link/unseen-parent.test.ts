import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../../reachability/hosts.js';

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

/** The host lists its devices, and not the one below: cut by who pasted it, or a listing of some. */
const WITHOUT_PARENT: readonly (readonly [string, string, string])[] = [
  ['mv1', '198.51.100.10', "the device of the host that mv1's eth0 (macvlan) sits on"],
  ['mv1', 'mv2', "the device of the host that mv1's eth0 (macvlan) sits on"],
  ['mv1', '198.51.100.77', "the device of the host that mv1's eth0 (macvlan) sits on"],
  ['duo', '198.51.100.10', "the device of the host that duo's eth1 (macvlan) sits on"],
  ['host', 'mv1', 'interface up0 of host'],
];

test.each(WITHOUT_PARENT)('from %s to %s where the listing lacks the device below', (from, to, says) => {
  const files = new Map(folderFiles('macvlan20'));
  const devices: unknown = JSON.parse(files.get('host/ip-addr.json')!);
  files.set('host/ip-addr.json', JSON.stringify((devices as { ifindex: number }[]).filter(({ ifindex }) => ifindex !== 2)));
  const trace = traceFlow(createMachine(loadFiles(files)), { from, to, proto: 'tcp', dport: 8030 });
  expect(trace.outcome, trace.reason).toBe('unknown');
  expect([trace.reason, ...trace.missing].join('\n')).toContain(says);
});
