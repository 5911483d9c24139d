import { describe, expect, it } from 'vitest';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { machineOf } from '../hosts.js';
import { holds } from './holds.js';

const NATIVE = '../nft-hosts/nft-docker29';

const OWN = ['nft add table inet own', "nft add chain inet own fwd '{ type filter hook forward priority -5; policy accept; }'"];

/** By what is closed, of two hosts of which the second ran some commands more. */
async function closed(host: string, both: readonly string[], more: readonly string[]): Promise<readonly string[]> {
  const hosts = [await machineOf(host, ...both), await machineOf(host, ...both, ...more)] as const;
  const { changes } = diffReachability(...hosts);
  expect(changes.filter((one) => one.kind !== 'undecided' && !holds(one, hosts))).toEqual([]);
  const found = changes.flatMap(({ kind, cause }) => (kind === 'closed' && cause !== undefined ? [cause] : []));
  return [...new Set(found.map(({ side, text, origin }) => `${side}: ${text} [${origin?.file}:${origin?.line}]`))].sort((a, b) =>
    a < b ? -1 : 1,
  );
}

describe('an element of a set made a change', () => {
  it.each<readonly [string, string, readonly string[], readonly string[], readonly string[]]>([
    [
      'added to a set that is dropped',
      NATIVE,
      [
        ...OWN,
        "nft add set inet own bad '{ type ipv4_addr; elements = { 203.0.113.200 }; }'",
        'nft add rule inet own fwd ip daddr @bad drop',
      ],
      ["nft add element inet own bad '{ 172.20.1.2, 100.64.9.9 }'"],
      [
        // what comes from that address gets no answer
        'after: 100.64.9.9 in set bad of inet own [--what-if:5]',
        'after: 172.20.1.2 in set bad of inet own [--what-if:5]',
      ],
    ],
    [
      'taken out of a set that lets through',
      NATIVE,
      [
        ...OWN,
        "nft add set inet own good '{ type ipv4_addr . inet_service; elements = { 172.20.1.2 . 80, 172.17.0.2 . 80 }; }'",
        'nft add rule inet own fwd ct state new ip daddr 172.20.1.2 ip daddr . tcp dport != @good drop',
      ],
      ["nft delete element inet own good '{ 172.20.1.2 . 80 }'"],
      ['before: 172.20.1.2 . 80 in set good of inet own [--what-if:3]'],
    ],
    [
      'of a verdict map',
      NATIVE,
      [...OWN, "nft add map inet own to '{ type inet_service : verdict; }'", 'nft add rule inet own fwd tcp dport vmap @to'],
      ["nft add element inet own to '{ 80 : drop, 5432 : accept }'"],
      ['after: 80 : drop in map to of inet own [--what-if:5]'],
    ],
    [
      'of an ipset',
      'ipset20',
      ['ipset create late hash:net,port', 'iptables -I DOCKER-USER -m set --match-set late dst,dst -j DROP'],
      ['ipset add late 172.17.0.0/24,tcp:80', 'ipset add late 100.64.9.0/24,tcp:80'],
      [
        // what comes from there, from port 80, gets no answer
        'after: 100.64.9.0/24,tcp:80 in ipset late [--what-if:4]',
        'after: 172.17.0.0/24,tcp:80 in ipset late [--what-if:3]',
      ],
    ],
    [
      'of a list of ipsets, that another is in',
      'ipset20',
      [
        'ipset create inner hash:ip',
        'ipset create outer list:set',
        'ipset add outer inner',
        'iptables -I DOCKER-USER -m set --match-set outer dst -j DROP',
      ],
      ['ipset add inner 172.17.0.2'],
      ['after: 172.17.0.2 in ipset inner [--what-if:5]'],
    ],
  ])('%s (%s)', async (_, host, both, more, expected) => {
    expect(await closed(host, both, more)).toEqual(expected);
  });

  it('but the rule that looks it up, where that is new as well', async () => {
    const rule = 'iptables -I DOCKER-USER -m set --match-set late dst -j DROP';
    expect(await closed('ipset20', [], ['ipset create late hash:ip', 'ipset add late 172.17.0.2', rule])).toEqual([
      'after: -A DOCKER-USER -m set --match-set late dst -j DROP [--what-if:3]',
    ]);
  });
});
