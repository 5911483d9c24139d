import { expect, test } from 'vitest';
import { createMachine, traceFlow, traceSides, type Machine } from '../../../src/datapath/index.js';
import type { Trace } from '../../../src/model/trace.js';
import { buildHost } from '../../support/host-builder.js';
import { container, lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;

const machineOf = (nft: string): Machine => createMachine(buildHost(lab({ files: { 'nft-ruleset.txt': nft } })));
const met = ({ rules }: Trace): readonly string[] => rules.filter((hit) => hit.nft !== undefined).map((hit) => hit.rule);

/** So many rules that nothing matches: the chain is looked up, not walked. */
const OTHERS = Array.from({ length: 20 }, (_, i) => `\t\tip daddr 192.0.2.${i + 1} tcp dport ${i + 1} drop\n`).join('');

const REWRITES = [
  ['in the chain itself', '\t\tip daddr set 198.51.100.9\n\t\ttcp dport set 80\n'],
  ['in one that it jumps to', '\t\tjump moves\n'],
  ['in one that a map leads to', '\t\ttcp dport vmap { 443 : jump moves }\n'],
  ['where what nobody can tell decides as well', '\t\tnumgen random mod 2 0 meta mark set 7\n\t\tjump moves\n'],
] as const;

test.each(REWRITES)('long chains are looked up anew for a packet that was rewritten: %s', (_, rewrite) => {
  const machine = machineOf(`table ip t {
	chain moves {
		ip daddr set 198.51.100.9
		tcp dport set 80
	}
	chain f {
		type filter hook forward priority 0; policy accept;
${rewrite}${OTHERS}		ip daddr 203.0.113.8 tcp dport 443 counter
		ip daddr 198.51.100.9 counter
		tcp dport 80 counter
		ip daddr 198.51.100.9 tcp dport 80 drop
	}
}
`);
  const ways = traceSides(machine, out);
  const all = ways.length > 0 ? ways : [traceFlow(machine, out)];
  for (const way of all) {
    expect(met(way).slice(-3)).toEqual([
      'ip daddr 198.51.100.9 counter',
      'tcp dport 80 counter',
      'ip daddr 198.51.100.9 tcp dport 80 drop',
    ]);
    expect(met(way)).not.toContain('ip daddr 203.0.113.8 tcp dport 443 counter');
    expect(way.outcome).toBe('timeout');
  }
});

test('behind a device the length is that of the frame, before it that of the packet', () => {
  const machine = machineOf(`table netdev t {
	chain e {
		type filter hook egress device "eth0" priority 0; policy accept;
		meta length 74 counter
		ip length 60 counter
		meta length 60 drop
	}
}
`);
  expect(met(traceFlow(machine, out))).toEqual(['meta length 74 counter', 'ip length 60 counter']);
});

const KERNELS = [
  ['6.1.0', true],
  ['6.15.0', false],
] as const;

test.each(KERNELS)('Linux %s: whether fib asks the routes for what came by lo', (kernel, asks) => {
  const nft = `table ip t {
	chain i {
		type filter hook input priority 0; policy accept;
		iif "lo" fib saddr . iif oif 0 counter
	}
}
`;
  const host = buildHost(lab({ files: { 'nft-ruleset.txt': nft } }));
  const machine = createMachine({ ...host, meta: { ...host.meta, kernel } });
  expect(met(traceFlow(machine, { from: 'host', to: '127.0.0.1', dport: 22 })).length > 0).toBe(asks);
});

test('what asks for a port of any transport reads packets without ports in the same place', () => {
  const machine = machineOf(`table inet t {
	chain f {
		type filter hook forward priority 0; policy accept;
		th sport != 22 drop
	}
}
`);
  expect(traceFlow(machine, { from: 'web', to: '203.0.113.8', proto: 'icmp' }).outcome).toBe('timeout');
});

test('ports written into an echo request may cost the packet', () => {
  const machine = machineOf(`table inet t {
	chain f {
		type filter hook forward priority 0; policy accept;
		@th,16,16 set 80 counter
	}
}
`);
  expect(traceFlow(machine, { from: 'web', to: '203.0.113.8', proto: 'icmp' }).outcome).toBe('unknown');
});

test('what a rewrite costs is lost without a word to its sender', () => {
  const machine = machineOf(`table inet t {
	chain o {
		type route hook output priority 0; policy accept;
		udp checksum set 0 counter
	}
}
`);
  const ways = traceSides(machine, { from: 'host', to: '::1', proto: 'udp', dport: 443 });
  expect(ways.map(({ outcome }) => outcome)).toContain('timeout');
  expect(ways.map(({ outcome }) => outcome)).not.toContain('unreachable');
});

/** Answers of a server to the host, rewritten where the host takes them in. */
const DEMUX = [
  ['tcp', 'tcp dport set 80', '', 'refused'],
  ['udp', 'udp dport set 53', '', 'connected'],
  ['udp', 'ip saddr set 198.51.100.9', '', 'connected'],
  ['tcp', 'tcp dport set 80', 'net.ipv4.ip_early_demux', 'timeout'],
  ['tcp', 'tcp dport set 80', 'net.ipv4.tcp_early_demux', 'timeout'],
  ['udp', 'udp dport set 53', 'net.ipv4.udp_early_demux', 'timeout'],
] as const;

test.each(DEMUX)('an answer by %s that INPUT rewrites (%s), without %s', (proto, rewrite, off, outcome) => {
  const nft = `table ip t {
	chain i {
		type filter hook input priority 0; policy accept;
		iifname "docker0" ${rewrite}
	}
}
`;
  const host = buildHost(lab({ files: { 'nft-ruleset.txt': nft }, sysctl: off === '' ? {} : { [off]: 0 } }));
  const [to, dport] = proto === 'udp' ? (['172.17.0.3', 53] as const) : (['172.17.0.2', 443] as const);
  expect(traceFlow(createMachine(host), { from: 'host', to, proto, dport }).outcome).toBe(outcome);
});

test('an answer that NAT gives another source port, because a connection has its tuple already, belongs to nobody', () => {
  const nft = `table ip t {
	chain o {
		type nat hook output priority -100; policy accept;
		ip daddr 172.17.0.3 dnat to 172.17.0.4
	}
}
`;
  const [eth0] = container(11, '172.17.0.3', '172.17.0.1', 5).links;
  const links = [{ ...eth0!, addrs: ['172.17.0.3/16', '172.17.0.4/16'] }];
  const host = buildHost(lab({ files: { 'nft-ruleset.txt': nft } }, {}, { links }));
  const trace = traceFlow(createMachine(host), { from: 'host', to: '172.17.0.3', proto: 'udp', dport: 53 });
  expect(trace.packets.at(-1)).toMatchObject({ netns: 'host', dir: 'in', src: '172.17.0.3' });
  expect(trace.outcome).toBe('timeout');
});

test('an expectation that another connection has left is dropped by the rule itself: its sender is told', () => {
  const machine = machineOf(`table ip t {
	ct expectation soon {
		protocol udp
		dport 9876
		timeout 2m
		size 8
		l3proto ip
	}
	chain o {
		type filter hook output priority 0; policy accept;
		ct expectation set "soon" counter
	}
}
`);
  const ways = traceSides(machine, { from: 'host', to: '172.17.0.3', proto: 'udp', dport: 53 });
  expect(ways.map(({ outcome }) => outcome).sort()).toEqual(['connected', 'unreachable']);
});

test('what a rule of nat writes into a packet at output is not routed anew: loopback hands it back by the route that it has', () => {
  const machine = machineOf(`table ip t {
	chain n {
		type nat hook output priority -100; policy accept;
		ct state new ip daddr set 172.17.0.2
	}
	chain i {
		type filter hook input priority 0; policy accept;
		ip daddr 172.17.0.2 drop
	}
}
`);
  const trace = traceFlow(machine, { from: 'host', to: '192.0.2.10', dport: 443 });
  expect({ outcome: trace.outcome, rules: met(trace) }).toEqual({
    outcome: 'timeout',
    rules: ['ct state new ip daddr set 172.17.0.2', 'ip daddr 172.17.0.2 drop'],
  });
});

test('of a template, which a rule attached before conntrack, the state alone can be asked', () => {
  const machine = machineOf(`table ip t {
	chain p {
		type filter hook prerouting priority -300; policy accept;
		ct zone set 1
		ct state invalid drop
		ct mark 0x0 drop
		ct direction original drop
		ct status confirmed drop
		ct state new counter
	}
}
`);
  expect(met(traceFlow(machine, out))).toEqual(['ct zone set 1', 'ct state new counter']);
});

const ERRORS = [
  ['whoever sent the packet', '172.17.0.1', 'refused'],
  ['another address of the host', '192.0.2.10', 'timeout'],
] as const;

test.each(ERRORS)('an ICMP error that goes to %s: whether it is of a connection, or INVALID', (_, to, outcome) => {
  const machine = machineOf(`table ip t {
	chain p {
		type filter hook prerouting priority raw; policy accept;
		ip protocol icmp ip daddr set ${to}
	}
	chain i {
		type filter hook input priority 0; policy accept;
		ct state invalid drop
	}
}
`);
  expect(traceFlow(machine, { from: 'host', to: 'web', proto: 'udp', dport: 9 }).outcome).toBe(outcome);
});
