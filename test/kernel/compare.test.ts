import { describe, expect, it } from 'vitest';
import type { ClientView } from '../../src/kernel/agent/protocol.js';
import { compare, ruleRow } from '../../src/kernel/compare.js';
import { TRACER } from '../../src/kernel/plan/plan.js';
import type { KernelFlow, Observed } from '../../src/kernel/flow.js';
import { attribute } from '../../src/kernel/observe/attribute.js';
import type { Captured, CapturedBody } from '../../src/kernel/observe/captured.js';
import { attributeRules } from '../../src/kernel/observe/rules.js';
import type { TraceEntry } from '../../src/kernel/observe/trace-log.js';
import { sideBySide } from '../../src/kernel/side-by-side.js';
import type { Outcome, Trace } from '../../src/model/trace.js';
import { renderVerification } from '../../src/report/verify-text.js';

const FLOW: KernelFlow = { id: 0, client: 'web', proto: 'tcp', dst: '203.0.113.8', dport: 443, sport: 5000, byte: 1 };
const SYN: CapturedBody = { proto: 'tcp', kind: 'syn', sport: 5000, dport: 443, seq: 7, ack: 0 };
const SYN_ACK: CapturedBody = { proto: 'tcp', kind: 'syn-ack', sport: 443, dport: 5000, seq: 1, ack: 8 };

function at(netns: string, iface: string, dir: 'in' | 'out', src: string, dst: string, body: CapturedBody): Captured {
  return { time: 0, netns, iface, dir, family: 4, src, dst, ident: 77, body };
}

function entry(table: string, chain: string, rule: string | undefined, over: Partial<TraceEntry> = {}): TraceEntry {
  const packet = {
    netns: 'host',
    family: 4,
    in: 'br0',
    out: '',
    src: '10.0.0.2',
    dst: '203.0.113.8',
    sport: 5000,
    dport: 443,
    echo: 0,
    ident: 77,
  } as const;
  return { ...packet, table, chain, verdict: 'CONTINUE', ...(rule !== undefined && { rule }), ...over };
}

const TRACE_RULE = '-A PREROUTING -p tcp --syn -j TRACE';

/** A trace of one packet: out of web, through the host, one rule met, one line of output. */
function predicted(outcome: Outcome, over: Partial<Trace> = {}): Trace {
  const packet = { src: '10.0.0.2', sport: 5000, dst: '203.0.113.8', dport: 443 };
  const hit = {
    netns: 'host',
    family: 4,
    table: 'filter',
    chain: 'FORWARD',
    rule: '-A FORWARD -j ACCEPT',
    verdict: 'ACCEPT',
    file: 'f',
    line: 1,
  } as const;
  const base = { leg: 0, reply: false, packet } as const;
  return {
    format: 'dtrace-path-trace/1',
    flow: { from: 'web', to: '203.0.113.8', proto: 'tcp', ...packet },
    outcome,
    cause: { kind: 'rule', code: 'DTP-101' },
    reason: 'because',
    packets: [
      { ...packet, netns: 'web', iface: 'eth0', dir: 'out', reply: false },
      { ...packet, netns: 'host', iface: 'up0', dir: 'out', reply: false },
    ],
    rules: [hit],
    steps: [
      { ...base, netns: 'web', kind: 'interface', iface: 'eth0', dir: 'out' },
      {
        ...base,
        netns: 'host',
        kind: 'table',
        hook: 'FORWARD',
        table: 'filter',
        family: 4,
        in: 'br0',
        out: 'up0',
        mark: 0,
        hits: [hit],
        verdict: 'accept',
      },
      { ...base, netns: 'host', kind: 'interface', iface: 'up0', dir: 'out' },
    ],
    assumptions: [],
    missing: [],
    ...over,
  };
}

/** The same, where one of its sightings lasts only until a neighbour is confirmed. */
function passing(trace: Trace, sighting: number): Trace {
  const { netns, iface } = trace.packets[sighting]!;
  const steps = trace.steps.map((step) =>
    step.kind === 'interface' && step.netns === netns && step.iface === iface ? { ...step, whileUnconfirmed: true as const } : step,
  );
  return { ...trace, steps };
}

function observed(outcome: ClientView, packets: Observed['packets'], rules: readonly string[], errors: readonly Captured[] = []): Observed {
  const entries = rules.map((rule) => ({ ...entry('filter', 'FORWARD', rule), rule }));
  return { flow: FLOW, result: { id: 0, outcome }, packets, proxied: false, errors, rules: entries };
}

const OUT = [
  { captured: at('web', 'eth0', 'out', '10.0.0.2', '203.0.113.8', SYN), reply: false },
  { captured: at('host', 'up0', 'out', '10.0.0.2', '203.0.113.8', SYN), reply: false },
];
const BEHIND = { captured: at('host', 'br0', 'out', '172.17.0.1', '172.17.0.2', { ...SYN, dport: 80 }), reply: false };
const ARRIVED = { captured: at('router', 'far0', 'in', '10.0.0.2', '203.0.113.8', SYN), reply: false };
const ACCEPT = ['-A FORWARD -j ACCEPT'];
const HOST = new Set(['host']);

