import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../../src/audit/engine.js';
import { proveFixes } from '../../../src/audit/prove.js';
import { inNft } from '../../../src/audit/remedy/native.js';
import { printCommand } from '../../../src/command/index.js';
import { createMachine } from '../../../src/datapath/index.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { RULES } from '../hosts.js';

describe("conditions of iptables in nft's words", () => {
  it.each<readonly [string, 4 | 6, string | undefined]>([
    ['-i up0 -p tcp -m tcp --dport 80', 4, 'meta nfproto ipv4 iifname up0 meta l4proto tcp tcp dport 80'],
    ['-d 2001:db8::1/128 -i up0', 6, 'ip6 daddr 2001:db8::1 iifname up0'],
    ['-s 10.0.0.0/8 -o br-1', 4, 'ip saddr 10.0.0.0/8 oifname br-1'],
    [
      '-i up0 -p udp -m conntrack --ctorigdst 127.0.0.1 --ctorigdstport 53 --ctdir ORIGINAL',
      4,
      'meta nfproto ipv4 iifname up0 meta l4proto udp ct original ip daddr 127.0.0.1 ct original proto-dst 53 ct direction original',
    ],
    ['-d 10.0.0.2/32 -m conntrack ! --ctstate DNAT', 4, 'ip daddr 10.0.0.2 ct status & dnat == 0'],
    ['-i 7up -o a;b', 4, 'meta nfproto ipv4 iifname "7up" oifname "a;b"'],
    ['-i a"b', 4, undefined],
    ['-i eth*', 4, undefined],
    ['-m owner --uid-owner 0', 4, undefined],
  ])('%s (IPv%i) is %s', (words, family, text) => {
    expect(inNft(words.split(' '), family)?.join(' ')).toBe(text);
  });
});

describe("remedies on a host whose rules are all nftables'", async () => {
  const machine = createMachine(await loadSnapshot('fixtures/nft-hosts/nft-docker29'));
  const { findings } = proveFixes(auditMachine(machine, RULES));

  it('close every path that they are for', () => {
    const tried = findings.flatMap(({ rule, remedy: { proof } }) =>
      proof === undefined ? [] : [{ rule, open: proof.stillOpen, closes: proof.closed.length > 0 }],
    );
    expect(tried.map(({ rule }) => rule)).toEqual([
      'ipv6-open',
      'metadata-reachable',
      'published-to-all',
      'bridge-isolation-missing',
      'icc-default-bridge',
    ]);
    expect(tried.filter(({ open, closes }) => open.length > 0 || !closes)).toEqual([]);
  });

  it('name no chain of iptables', () => {
    const commands = findings.flatMap(({ remedy }) => remedy.steps.flatMap((step) => step.commands.map(printCommand)));
    expect(commands.filter((text) => /^ip6?tables /.test(text))).toEqual([]);
    expect(commands.filter((text) => text.startsWith('nft add chain'))).toContain(
      "nft add chain inet own-rules forward '{ type filter hook forward priority filter - 1; policy accept; }'",
    );
  });

  it('are asked of no second back end where iptables holds nothing', () => {
    expect(findings.some(({ rule }) => rule === 'mixed-backends')).toBe(false);
  });
});
