import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow, traceSides, type Machine } from '../../../src/datapath/index.js';
import type { FlowRequest } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const dns = { from: 'web', to: '203.0.113.8', dport: 53, proto: 'udp' } as const;

/** A table with one chain of the kind, at forward unless the kind says more, and what statements need. */
function machineOf(rules: readonly string[], base = 'type filter hook forward priority 0'): Machine {
  const nft = `table inet a {
	map named { type ipv4_addr : mark; elements = { 172.17.0.2 : 0x00000007 }; }
	map unseen { type ipv4_addr : mark; }
	map where { type ipv4_addr : verdict; elements = { 172.17.0.2 : continue }; }
	set seen { type ipv4_addr; size 128; flags dynamic,timeout; timeout 1m; }
	limit slow { rate 1/second }
	quota much { 1 mbytes }
	counter c { packets 0 bytes 0 }
	synproxy syn { mss 1460 wscale 7 }
	ct helper ftp { type "ftp" protocol tcp; l3proto inet; }
	chain back { counter packets 0 bytes 0 }
	chain f {
		${base}; policy accept;
${rules.map((rule) => `\t\t${rule}\n`).join('')}	}
}
`;
  return createMachine(buildHost(lab({ files: { 'nft-ruleset.txt': nft } })));
}

/** What the packet may come to: outcomes, and the last rule that it met on the way to each. */
function ways(machine: Machine, flow: FlowRequest): readonly string[] {
  const told = traceSides(machine, flow).map(({ outcome, rules }) => {
    const last = rules.findLast((hit) => hit.nft !== undefined);
    return `${outcome} ${last?.verdict ?? '-'}`;
  });
  return [...new Set(told)].sort();
}

/** Whatever becomes of the statement, the rule goes on. */
const SURE: readonly string[] = [
  'counter packets 0 bytes 0',
  'counter name "c"',
  'log prefix "x"',
  'last used never',
  'meta mark set 0x00000003',
  'meta mark set meta mark | 0x00000001',
  'meta mark set ip saddr map @named',
  'ct mark set 0x00000003',
  'ct mark set meta mark',
  'meta priority set 1:2',
  'meta nftrace set 1',
  'meta pkttype set unicast',
  'ct helper set "ftp"',
  'ip ttl set 5',
  'ip dscp set cs1',
  'ip id set 1',
  'tcp window set 100',
  'tcp option maxseg size set 1400',
  'tcp option maxseg size set rt mtu',
  'reset tcp option sack-permitted',
  'dup to 10.0.0.1',
  'add @seen { ip saddr }',
  'update @seen { ip saddr timeout 1m }',
  'delete @seen { ip saddr }',
  'tcp dport 443',
  'ip saddr vmap @where',
  'ip saddr vmap { 172.17.0.2 : continue }',
  'meta mark set ip id',
  'meta mark set tcp sequence & 0x000000ff',
  'meta mark set numgen random mod 4',
  'meta mark set numgen random mod 1000',
  'meta mark set jhash ip saddr mod 1000 seed 0x1',
  'notrack',
];

/** Packets that the statement is not about, or that it has no answer for, end the rule. */
const BREAKS: readonly string[] = ['ip saddr @seen', 'ip saddr vmap { 10.0.0.1 : continue }', 'flow add @f', 'udp dport 53'];