describe('attribute', () => {
  it('follows a segment through NAT, a proxy and back, by its sequence number', () => {
    const translated = at('host', 'up0', 'out', '198.51.100.10', '203.0.113.8', { ...SYN, sport: 31000 });
    const dialled = at('host', 'docker0', 'out', '172.17.0.1', '172.17.0.2', { ...SYN, sport: 45000, dport: 80, seq: 99 });
    const answer = at('web', 'eth0', 'in', '203.0.113.8', '10.0.0.2', SYN_ACK);
    const stranger = { ...at('host', 'up0', 'out', '198.51.100.10', '203.0.113.9', { ...SYN, sport: 6000, seq: 12 }), ident: 78 };
    const relayed = new Map([['host', [{ proto: 'tcp', peer: '10.0.0.2', peerPort: 5000, localPort: 45000 } as const]]]);
    const { packets, bySource } = attribute([FLOW], [OUT[0]!.captured, translated, dialled, stranger, answer], relayed, []);
    expect(packets.get(0)).toEqual([
      OUT[0],
      { captured: translated, reply: false },
      { captured: dialled, reply: false },
      { captured: answer, reply: true },
    ]);
    expect([...bySource.keys()]).toEqual(['10.0.0.2|5000', '198.51.100.10|31000', '172.17.0.1|45000']);
  });

  it('knows a segment whose port was translated before any interface saw it, by what the trace saw', () => {
    const first = at('web', 'lo', 'in', '10.0.0.2', '10.0.0.2', { ...SYN, sport: 31000 });
    const { packets } = attribute([FLOW], [first], new Map(), [entry('raw', 'OUTPUT', TRACE_RULE, { netns: 'web', in: '' })]);
    expect(packets.get(0)).toEqual([{ captured: first, reply: false }]);
  });

  it('tells datagrams by their byte, echoes by their id, and errors by what they quote', () => {
    const flows: KernelFlow[] = [
      { ...FLOW, id: 1, proto: 'udp', byte: 9 },
      { ...FLOW, id: 2, proto: 'icmp', sport: 4321 },
    ];
    const ask = at('web', 'eth0', 'out', '10.0.0.2', '203.0.113.8', { proto: 'udp', sport: 5000, dport: 53, byte: 9 });
    const reply = at('web', 'eth0', 'in', '203.0.113.8', '10.0.0.2', { proto: 'udp', sport: 53, dport: 5000, byte: 0x89 });
    const echo = at('web', 'eth0', 'in', '203.0.113.8', '10.0.0.2', { proto: 'echo', reply: true, id: 4321 });
    const error = at('web', 'eth0', 'in', '10.0.0.1', '10.0.0.2', {
      proto: 'icmp-error',
      type: 3,
      code: 3,
      quoted: { src: '10.0.0.2', dst: '203.0.113.8', sport: 5000, dport: 53 },
    });
    const found = attribute(flows, [ask, reply, echo, error], new Map(), []);
    expect([...found.packets]).toEqual([
      [
        1,
        [
          { captured: ask, reply: false },
          { captured: reply, reply: true },
        ],
      ],
      [2, [{ captured: echo, reply: true }]],
    ]);
    expect([...found.errors]).toEqual([[1, [error]]]);
  });
});

describe('attributeRules', () => {
  it('keeps the rules of first walks, without those that switch the trace on', () => {
    const log = [
      entry(TRACER, 'prerouting', TRACE_RULE, { nft: 'inet' }),
      entry(TRACER, 'prerouting', undefined, { verdict: 'ACCEPT' }),
      entry('filter', 'FORWARD', '-A FORWARD -j ACCEPT', { verdict: 'ACCEPT' }),
      entry(TRACER, 'prerouting', TRACE_RULE, { nft: 'inet' }),
      entry('filter', 'FORWARD', '-A FORWARD -j ACCEPT', { verdict: 'ACCEPT' }),
      entry('filter', 'FORWARD', '-A FORWARD -j DROP', { sport: 80, src: '203.0.113.8' }),
    ];
    const packets = attribute([FLOW], [OUT[0]!.captured], new Map(), []);
    expect([...attributeRules([FLOW], packets, log)]).toEqual([[0, [{ ...log[2] }]]]);
  });

  it('knows a packet that was dropped before it crossed an interface by its port', () => {
    const drop = entry('filter', 'OUTPUT', '-A OUTPUT -j DROP', { netns: 'web', in: '' });
    const packets = attribute([FLOW], [], new Map(), []);
    expect([...attributeRules([FLOW], packets, [drop])]).toEqual([[0, [drop]]]);
  });
});

