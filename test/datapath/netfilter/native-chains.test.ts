import { describe, expect, test } from 'vitest';
import { createMachine, exploreFlow, traceFlow, traceSides, type Machine } from '../../../src/datapath/index.js';
import type { FlowRequest, Trace } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;
const toDb = { from: 'web', to: '172.17.0.3', dport: 53, proto: 'udp' } as const;

const machineOf = (nft: string, changes: Parameters<typeof lab>[0] = {}): Machine =>
  createMachine(buildHost(lab({ ...changes, files: { 'nft-ruleset.txt': nft } })));

function chain(name: string, hook: string, priority: number, rules: readonly string[], policy = 'accept', type = 'filter'): string {
  return `\tchain ${name} {\n\t\ttype ${type} hook ${hook} priority ${priority}; policy ${policy};\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n`;
}

const user = (name: string, rules: readonly string[]): string => `\tchain ${name} {\n${rules.map((rule) => `\t\t${rule}\n`).join('')}\t}\n`;
const table = (head: string, ...parts: readonly string[]): string => `table ${head} {\n${parts.join('\n')}}\n`;

/** The rules of the host that the first packet matched: `table chain: rule ⇒ verdict`. */
const met = (trace: Trace): readonly string[] =>
  trace.rules.filter((hit) => hit.nft !== undefined).map((hit) => `${hit.nft} ${hit.table} ${hit.chain}: ${hit.rule} ⇒ ${hit.verdict}`);

interface Case {
  readonly what: string;
  readonly nft: string;
  readonly flow?: FlowRequest;
  readonly iptables?: Readonly<Record<string, readonly string[]>>;
  readonly outcome: string;
  readonly rules: readonly string[];
}