describe('a statement in the middle of a rule', () => {
  test.each(SURE)('%s: the rule goes on', (statement) => {
    expect(ways(machineOf([`tcp dport 443 ${statement} drop`]), out)).toEqual(['timeout drop']);
  });

  test.each(BREAKS)('%s: the rule ends, and the next is tried', (statement) => {
    expect(ways(machineOf([`tcp dport 443 ${statement} drop`]), out)).toEqual(['leaves-host -']);
  });

  const asked: readonly (readonly [statement: string, ways: readonly string[]])[] = [
    ['limit rate 1/second', ['leaves-host -', 'timeout drop']],
    ['limit name "slow"', ['leaves-host -', 'timeout drop']],
    ['quota 1 mbytes', ['leaves-host -', 'timeout drop']],
    ['quota name "much"', ['leaves-host -', 'timeout drop']],
    ['ct count 5', ['leaves-host -', 'timeout drop']],
    ['add @seen { ip saddr limit rate 1/second }', ['leaves-host -', 'timeout drop']],
    ['tcp sequence set 1', ['timeout drop']],
    ['tcp flags set syn', ['timeout drop']],
    ['tcp checksum set 0', ['timeout drop']],
    ['@th,0,32 set 0x1', ['timeout drop']],
    ['@nh,8,8 set 0x1', ['timeout drop']],
    ['meta mark set meta cpu', ['leaves-host -', 'timeout drop']],
    ['tcp option maxseg length vmap { 2 : accept, 4 : drop }', ['leaves-host -', 'leaves-host accept', 'timeout drop']],
    ['ip saddr vmap { 172.17.0.2 limit rate 1/second : continue }', ['leaves-host -', 'timeout drop']],
  ];
  test.each(asked)('%s: what comes behind it is on each way', (statement, expected) => {
    expect(ways(machineOf([`tcp dport 443 ${statement} drop`]), out)).toEqual(expected);
  });

  test.each(asked)('%s: what comes behind it is asked of the packet as well', (statement) => {
    const told = ways(machineOf([`tcp dport 443 ${statement} udp dport 53 drop`]), out);
    expect(told).toContain('leaves-host -');
  });
});

test.each(['synproxy mss 1460 wscale 7', 'synproxy name "syn"'])('%s: the client is answered, whatever stands behind it', (statement) => {
  expect(traceFlow(machineOf([`tcp dport 443 ${statement} drop`]), out).outcome).toBe('unknown');
});

describe('a mark that nobody can tell', () => {
  test.each([
    ['meta mark set meta cpu', 'meta mark 0x00000005 drop'],
    ['meta mark set meta cpu', 'meta mark & 0x000000f0 == 0x00000050 drop'],
    ['meta mark set meta cpu', 'meta mark { 0x00000003, 0x00000009 } drop'],
    ['meta mark set meta cpu', 'meta mark vmap { 0x00000005 : drop }'],
    ['ct mark set meta cpu', 'ct mark 0x00000005 drop'],
    ['ct mark set meta cpu meta mark set ct mark', 'meta mark 0x00000005 drop'],
    ['meta mark set numgen random mod 1000', 'meta mark 0x00000035 drop'],
    ['meta mark set jhash ip saddr mod 1000 seed 0x1', 'meta mark 0x00000035 drop'],
    ['meta mark set jhash ip saddr mod 1000 seed 0x1 | 0x00010000', 'meta mark 0x00010035 drop'],
  ])('%s: %s may hold, or not', (writes, asks) => {
    expect(ways(machineOf([writes, asks]), out).map((way) => way.split(' ')[0])).toEqual(
      expect.arrayContaining(['leaves-host', 'timeout']),
    );
  });

  test('where nothing asks for it, it decides nothing', () => {
    expect(ways(machineOf(['meta mark set meta cpu', 'tcp dport 443 drop']), out)).toEqual(['timeout drop']);
  });
});

describe('a translation by what nobody can tell', () => {
  const nat = 'type nat hook prerouting priority -100';
  test.each([
    'dnat ip to ip saddr map @unlisted',
    'dnat ip to numgen random mod 1000 offset 167772161',
    'redirect to :numgen random mod 1000 offset 8000',
  ])('%s: the destination is not known', (statement) => {
    expect(ways(machineOf([`tcp dport 443 ${statement}`], nat), out)).toEqual(expect.arrayContaining([expect.stringMatching(/^unknown /)]));
  });
});

describe('what is about the packets of one family', () => {
  test('a UDP checksum of none is lost where it is received, whatever the rule does then', () => {
    const machine = machineOf(['udp dport 53 udp checksum set 0 drop']);
    expect(ways(machine, dns)).toEqual(['timeout drop']);
  });
});