describe('compare', () => {
  it.each<[string, Trace, Observed, { agrees: boolean; kernel: Outcome }]>([
    ['the same way out', predicted('leaves-host'), observed('refused', [...OUT, ARRIVED], ACCEPT), { agrees: true, kernel: 'leaves-host' }],
    [
      'another rule',
      predicted('leaves-host'),
      observed('refused', [...OUT, ARRIVED], ['-A FORWARD -j LOG']),
      { agrees: false, kernel: 'leaves-host' },
    ],
    [
      'another interface',
      predicted('leaves-host'),
      observed('refused', [OUT[0]!, ARRIVED], ACCEPT),
      { agrees: false, kernel: 'leaves-host' },
    ],
    ['another outcome', predicted('connected'), observed('timeout', OUT, ACCEPT), { agrees: false, kernel: 'timeout' }],
    ['accepted, then silence', predicted('timeout'), observed('silent', OUT, ACCEPT), { agrees: true, kernel: 'timeout' }],
    [
      'an absent neighbour, told after a second',
      predicted('unreachable', { cause: { kind: 'no-neighbour', code: 'DTP-303' } }),
      observed('timeout', OUT, ACCEPT),
      { agrees: true, kernel: 'timeout' },
    ],
    [
      'an error that the client had, but was not told of',
      predicted('refused'),
      observed('timeout', OUT, ACCEPT, [at('web', 'eth0', 'in', 'fd00::1', 'fd00::2', { proto: 'icmp-error', type: 1, code: 4 })]),
      { agrees: true, kernel: 'timeout' },
    ],
    [
      'what is behind a proxy of which nothing tells where it goes on to',
      predicted('connected', { cause: { kind: 'proxy-unknown', code: 'DTP-603' } }),
      observed('connected', [...OUT, BEHIND], [...ACCEPT, '-A FORWARD -j LOG']),
      { agrees: true, kernel: 'connected' },
    ],
    [
      'another interface before such a proxy',
      predicted('connected', { cause: { kind: 'proxy-unknown', code: 'DTP-603' } }),
      observed('connected', [OUT[0]!, BEHIND], ACCEPT),
      { agrees: false, kernel: 'connected' },
    ],
    [
      'a hop until the neighbour is confirmed, which it is already',
      passing(predicted('timeout'), 1),
      observed('timeout', [OUT[0]!], ACCEPT),
      { agrees: true, kernel: 'timeout' },
    ],
    ['such a hop where it is not', passing(predicted('timeout'), 1), observed('timeout', OUT, ACCEPT), { agrees: true, kernel: 'timeout' }],
    [
      'another hop that is not there',
      passing(predicted('timeout'), 1),
      observed('timeout', [OUT[1]!], ACCEPT),
      { agrees: false, kernel: 'timeout' },
    ],
    ['a retransmission', predicted('timeout'), observed('timeout', [...OUT, ...OUT], ACCEPT), { agrees: true, kernel: 'timeout' }],
  ])('%s', (_name, trace, seen, expected) => {
    const { agrees, outcome } = compare(trace, seen, HOST);
    expect({ agrees, kernel: outcome.kernel }).toEqual(expected);
  });
});

describe('renderVerification', () => {
  it('shows both walks side by side, in the order of the predicted one', () => {
    const trace = predicted('leaves-host');
    const comparison = compare(trace, observed('timeout', [OUT[0]!], ['-A FORWARD -j DROP']), HOST);
    const flow = { flow: trace.flow, reason: trace.reason, comparison, stages: sideBySide(trace, comparison) };
    const text = renderVerification(
      {
        format: 'dtrace-path-verification/1',
        kernel: 'Linux 6.1',
        agrees: false,
        flows: [flow],
        untried: [{ what: 'f', why: 'w' }],
        gaps: [{ what: 'host: sysctl x', why: 'ENOENT' }],
      },
      { color: false },
    );
    expect(text.split('\n')).toEqual([
      'web (10.0.0.2:5000) → 203.0.113.8:443, TCP: DISAGREES',
      '  ≠ outcome  predicted leaves-host: because',
      '             kernel    timeout',
      '  = packet web eth0 out 10.0.0.2 > 203.0.113.8:443',
      '  ≠ rule   host filter FORWARD -A FORWARD -j ACCEPT | (the kernel shows none)',
      '  ≠ packet host up0 out 10.0.0.2 > 203.0.113.8:443  | (the kernel shows none)',
      '  ≠ rule   (not predicted)                          | host filter FORWARD -A FORWARD -j DROP',
      '',
      '0 of 1 flows agree with Linux 6.1',
      '',
      'Not tried:',
      '  f: w',
      '',
      'Not rebuilt:',
      '  host: sysctl x: ENOENT',
      '',
    ]);
  });
});

describe("a rule's text", () => {
  it('is the same however its quotes are written', () => {
    const row = (rule: string): string => ruleRow({ netns: 'host', table: 'filter', chain: 'FORWARD', rule });
    const told = "host filter FORWARD -A FORWARD -m comment --comment it's so -j DROP";
    for (const comment of [`"it\\'s \\"so\\""`, `"it's \\"so\\""`, `"it's  so"`])
      expect(row(`-A FORWARD -m comment --comment ${comment} -j DROP`)).toBe(told);
    expect(row('-A FORWARD -m comment --comment "its so" -j DROP')).not.toBe(told);
  });
});
