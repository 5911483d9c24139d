import { describe, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import { whatIf } from '../../src/change/index.js';
import { explain } from '../../src/explain/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const docker29 = await loadSnapshot('fixtures/nft-hosts/nft-docker29');
const hostfw = await loadSnapshot('fixtures/nft-hosts/nft-hostfw');

const told = (host: typeof docker29, what: string): readonly string[] =>
  explain(createMachine(host), what).flatMap(({ kind, subject, summary, sections }) => [
    `${kind} ${subject}: ${summary}`,
    ...sections.flatMap(({ title, lines }) => [title, ...lines.map(({ text }) => `  ${text}`)]),
  ]);

describe('explain tells of native rules, chains and sets', () => {
  it.each<readonly [string, typeof docker29]>([
    ['host/nft-ruleset.txt:253', docker29],
    ['ip docker-bridges filter-FORWARD', docker29],
    ['@blocked', docker29],
    ['inet fw input', hostfw],
  ])('%s', (what, host) => {
    expect(told(host, what)).toMatchSnapshot();
  });

  it('that no packet meets a rule, and what takes them', () => {
    const host = whatIf(docker29, ['nft add rule inet mine fwd0 ip daddr 203.0.113.1 drop']);
    expect(told(host, '--what-if:1')).toContain(
      '  no: every packet that it asks for is taken before, by `ip daddr @blocked reject with icmp port-unreachable`',
    );
  });

  it.each([
    [
      '8001',
      [
        '  iifname != "br-0ce4b861e4ad" tcp dport 8001 counter packets 0 bytes 0 dnat to 172.20.1.2:80 comment "DNAT"',
        '  iifname != "br-0ce4b861e4ad" ip6 saddr != fe80::/10 tcp dport 8001 counter packets 0 bytes 0 dnat to [fd00:201::2]:80 comment "DNAT"',
      ],
    ],
    ['172.20.1.0/24', ['  oifname != "br-0ce4b861e4ad" ip saddr 172.20.1.0/24 counter packets 0 bytes 0 masquerade comment "MASQUERADE"']],
    [
      '172.20.1.2',
      [
        '  iifname != "br-0ce4b861e4ad" ip daddr 198.51.100.10 udp dport 5355 counter packets 0 bytes 0 dnat to 172.20.1.2:53 comment "DNAT"',
        '  iifname != "br-0ce4b861e4ad" tcp dport 8001 counter packets 0 bytes 0 dnat to 172.20.1.2:80 comment "DNAT"',
        '  ip daddr 172.20.1.2 iifname != "br-0ce4b861e4ad" counter packets 0 bytes 0 drop comment "DROP DIRECT ACCESS"',
        '  ip daddr 172.20.1.2 udp dport 53 counter packets 0 bytes 0 accept',
        '  ip daddr 172.20.1.2 tcp dport 80 counter packets 0 bytes 0 accept',
      ],
    ],
  ])('which rules name %s', (what, rules) => {
    const lines = told(docker29, what);
    const at = lines.indexOf('Which rules name it?') + 1;
    expect(lines.slice(at, at + rules.length + 1).filter((line) => line.startsWith('  '))).toEqual(rules);
  });

  it('whose a chain is', () => {
    const lines = told(docker29, 'ip docker-bridges filter-forward-in__docker0');
    expect(lines.slice(-3)).toEqual([
      '  Docker: the table ip docker-bridges is its own',
      '  the chain filter-forward-in__docker0 is there for forwarded packets to the network bridge (docker0)',
      '  Docker takes the table to be its own and writes it anew: what others put into it is likely lost when dockerd starts',
    ]);
  });
});
