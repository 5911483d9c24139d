import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const outcomeOf = (rule: string): string =>
  traceFlow(createMachine(buildHost(lab({ iptables: { filter: [`-A FORWARD -p tcp -m tcp ${rule} -j DROP`] } }))), {
    from: 'web',
    to: '203.0.113.8',
    dport: 443,
  }).outcome;

// a Linux SYN of 40 bytes: segment size, SACK, timestamps, a byte of nothing, window scale (seen on a kernel)
test.each([
  ['--tcp-option 1', 'timeout'],
  ['--tcp-option 2', 'timeout'],
  ['--tcp-option 3', 'timeout'],
  ['--tcp-option 4', 'timeout'],
  ['--tcp-option 5', 'leaves-host'],
  ['--tcp-option 8', 'timeout'],
  ['--tcp-option 30', 'leaves-host'],
  ['! --tcp-option 3 --syn', 'leaves-host'],
  // the client's second segment has timestamps alone
  ['! --tcp-option 3', 'timeout'],
  ['! --tcp-option 30', 'timeout'],
])('a rule for %s: %s', (rule, outcome) => {
  expect(outcomeOf(rule)).toBe(outcome);
});
