import { expect, test } from 'vitest';
import { createMachine, traceSides } from '../../../src/datapath/index.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

/** What may become of an echo request that a rule reads `th` of: it has type, code and checksum where others have ports (nft_payload_eval). */
const RULES = [
  ['th dport 53 drop', ['leaves-host']],
  ['th dport { 53, 80, 443 } drop', ['leaves-host']],
  ['th dport @wide drop', ['leaves-host', 'timeout']],
  ['th dport 1024-65535 drop', ['leaves-host', 'timeout']],
  ['th dport { 22, 1024-65535 } drop', ['leaves-host', 'timeout']],
  ['th dport != 53 drop', ['leaves-host', 'timeout']],
  ['@th,16,16 1024-65535 drop', ['leaves-host', 'timeout']],
  ['th sport 2048 drop', ['timeout']],
  ['th sport 2000-2100 drop', ['timeout']],
  ['th sport 1024-2047 drop', ['leaves-host']],
  ['th sport vmap { 2048 : drop }', ['timeout']],
  ['th dport vmap { 53 : drop, 80 : drop }', ['leaves-host']],
  ['th dport vmap @verdicts', ['leaves-host', 'timeout']],
  ['meta l4proto { tcp, udp } th dport 1024-65535 drop', ['leaves-host']],
  ['meta l4proto . th dport vmap { tcp . 0-65535 : drop, udp . 0-65535 : drop }', ['leaves-host']],
  ['meta l4proto . th dport { icmp . 0-40000 } drop', ['leaves-host', 'timeout']],
  ['ip daddr . th dport vmap { 192.0.2.99 . 0-65535 : drop }', ['leaves-host']],
  ['ip daddr . th dport vmap { 203.0.113.8 . 0-40000 : drop }', ['leaves-host', 'timeout']],
  ['ip daddr . th dport { 192.0.2.99 . 0-65535 } drop', ['leaves-host']],
  ['ip daddr . th dport { 203.0.113.8 . 0-40000 } drop', ['leaves-host', 'timeout']],
  ['add @seen { th dport } drop', ['timeout']],
  ['update @seen { th dport } drop', ['timeout']],
  ['meta mark set th dport drop', ['timeout']],
  ['meta mark set jhash th dport mod 2 drop', ['timeout']],
] as const;

test.each(RULES)('%s: an echo request %j', (rule, ways) => {
  const nft = `table ip t {
	map verdicts { type inet_service : verdict; flags interval; elements = { 20-60 : accept, 1024-50000 : drop }; }
	set wide { type inet_service; flags interval; elements = { 1024-50000 }; }
	set seen { type inet_service; size 128; flags dynamic,timeout; timeout 1m; }
	chain f {
		type filter hook forward priority 0; policy accept;
		${rule}
	}
}
`;
  const machine = createMachine(buildHost(lab({ files: { 'nft-ruleset.txt': nft } })));
  const outcomes = traceSides(machine, { from: 'web', to: '203.0.113.8', proto: 'icmp' }).map(({ outcome }) => outcome);
  expect([...new Set(outcomes)].sort()).toEqual(ways);
});

/** Fields that nobody can tell are asked for, however seldom a value is. */
test.each([
  'tcp urgptr 0',
  'tcp window 64240',
  'tcp checksum 5',
  'ip id 7',
  'tcp urgptr { 0, 5 }',
  'ip daddr . tcp window { 203.0.113.8 . 1 }',
])('%s', (asked) => {
  const nft = `table ip t {
	chain f {
		type filter hook forward priority 0; policy accept;
		${asked} drop
	}
}
`;
  const machine = createMachine(buildHost(lab({ files: { 'nft-ruleset.txt': nft } })));
  const outcomes = traceSides(machine, { from: 'web', to: '203.0.113.8', dport: 443 }).map(({ outcome }) => outcome);
  expect([...new Set(outcomes)].sort()).toEqual(['leaves-host', 'timeout']);
});