const CASES: readonly Case[] = [
  {
    what: 'at postrouting iiftype is that of the device the packet leaves by',
    nft: table('inet a', chain('p', 'postrouting', 0, ['meta iiftype loopback drop', 'meta iiftype ether drop'])),
    outcome: 'timeout',
    rules: ['inet a p: meta iiftype ether drop ⇒ drop'],
  },
  {
    what: 'what this host itself sends has no frame yet: neither its header nor its addresses are asked',
    flow: { from: 'host', to: '203.0.113.8', dport: 443 },
    nft: table(
      'inet a',
      chain('o', 'output', 0, [
        'ether type ip drop',
        'ether saddr != 00:11:22:33:44:55 drop',
        '@ll,96,16 0x800 drop',
        'meta protocol ip accept',
      ]),
    ),
    outcome: 'leaves-host',
    rules: ['inet a o: meta protocol ip accept ⇒ accept'],
  },
  {
    what: 'where it is given to a device it has one',
    flow: { from: 'host', to: '203.0.113.8', dport: 443 },
    nft: table(
      'netdev a',
      chain('e', 'egress device "eth0"', 0, ['meta iiftype loopback drop', 'ether type ip6 drop', 'ether type ip drop']),
    ),
    outcome: 'timeout',
    rules: ['netdev a e: ether type ip drop ⇒ drop'],
  },
  {
    what: 'frames of a bridge have one whichever way they go',
    flow: { from: 'host', to: '172.17.0.3', dport: 53, proto: 'udp' },
    nft: table('bridge a', chain('o', 'output', 0, ['ether type ip6 drop', 'ether type ip drop'])),
    outcome: 'timeout',
    rules: ['bridge a o: ether type ip drop ⇒ drop'],
  },
  {
    what: 'fwd ends the way here: the frame leaves by the other device as it is, whose other end it is not addressed to',
    nft: table('netdev a', chain('i', 'ingress device "vweb"', 0, ['ether saddr != 00:11:22:33:44:55 fwd to "vdb"', 'accept'])),
    outcome: 'timeout',
    rules: ['netdev a i: ether saddr != 00:11:22:33:44:55 fwd to "vdb" ⇒ stolen'],
  },
  {
    what: 'fwd to the device that leads to whom the frame is addressed to',
    flow: toDb,
    nft:
      table('netdev a', chain('i', 'ingress device "vweb"', 0, ['fwd to "vdb"'])) +
      table('bridge b', chain('f', 'forward', 0, ['udp dport 53 drop'])),
    outcome: 'connected',
    rules: ['netdev a i: fwd to "vdb" ⇒ stolen'],
  },
  {
    what: 'fwd to its own device comes to an end',
    nft: table('netdev a', chain('e', 'egress device "eth0"', 0, ['fwd to "eth0"'])),
    outcome: 'timeout',
    rules: new Array<string>(4).fill('netdev a e: fwd to "eth0" ⇒ stolen'),
  },
  {
    what: 'a state is one field of a concatenation as any other',
    nft: table('inet a', chain('f', 'forward', 0, ['ct state . ct direction { new . reply, new . original } drop'])),
    outcome: 'timeout',
    rules: ['inet a f: ct state . ct direction { new . reply, new . original } drop ⇒ drop'],
  },
  {
    what: 'what is routed to a bridge has the hardware type of the bridge',
    flow: { from: 'host', to: '172.17.0.3', dport: 53, proto: 'udp' },
    nft: table('bridge a', chain('o', 'output', 0, ['meta iiftype loopback drop', 'meta iiftype ether drop'])),
    outcome: 'timeout',
    rules: ['bridge a o: meta iiftype ether drop ⇒ drop'],
  },
  {
    what: 'where fwd looks up a neighbour, nobody can tell what becomes of the packet',
    flow: toDb,
    nft: table('netdev a', chain('i', 'ingress device "vweb"', 0, ['fwd ip to 10.0.0.1 device "vdb"', 'accept'])),
    outcome: 'unknown',
    rules: ['netdev a i: fwd ip to 10.0.0.1 device "vdb" ⇒ stolen'],
  },
  {
    what: 'a map is looked up before the family that is translated is asked',
    nft: table(
      'inet a',
      chain('n', 'prerouting', -100, ['dnat ip6 to tcp dport map { 80 : fd00::1 }', 'ct state new accept'], 'accept', 'nat'),
    ),
    outcome: 'leaves-host',
    rules: ['inet a n: ct state new accept ⇒ accept'],
  },
  {
    what: 'accept ends its base chain, drop the packet, lowest priority first',
    nft:
      table('inet a', chain('late', 'forward', 10, ['tcp dport 443 drop'])) + table('inet b', chain('early', 'forward', -10, ['accept'])),
    outcome: 'timeout',
    rules: ['inet b early: accept ⇒ accept', 'inet a late: tcp dport 443 drop ⇒ drop'],
  },
  {
    what: 'goto from a base chain ends in its policy, not behind it',
    nft: table('inet a', user('u', ['tcp dport 80 accept']), chain('f', 'forward', 0, ['goto u', 'accept'], 'drop')),
    outcome: 'timeout',
    rules: ['inet a f: goto u ⇒ goto u'],
  },
  {
    what: 'a verdict map without an entry ends its rule alone',
    nft: table('inet a', chain('f', 'forward', 0, ['tcp dport vmap { 80 : accept, 81-90 : accept }', 'counter drop'])),
    outcome: 'timeout',
    rules: ['inet a f: counter drop ⇒ drop'],
  },
  {
    what: 'a verdict map tells which entry led where',
    nft: table('inet a', user('u', ['return']), chain('f', 'forward', 0, ['iifname vmap { "docker0" : jump u, "lo" : drop }'])),
    outcome: 'leaves-host',
    rules: ['inet a f: iifname vmap { "docker0" : jump u, "lo" : drop } ⇒ jump u', 'inet a u: return ⇒ return'],
  },
  {
    what: 'a mark is set before the next condition of the rule is asked, and stays where that fails',
    nft: table('inet a', chain('f', 'forward', 0, ['meta mark set 0x00000007 tcp dport 80 accept', 'meta mark 0x00000007 drop'])),
    outcome: 'timeout',
    rules: ['inet a f: meta mark 0x00000007 drop ⇒ drop'],
  },
  {
    what: 'a dormant table does nothing',
    nft: table('inet a', '\tflags dormant\n', chain('f', 'forward', 0, ['drop'])),
    outcome: 'leaves-host',
    rules: [],
  },
  {
    what: 'accept in a nat chain leaves the next one to translate',
    nft:
      table('ip a', chain('p', 'postrouting', 99, ['accept'], 'accept', 'nat')) +
      table('ip b', chain('p', 'postrouting', 100, ['oifname "eth0" masquerade'], 'accept', 'nat')),
    outcome: 'leaves-host',
    rules: ['ip a p: accept ⇒ accept', 'ip b p: oifname "eth0" masquerade ⇒ accept'],
  },
  {
    what: 'a translation for the other family is passed by, and its rule goes on',
    nft: table('inet a', chain('p', 'postrouting', 100, ['snat ip6 to 2001:db8::9', 'snat ip to 192.0.2.77'], 'accept', 'nat')),
    outcome: 'leaves-host',
    rules: ['inet a p: snat ip6 to 2001:db8::9 ⇒ continue', 'inet a p: snat ip to 192.0.2.77 ⇒ accept'],
  },
  {
    what: 'a destination from a map, address and port at once',
    nft: table('ip a', chain('d', 'prerouting', -100, ['dnat to tcp dport map { 443 : 172.17.0.3 . 5353 }'], 'accept', 'nat')),
    outcome: 'timeout',
    rules: ['ip a d: dnat to tcp dport map { 443 : 172.17.0.3 . 5353 } ⇒ accept'],
  },
  {
    what: 'a negated condition fails too where the packet has not what it asks for',
    nft: table('inet a', chain('f', 'forward', 0, ['tcp dport != 80 drop'])),
    flow: toDb,
    outcome: 'connected',
    rules: [],
  },
  {
    what: 'reject by family, also in prerouting',
    nft: table('inet a', chain('f', 'prerouting', 0, ['tcp dport 443 reject with icmpx admin-prohibited'])),
    outcome: 'unreachable',
    rules: ['inet a f: tcp dport 443 reject with icmpx admin-prohibited ⇒ drop'],
  },
  {
    what: 'notrack keeps NAT away',
    nft: table(
      'ip a',
      chain('r', 'prerouting', -300, ['notrack']),
      chain('p', 'postrouting', 100, ['masquerade'], 'accept', 'nat'),
      chain('f', 'forward', 0, ['ct state untracked accept'], 'drop'),
    ),
    outcome: 'leaves-host',
    rules: ['ip a r: notrack ⇒ continue', 'ip a f: ct state untracked accept ⇒ accept'],
  },
  {
    what: 'iptables and nftables together: neither overrules the other',
    nft: table('inet a', chain('f', 'forward', -5, ['tcp dport 443 accept'])),
    iptables: { filter: ['-A FORWARD -p tcp -m tcp --dport 443 -j DROP'] },
    outcome: 'timeout',
    rules: ['inet a f: tcp dport 443 accept ⇒ accept'],
  },
  {
    what: 'a concatenation with intervals in its fields',
    nft: table(
      'inet a',
      '\tset s {\n\t\ttype ipv4_addr . inet_service\n\t\tflags interval\n\t\telements = { 203.0.113.0/24 . 400-500, 198.51.100.1 . 80 }\n\t}\n',
      chain('f', 'forward', 0, ['ip daddr . tcp dport @s drop']),
    ),
    outcome: 'timeout',
    rules: ['inet a f: ip daddr . tcp dport @s drop ⇒ drop'],
  },
  {
    what: 'what a packet adds to a set, a later rule finds there',
    nft: table(
      'inet a',
      '\tset s {\n\t\ttype ipv4_addr\n\t\tsize 65535\n\t\tflags dynamic\n\t}\n',
      chain('f', 'forward', 0, ['add @s { ip saddr }', 'ip saddr @s drop']),
    ),
    outcome: 'timeout',
    rules: ['inet a f: add @s { ip saddr } ⇒ continue', 'inet a f: ip saddr @s drop ⇒ drop'],
  },
  {
    what: 'chains of a bridge see what goes from port to port, without br_netfilter',
    nft: table('bridge a', chain('f', 'forward', -200, ['iifname "vweb" oifname "vdb" udp dport 53 drop'])),
    flow: toDb,
    outcome: 'timeout',
    rules: ['bridge a f: iifname "vweb" oifname "vdb" udp dport 53 drop ⇒ drop'],
  },
  {
    what: 'chains of a bridge see what goes up to its own device',
    nft: table('bridge a', chain('i', 'input', -200, ['iifname "vweb" ip daddr 203.0.113.8 drop'])),
    outcome: 'timeout',
    rules: ['bridge a i: iifname "vweb" ip daddr 203.0.113.8 drop ⇒ drop'],
  },
  {
    what: 'ingress of a device, before any other hook',
    nft:
      table(
        'netdev a',
        '\tchain i {\n\t\ttype filter hook ingress device "vweb" priority 0; policy accept;\n\t\ttcp dport 443 drop\n\t}\n',
      ) + table('inet b', chain('p', 'prerouting', -500, ['accept'])),
    outcome: 'timeout',
    rules: ['netdev a i: tcp dport 443 drop ⇒ drop'],
  },
  {
    what: 'egress of a device, behind all other hooks',
    nft:
      table(
        'netdev a',
        '\tchain e {\n\t\ttype filter hook egress device "eth0" priority 0; policy accept;\n\t\ttcp dport 443 drop\n\t}\n',
      ) + table('inet b', chain('p', 'postrouting', 500, ['accept'])),
    outcome: 'timeout',
    rules: ['inet b p: accept ⇒ accept', 'netdev a e: tcp dport 443 drop ⇒ drop'],
  },
  {
    what: 'an anonymous chain',
    nft: table('inet a', chain('f', 'forward', 0, ['tcp dport 443 jump {\n\t\t\tip daddr 203.0.113.8 drop\n\t\t}', 'accept'])),
    outcome: 'timeout',
    rules: [
      'inet a f: tcp dport 443 jump {\n\t\t\tip daddr 203.0.113.8 drop\n\t\t} ⇒ jump __chain0',
      'inet a __chain0: ip daddr 203.0.113.8 drop ⇒ drop',
    ],
  },
];

