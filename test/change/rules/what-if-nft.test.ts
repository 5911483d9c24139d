import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { whatIf } from '../../../src/change/index.js';

const host = await loadSnapshot('fixtures/nft-hosts/nft-docker29');
const both = await loadSnapshot('fixtures/nft-hosts/nft-hostfw');
const ask = { from: '198.51.100.1', to: '198.51.100.10', proto: 'tcp', dport: 8000 } as const;
const outcome = (...commands: readonly string[]): string => {
  const { outcome: seen, rules } = traceFlow(createMachine(whatIf(host, commands)), ask);
  const last = rules.at(-1);
  return `${seen}: ${last?.nft ?? ''} ${last?.table ?? ''} ${last?.chain ?? ''} ${last?.verdict ?? ''} ${last?.file ?? ''}`;
};

const OWN = [
  'nft add table inet own',
  "nft add chain inet own forward '{ type filter hook forward priority filter - 1; policy accept; }'",
] as const;

describe('--what-if nft on a host whose rules Docker keeps in nftables', () => {
  it('is open as it is', () => {
    expect(outcome()).toMatch(/^connected: ip docker-bridges /);
  });

  it.each([
    [[...OWN, 'nft add rule inet own forward iifname up0 tcp dport 80 drop'], 'timeout: inet own forward drop --what-if'],
    [
      [...OWN, 'nft add rule inet own forward iifname up0 ct original proto-dst 8000 reject with tcp reset'],
      'refused: inet own forward drop --what-if',
    ],
    [['nft add element inet mine blocked { 198.51.100.0/28 }'], 'timeout: ip docker-bridges '],
    [['nft flush chain ip docker-bridges nat-prerouting-and-output'], 'connected: '],
    [['nft flush chain ip docker-bridges filter-FORWARD'], 'connected: '],
    [['sudo nft -a delete table ip docker-bridges', 'nft flush table inet mine'], 'connected: '],
    [
      ["nft add chain ip docker-bridges filter-FORWARD '{ policy drop; }'", 'nft flush chain ip docker-bridges filter-FORWARD'],
      'timeout: ',
    ],
    [['nft flush ruleset'], 'connected: '],
    // an accept ends its own base chain only
    [[...OWN, 'nft add rule inet own forward accept', 'nft insert rule inet mine fwd0 tcp dport 80 drop'], 'timeout: inet mine fwd0 drop'],
  ])('%j: %s', (commands, told) => {
    expect(outcome(...commands).startsWith(told), outcome(...commands)).toBe(true);
  });

  it.each([
    ['nft add rule inet mine fwd0 jump nowhere', 'there is no chain “nowhere”'],
    ['nft -f /etc/passwd', '-f is not read here'],
  ])('%s is refused', (command, why) => {
    expect(() => whatIf(host, [command])).toThrow(why);
  });

  it.each([
    ['nft add rule ip filter FORWARD drop', "table ip filter is iptables': write the change as iptables would"],
    ['nft delete table ip6 filter', "table ip6 filter is iptables': write the change as ip6tables would"],
    ['nft flush ruleset', "is iptables': write the change as"],
  ])('%s is refused where the table is of iptables', (command, why) => {
    expect(() => whatIf(both, [command])).toThrow(why);
  });
});

