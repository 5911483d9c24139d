import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

type Tables = Readonly<Record<string, readonly string[]>>;

const LOOSE = 'net.netfilter.nf_conntrack_tcp_loose = ';
const FORWARDING = 'net.ipv4.ip_forward = 1\n';

function ask(iptables: Tables, flow: object, sysctl = `${FORWARDING}${LOOSE}1\n`): readonly [string, string, readonly string[]] {
  const host = { iptables, listen: ['tcp 0.0.0.0:22'], files: { 'sysctl.txt': sysctl } };
  const trace = traceFlow(createMachine(buildHost(lab(host))), { from: 'web', to: 'host', dport: 22, ...flow });
  return [trace.outcome, trace.cause.kind, trace.cause.within ?? []];
}

const out = { to: '203.0.113.8', dport: 443 };
const inwards = { from: '203.0.113.9', to: '192.0.2.10' };
const into = { from: 'host', to: 'web', dport: 80 };
const PAIR = ['-P INPUT DROP', '-P FORWARD DROP'];
const sent = (kind: string, by: 'client' | 'server'): readonly [string, string, readonly string[]] => [
  'timeout',
  kind,
  by === 'client' ? ['stalls'] : ['stalls', 'reply-lost'],
];

/** Rules that let SYN and SYN-ACK through; each was seen on a kernel (test/kernel/odd/streams.ts). */
const HANDSHAKES: readonly (readonly [string, Tables, object, ReturnType<typeof ask>])[] = [
  [
    'INPUT takes what is NEW alone',
    { filter: [...PAIR, '-A INPUT -m conntrack --ctstate NEW -j ACCEPT'] },
    inwards,
    sent('chain-policy', 'client'),
  ],
  [
    'INPUT takes what is ESTABLISHED as well',
    { filter: [...PAIR, '-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT'] },
    inwards,
    ['connected', 'answered', []],
  ],
  [
    'FORWARD takes NEW out and ESTABLISHED in',
    {
      filter: [
        ...PAIR,
        '-A FORWARD -i docker0 -m conntrack --ctstate NEW -j ACCEPT',
        '-A FORWARD -o docker0 -m conntrack --ctstate ESTABLISHED -j ACCEPT',
      ],
    },
    out,
    sent('chain-policy', 'client'),
  ],
  [
    'what is no SYN is reset',
    { filter: ['-A INPUT -p tcp -m tcp ! --syn -j REJECT --reject-with tcp-reset'] },
    inwards,
    ['refused', 'rule', ['stalls']],
  ],
  ['what is no SYN is refused', { filter: ['-A INPUT -p tcp -m tcp ! --syn -j REJECT'] }, inwards, sent('rule', 'client')],
  ['data does not go out', { filter: ['-A OUTPUT -p tcp -m tcp --tcp-flags SYN,ACK ACK -j DROP'] }, inwards, sent('rule', 'server')],
];

test.each(HANDSHAKES)('%s', (_, tables, flow, told) => {
  expect(ask(tables, flow)).toEqual(told);
});

const ONE_WAY: Tables = { raw: ['-A PREROUTING -i docker0 -j CT --notrack'] };
const ANSWERS: Tables = { raw: ['-A OUTPUT -o docker0 -j CT --notrack'] };
const MASQUERADE = { nat: ['-A POSTROUTING -j MASQUERADE'] };
const NO_INVALID = { filter: ['-A INPUT -m conntrack --ctstate INVALID -j DROP', '-A FORWARD -m conntrack --ctstate INVALID -j DROP'] };
const SYN_FIRST = { filter: ['-A OUTPUT -p tcp -m tcp ! --syn -m conntrack --ctstate NEW -j DROP'] };

/** One direction is not tracked: with segments picked up, and without. */
const HALVES: readonly (readonly [string, Tables, object, ReturnType<typeof ask>, ReturnType<typeof ask>])[] = [
  [
    'what the server sends is masqueraded as if it were new',
    { ...ONE_WAY, nat: ['-A POSTROUTING -o docker0 -j SNAT --to-source 172.17.0.9'] },
    out,
    ['timeout', 'reply-astray', ['stalls']],
    ['leaves-host', 'left-host', []],
  ],
  ['the same, where nothing is translated', ONE_WAY, out, ['leaves-host', 'left-host', []], ['leaves-host', 'left-host', []]],
  ['what the host answers is new', { ...ONE_WAY, ...SYN_FIRST }, {}, sent('rule', 'server'), ['connected', 'answered', []]],
  [
    'a SYN-ACK of which the SYN was not seen',
    { ...ONE_WAY, ...NO_INVALID },
    out,
    ['timeout', 'rule', ['reply-lost']],
    ['timeout', 'rule', ['reply-lost']],
  ],
  ['an ACK before whose SYN-ACK was seen', { ...ANSWERS, ...NO_INVALID }, {}, sent('rule', 'client'), sent('rule', 'client')],
  ['the same where INVALID passes', { ...ANSWERS, ...MASQUERADE }, {}, ['connected', 'answered', []], ['connected', 'answered', []]],
  [
    'what goes in is not tracked, nor translated',
    { ...ANSWERS, ...MASQUERADE },
    into,
    ['connected', 'answered', []],
    ['connected', 'answered', []],
  ],
];

test.each(HALVES)('one direction alone is tracked: %s', (_, tables, flow, loose, strict) => {
  expect([ask(tables, flow), ask(tables, flow, `${FORWARDING}${LOOSE}0\n`)]).toEqual([loose, strict]);
});

test('whether segments are picked up is asked where no listing tells and it decides', () => {
  const spaces = buildHost(lab({ iptables: { ...ONE_WAY, ...SYN_FIRST }, listen: ['tcp 0.0.0.0:22'] }));
  const host = spaces.netns.get('host')!;
  const untold = {
    ...host,
    sysctl: new Map([...host.sysctl].filter(([key]) => key !== LOOSE.slice(0, -3))),
    sources: new Map(host.sources),
  };
  untold.sources.delete('sysctl');
  const machine = createMachine({ ...spaces, netns: new Map([...spaces.netns, ['host', untold]]) });
  const { outcome, reason } = traceFlow(machine, { from: 'web', to: 'host', dport: 22 });
  expect([outcome, /`--assume \S+ gives \w+/.exec(reason)?.[0]]).toEqual([
    'unknown',
    '`--assume missing=net.netfilter.nf_conntrack_tcp_loose=1` gives timeout',
  ]);
});