describe('native base chains', () => {
  test.each(CASES)('$what', ({ nft, flow = out, iptables, outcome, rules }) => {
    const trace = traceFlow(machineOf(nft, iptables === undefined ? {} : { iptables }), flow);
    expect({ outcome: trace.outcome, rules: met(trace).map((rule) => rule.replace(/\s+/g, ' ')) }).toEqual({
      outcome,
      rules: rules.map((rule) => rule.replace(/\s+/g, ' ')),
    });
  });
});

describe('chains of one priority', () => {
  const drops = table('inet a', chain('f', 'forward', 0, ['drop']));
  const rejects = table('inet b', chain('f', 'forward', 0, ['reject with tcp reset']));

  test('both orders are looked at where they differ; the one that the listing suggests is shown', () => {
    const trace = traceFlow(machineOf(drops + rejects), out);
    expect(trace.outcome).toBe('unknown');
    expect(trace.reason).toContain('whether inet b f or inet a f of host runs first at forward');
    expect(traceSides(machineOf(drops + rejects), out).map((side) => [side.outcome, ...met(side)])).toEqual([
      ['refused', 'inet b f: reject with tcp reset ⇒ drop'],
      ['timeout', 'inet a f: drop ⇒ drop'],
    ]);
  });

  test('nothing is asked where they come to the same', () => {
    const trace = traceFlow(machineOf(drops + table('inet b', chain('f', 'forward', 0, ['counter accept']))), out);
    expect([trace.outcome, trace.assumptions]).toEqual(['timeout', []]);
  });
});