describe('--what-if docker on a host whose rules Docker keeps in nftables', () => {
  const from = '198.51.100.1';
  const to = '198.51.100.10';

  /** What a client sees once the commands have run, and Docker's own rules on its way. */
  function seen(commands: readonly string[], flow: { readonly from?: string; readonly to?: string; readonly dport: number }): string {
    const { outcome: told, rules } = traceFlow(createMachine(whatIf(host, commands)), { from, to, proto: 'tcp', ...flow });
    const own = rules.filter((hit) => hit.table === 'docker-bridges' && hit.file === '--what-if').map(({ rule }) => rule);
    return [told, ...own].join(' | ');
  }

  it.each([
    [
      ['docker run -d --name new -p 8088:80 --network front lab:1'],
      { dport: 8088 },
      'connected | iifname != "br-0ce4b861e4ad" tcp dport 8088 counter packets 0 bytes 0 dnat to 172.20.1.3:80 comment "DNAT" | ip daddr 172.20.1.3 tcp dport 80 counter packets 0 bytes 0 accept',
    ],
    // past its port, a container is shut off from other links
    [
      ['docker run -d --name new --network front lab:1'],
      { to: '172.20.1.3', dport: 80 },
      'timeout | ip daddr 172.20.1.3 iifname != "br-0ce4b861e4ad" counter packets 0 bytes 0 drop comment "DROP DIRECT ACCESS"',
    ],
    // gateway mode routed: no translation, the port itself is open
    [
      ['docker run -d --name new -p 8088:80 --network bare lab:1'],
      { to: '172.20.4.3', dport: 80 },
      'connected | ip daddr 172.20.4.3 tcp dport 80 counter packets 0 bytes 0 accept',
    ],
    [['docker run -d --name new -p 127.0.0.1:8088:80 lab:1'], { dport: 8088 }, 'refused'],
    [['docker rm -f site'], { dport: 8000 }, 'refused'],
    [['docker run -d --name new -p 8088:80 lab:1', 'docker rm -f new'], { dport: 8088 }, 'refused'],
    [
      ['docker network create n2', 'docker run -d --name new -p 8088:80 --network n2 lab:1'],
      { dport: 8088 },
      expect.stringMatching(
        /^connected \| iifname != "br-[0-9a-f]{12}" tcp dport 8088 counter packets 0 bytes 0 dnat to 172\.18\.0\.2:80 comment "DNAT" \| ip daddr 172\.18\.0\.2 tcp dport 80 counter packets 0 bytes 0 accept$/,
      ),
    ],
    [
      ['docker network create --internal n2', 'docker run -d --name new --network n2 lab:1'],
      { from: 'new', to: '203.0.113.8', dport: 443 },
      'unreachable',
    ],
  ] as const)('%j: %j', (commands, flow, told) => {
    expect(seen(commands, flow)).toEqual(told);
  });

  /** moby, `integration/network/bridge/nftablesdoc/generated`: `usernet-portmap-routed.md`, `usernet-portmap-natunprot.md`. */
  const DOCUMENTED = {
    routed: [
      'filter-forward-in__bridge1: ct state established,related counter accept',
      'filter-forward-in__bridge1: ip protocol icmp counter accept comment "ICMP"',
      'filter-forward-in__bridge1: iifname "bridge1" counter accept comment "ICC"',
      'filter-forward-in__bridge1: ip daddr 192.0.2.2 tcp dport 80 counter accept',
      'filter-forward-in__bridge1: counter drop comment "UNPUBLISHED PORT DROP"',
      'filter-forward-out__bridge1: ct state established,related counter accept',
      'filter-forward-out__bridge1: counter accept comment "OUTGOING"',
    ],
    'nat-unprotected': [
      'nat-prerouting-and-output: iifname != "bridge1" tcp dport 8080 counter dnat to 192.0.2.2:80 comment "DNAT"',
      'filter-forward-in__bridge1: ct state established,related counter accept',
      'filter-forward-in__bridge1: iifname "bridge1" counter accept comment "ICC"',
      'filter-forward-in__bridge1: counter accept comment "UNPROTECTED"',
      'filter-forward-out__bridge1: ct state established,related counter accept',
      'filter-forward-out__bridge1: counter accept comment "OUTGOING"',
      'nat-postrouting-out__bridge1: oifname != "bridge1" ip saddr 192.0.2.0/24 counter masquerade comment "MASQUERADE"',
    ],
  } as const;

  /** What commands come to in Docker's table of a family, line by line. */
  function writtenBy(commands: readonly string[], of: 'ip' | 'ip6' = 'ip'): readonly string[] {
    const after = whatIf(host, commands);
    const table = after.netns.get('host')?.nftables?.tables.find(({ family, name }) => family === of && name === 'docker-bridges');
    return [...(table?.chains.values() ?? [])].flatMap(({ name, rules }) =>
      rules.filter(({ origin }) => origin.file === '--what-if').map(({ text }) => `${name}: ${text.replace('packets 0 bytes 0 ', '')}`),
    );
  }

  it.each(Object.entries(DOCUMENTED))('writes what the Engine documents of gateway mode %s', (mode, lines) => {
    const options = `-o com.docker.network.bridge.name=bridge1 -o com.docker.network.bridge.gateway_mode_ipv4=${mode}`;
    const commands = [
      `docker network create ${options} --subnet 192.0.2.0/24 --gateway 192.0.2.1 bridge1`,
      'docker run -d --network bridge1 -p 8080:80 --name c1 busybox',
    ];
    expect(writtenBy(commands)).toEqual(lines);
  });

  /** moby, `internal/nftabler/testdata`: listings of nft, `icc=false,masq=true,snat=true,gwm=nat` and the like. */
  it.each([
    [
      'ip',
      '--subnet 192.168.0.0/24 -o com.docker.network.host_ipv4=192.168.123.0',
      ['nat-postrouting-out__br-dummy: oifname != "br-dummy" ip saddr 192.168.0.0/24 counter snat to 192.168.123.0 comment "SNAT"'],
    ],
    [
      'ip6',
      '--ipv6 --subnet 192.168.0.0/24 --subnet fd49:efd7:54aa::/64 -o com.docker.network.host_ipv6=fd34:d0d4:672f::123',
      [
        'nat-postrouting-out__br-dummy: oifname != "br-dummy" ip6 saddr fd49:efd7:54aa::/64 counter snat to fd34:d0d4:672f::123 comment "SNAT"',
      ],
    ],
    [
      'ip',
      '--subnet 192.168.0.0/24 -o com.docker.network.host_ipv4=192.168.123.0 -o com.docker.network.bridge.gateway_mode_ipv4=routed',
      [],
    ],
    [
      'ip',
      '--subnet 192.168.0.0/24 -o com.docker.network.host_ipv4=192.168.123.0 -o com.docker.network.bridge.enable_ip_masquerade=false',
      [],
    ],
  ] as const)('gives what leaves the address that was named: %s %s', (family, options, lines) => {
    const commands = [`docker network create -o com.docker.network.bridge.name=br-dummy ${options} dummy`];
    expect(writtenBy(commands, family).filter((line) => line.startsWith('nat-'))).toEqual(lines);
  });

  it.each([
    ['', 'timeout'],
    ['-o com.docker.network.bridge.trusted_host_interfaces=up0', 'connected'],
    ['-o com.docker.network.bridge.trusted_host_interfaces=lo:up0', 'connected'],
    ['-o com.docker.network.bridge.trusted_host_interfaces=lo', 'timeout'],
  ])('lets links that are trusted ask for a published port at its own address: %j', (options, expected) => {
    const commands = [
      `docker network create --subnet 172.20.9.0/24 ${options} own`,
      'docker run -d --network own -p 8080:80 --name c1 busybox',
    ];
    expect(seen(commands, { to: '172.20.9.2', dport: 80 }).split(' | ')[0]).toBe(expected);
    expect(seen([...commands, 'docker rm -f c1'], { to: '172.20.9.2', dport: 80 }).split(' | ')[0]).not.toBe('connected');
  });

  it('writes no rules of iptables', () => {
    const after = whatIf(host, ['docker network create n2', 'docker run -d --name new -p 8088:80 --network n2 lab:1']);
    expect(after.netns.get('host')?.rulesets).toEqual(host.netns.get('host')?.rulesets);
  });

  it('takes away what it wrote', () => {
    const text = (of: typeof host): readonly string[] =>
      (of.netns.get('host')?.nftables?.tables ?? []).flatMap(({ family, chains, sets }) => [
        ...[...chains.values()].flatMap(({ name, rules }) => [`${family} ${name}`, ...rules.map((rule) => rule.text)]),
        ...[...sets.values()].map(({ name, elements }) => `${family} ${name} ${elements.kind === 'list' ? elements.of.length : 0}`),
      ]);
    const after = whatIf(host, [
      'docker network create n2',
      'docker run -d --name new -p 8088:80 --network n2 lab:1',
      'docker rm -f new',
      'docker network rm n2',
    ]);
    expect(text(host).length).toBeGreaterThan(0);
    expect(text(after)).toEqual(text(host));
  });
});
