import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { withTestimonies } from '../../src/testimony/index.js';
import { report } from '../../src/report/trace/text.js';
import type { Weight } from '../../src/model/testimony.js';
import type { Trace } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';

const read = (name: string): string => readFileSync(`fixtures/testimony/${name}.txt`, 'utf8');
/** A container behind a published port: its host's listings, of a real kernel that was asked thrice. */
const HOST = read('host');
const CLIENT = '203.0.113.8';

function ask(text: string, to: string, dport: number, from = CLIENT): Trace {
  const { files } = takeIn([{ path: 'paste.txt', text: `${HOST}\n${text}` }], 'paste.txt');
  const machine = createMachine(loadFiles(files), { assume: new Map() });
  return withTestimonies(machine, traceFlow(machine, { from, to, proto: 'tcp', dport }));
}

/** Each weight with how often it was given. */
function weights({ testimonies = [] }: Trace): Partial<Record<Weight['kind'], number>> {
  const counts: Partial<Record<Weight['kind'], number>> = {};
  for (const { weight } of testimonies) counts[weight.kind] = (counts[weight.kind] ?? 0) + 1;
  return counts;
}

describe('what the kernel and its tools told of three packets agrees with the prediction', () => {
  it.each([
    ['nft-monitor-trace', '198.51.100.10', 8080, { met: 5 }],
    ['nft-monitor-trace', '172.17.0.2', 81, { met: 2 }],
    ['nft-monitor-trace', '198.51.100.10', 2222, { met: 3 }],
    ['xtables-monitor', '198.51.100.10', 8080, { met: 3 }],
    ['xtables-monitor', '198.51.100.10', 2222, { met: 2 }],
    ['conntrack', '198.51.100.10', 8080, { 'as-tracked': 1 }],
    ['conntrack', '198.51.100.10', 2222, {}],
    ['tcpdump', '198.51.100.10', 8080, { there: 6 }],
    ['tcpdump', '172.17.0.2', 81, { there: 1 }],
    ['kernel-log', '198.51.100.10', 2222, { met: 1 }],
    ['kernel-log', '198.51.100.10', 8080, {}],
  ] as const)('%s, %s:%i', (name, to, dport, expected) => {
    expect(weights(ask(read(name), to, dport))).toEqual(expected);
  });

  it('of a client whom nobody named, any address outside will do', () => {
    expect(weights(ask(read('tcpdump'), '198.51.100.10', 8080, 'internet'))).toEqual({ there: 6 });
  });
});

describe('a martian', () => {
  const LINE = 'root@host:~# dmesg\n[ 12.5] IPv4: martian source 198.51.100.10 from 203.0.113.8, on dev eth0\n';
  it('that is not predicted is said', () => {
    expect(ask(LINE, '198.51.100.10', 8080).testimonies?.map(({ weight }) => weight)).toEqual([{ kind: 'dropped', predicted: false }]);
  });
});

describe('what speaks against the prediction is said', () => {
  it.each([
    ['a rule that the packet does not meet', 'kernel-log', /\[UFW BLOCK\] /, '[FWD 81] ', 2222, { 'not-met': 1 }],
    ['a rule that is not there', 'kernel-log', /\[UFW BLOCK\] /, '[OTHER] ', 2222, { 'no-such-rule': 1 }],
    ['an interface that it does not cross', 'tcpdump', /docker0 Out/g, 'eth1 Out', 8080, { there: 5, elsewhere: 1 }],
    ['another translation', 'conntrack', / src=172\.17\.0\.2 /, ' src=172.17.0.9 ', 8080, { 'translated-otherwise': 1 }],
    ['no answer', 'conntrack', / src=172\.17\.0\.2 /, ' [UNREPLIED] src=172.17.0.2 ', 8080, { answered: 1 }],
  ] as const)('%s', (_, name, sought, put, dport, expected) => {
    expect(weights(ask(read(name).replaceAll(new RegExp(sought, 'g'), put), '198.51.100.10', dport))).toEqual(expected);
  });

  it('in the report, with the line and before what agrees', () => {
    const trace = ask(read('tcpdump').replaceAll('vethw Out', 'vethx Out'), '198.51.100.10', 8080);
    const text = report.render(trace, { verbose: false, color: false });
    expect(text).toContain(
      'What was seen of it:\n  ✗ tcpdump saw 203.0.113.8:35108 → 172.17.0.2:80 (vethx out), which it is not predicted to cross [paste.txt:196]\n  ✓ tcpdump saw 203.0.113.8:35108 → 198.51.100.10:8080 (eth0 in), where it is predicted to be [paste.txt:194]\n',
    );
  });
});

it('text that tells of packets alone is no host', () => {
  expect(() => takeIn([{ path: 'p', text: read('tcpdump') }], 'p')).toThrow("packets that were there, not the host's state");
});

it('a word alone is no call of conntrack, and texts of two files add up', () => {
  const names = (path: string, text: string): { path: string; text: string } => ({ path, text });
  const given = [
    names('proc/7/net/ip_tables_matches', 'conntrack\nconntrack\nmark\n'),
    names('proc/7/net/arp_tables_matches', 'conntrack\nmark\n'),
    names('host.txt', HOST),
    names('a.txt', read('tcpdump')),
    names('b.txt', read('kernel-log')),
  ];
  const { files } = takeIn(given, 'x');
  expect([...files.keys()].filter((path) => path.includes('testimony')).sort()).toEqual(['host/testimony.txt', 'host/testimony~2.txt']);
});