describe('what nobody can foretell', () => {
  test('every value of a draw is looked at', () => {
    const four = [1, 2, 3, 4].map((n) => `${n - 1} : 172.17.0.${n + 1}`).join(', ');
    const nft = table('ip a', chain('d', 'prerouting', -100, [`dnat to numgen random mod 4 map { ${four} }`], 'accept', 'nat'));
    const { sides } = exploreFlow(machineOf(nft), out);
    const targets = sides.map((steps) => steps.find((step) => step.kind === 'nat')?.after.dst);
    expect(targets).toEqual(['172.17.0.2', '172.17.0.3', '172.17.0.4', '172.17.0.5']);
  });

  test('a rule that is not modelled is asked about alone', () => {
    const nft = table('inet a', chain('f', 'forward', 0, ['tcp dport 80 drop', 'meta cpu 3 drop']));
    const trace = traceFlow(machineOf(nft), out);
    expect([trace.outcome, trace.reason.includes('`meta cpu`')]).toEqual(['unknown', true]);
    expect(traceFlow(machineOf(nft), { ...out, dport: 80 }).outcome).toBe('timeout');
  });
});

test('rules of iptables-nft are taken from iptables-save, whichever listings show them', () => {
  const nft = table('ip filter', chain('FORWARD', 'forward', 0, ['ip daddr 203.0.113.8 counter packets 0 bytes 0 drop']));
  const trace = traceFlow(machineOf(nft, { iptables: { filter: ['-A FORWARD -d 203.0.113.8/32 -j DROP'] } }), out);
  expect(trace.rules.map(({ nft: family, rule }) => [family, rule])).toEqual([[undefined, '-A FORWARD -d 203.0.113.8/32 -j DROP']]);
});
