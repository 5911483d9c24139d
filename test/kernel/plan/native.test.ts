import { describe, expect, it } from 'vitest';
import { planNative } from '../../../src/kernel/plan/native.js';
import { loadFiles } from '../../../src/snapshot/load.js';

function planOf(nft: string, iptables?: string): ReturnType<typeof planNative> {
  const files = new Map([['host/nft-ruleset.txt', nft]]);
  if (iptables !== undefined) files.set('host/iptables-save.txt', iptables);
  return planNative(loadFiles(files, []).netns.get('host')!);
}

const told = ({ native, gaps }: ReturnType<typeof planNative>): object => ({
  lines: native?.lines.map(({ line }) => line),
  gaps: gaps.map(({ what, why }) => `${what}: ${why}`),
});

describe('native rules as nft takes them', () => {
  it('are declared, filled and then put into their chains', () => {
    const text = `table inet mine {
	counter seen {
		packets 7 bytes 90
	}
	set blocked {
		type ipv4_addr
		flags interval
		elements = { 203.0.113.0/29, 203.0.113.9-203.0.113.12 }
	}
	map way {
		typeof iifname . tcp dport : verdict
		elements = { "br0" . 80 comment "web" : jump web }
	}
	chain fwd {
		type filter hook forward priority filter - 2; policy drop;
		ip saddr @blocked counter packets 1 bytes 2 drop comment "no; more"
		iifname . tcp dport vmap @way
		iifname "up0" ct original proto-dst 8002 drop
		jump {
			accept
		}
	}
	chain web {
		counter name "seen" accept
	}
}
table netdev low {
	chain in {
		type filter hook ingress device "up0" priority -500; policy accept;
		ip saddr 192.0.2.1 drop
	}
}
`;
    expect(told(planOf(text))).toEqual({
      lines: [
        'add table inet mine',
        'add counter inet mine seen { packets 7 bytes 90; }',
        'add chain inet mine fwd { type filter hook forward priority -2; policy drop; }',
        'add chain inet mine web',
        'add table netdev low',
        'add chain netdev low in { type filter hook ingress devices = { "up0" } priority -500; policy accept; }',
        'add set inet mine blocked { type ipv4_addr; flags interval; }',
        'add element inet mine blocked { 203.0.113.0/29, 203.0.113.9-203.0.113.12 }',
        'add map inet mine way { typeof iifname . tcp dport : verdict; }',
        'add element inet mine way { "br0" . 80 comment "web" : jump web }',
        'add rule inet mine fwd ip saddr @blocked counter packets 1 bytes 2 drop',
        'add rule inet mine fwd iifname . tcp dport vmap @way',
        'add rule inet mine fwd meta l4proto { icmp, tcp, udp, ipv6-icmp } iifname "up0" ct original proto-dst 8002 drop',
        'add rule inet mine fwd jump {; accept; }',
        'add rule inet mine web counter name "seen" accept',
        'add rule netdev low in ip saddr 192.0.2.1 drop',
      ],
      gaps: [],
    });
  });

  it('stand where they stand among those of iptables, which iptables loads', () => {
    const nft = `table ip filter {
	chain INPUT {
		type filter hook input priority filter; policy accept;
		tcp dport 81 drop
		ip saddr 10.0.0.1 counter packets 0 bytes 0 accept
		tcp dport 82 drop
	}
}
`;
    const iptables = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.1/32 -j ACCEPT\nCOMMIT\n';
    expect(told(planOf(nft, iptables))).toEqual({
      lines: ['add table ip filter', 'insert rule ip filter INPUT tcp dport 81 drop', 'add rule ip filter INPUT index 1 tcp dport 82 drop'],
      gaps: [],
    });
  });

  it('are gaps where they cannot be written', () => {
    const nft = `table inet t {
	chain c {
		type filter hook input priority filter; policy accept;
		iif 77 drop
		xt match "recent"
		log prefix "one" drop
	}
}
table inet dtrace_path_tracer {
	chain c {
	}
}
`;
    expect(told(planOf(nft))).toEqual({
      lines: [
        'add table inet t',
        'add chain inet t c { type filter hook input priority 0; policy accept; }',
        'add rule inet t c log prefix "one" drop',
      ],
      gaps: [
        'host: table inet dtrace_path_tracer: the twin watches rules by a table of this name',
        'host: host/nft-ruleset.txt:4: iif 77 drop: no interface had the index it asks for',
        'host: host/nft-ruleset.txt:5: xt match "recent": it is of iptables, and no listing of iptables shows it',
      ],
    });
  });

  it('are absent where there are none', () => {
    expect(planOf('')).toEqual({ gaps: [] });
  });
});
