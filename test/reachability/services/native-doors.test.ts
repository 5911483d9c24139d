import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/datapath/index.js';
import { whatIf } from '../../../src/change/index.js';
import { listServices } from '../../../src/reachability/services/services.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';

const host = await loadSnapshot('fixtures/nft-hosts/nft-docker29');
const CHAIN = [
  'nft add table inet own',
  "nft add chain inet own pre '{ type nat hook prerouting priority dstnat - 1; policy accept; }'",
] as const;

/** Services that rules alone make, of a host after some commands. */
function doors(...commands: readonly string[]): readonly string[] {
  return listServices(createMachine(whatIf(host, [...CHAIN, ...commands])))
    .filter(({ kind }) => kind === 'forwarded')
    .map(({ name, leadsTo, origin }) => `${name} -> ${leadsTo} by ${origin?.file}`);
}

describe('doors that native rules alone make are services', () => {
  it('those of published ports are known as such', () => {
    expect(doors()).toEqual([]);
  });
  it.each<readonly [readonly string[], readonly string[]]>([
    [['nft add rule inet own pre tcp dport 9000 dnat ip to 172.20.1.2:80'], ['host:9000/tcp -> shop:80 by --what-if']],
    [['nft add rule inet own pre tcp dport 9000 redirect to :22'], ['host:9000/tcp -> host:22 by --what-if']],
    [
      ["nft add rule inet own pre dnat ip to tcp dport map '{ 9001 : 172.20.1.2 . 80, 9002 : 172.20.2.2 . 443 }'"],
      ['host:9001/tcp -> shop:80 by --what-if', 'host:9002/tcp -> quiet1:443 by --what-if'],
    ],
    [
      ["nft add rule inet own pre redirect to tcp dport map '{ 9001 : 22, 9002 : 80 }'"],
      ['host:9001/tcp -> host:22 by --what-if', 'host:9002/tcp -> host:80 by --what-if'],
    ],
    [
      [
        'nft add chain inet own a',
        'nft add rule inet own a dnat ip to 172.20.1.2:80',
        "nft add rule inet own pre ip daddr . tcp dport vmap '{ 198.51.100.10 . 9003 : jump a }'",
      ],
      ['host:9003/tcp -> shop:80 by --what-if'],
    ],
    [
      [
        "nft add set inet own s '{ type ipv4_addr . inet_service; elements = { 203.0.113.77 . 9004 }; }'",
        'nft add rule inet own pre ip daddr . tcp dport @s dnat ip to 172.20.1.2:80',
      ],
      ['203.0.113.77:9004/tcp -> shop:80 by --what-if'],
    ],
    [
      ["nft add rule inet own pre tcp dport 9005 dnat ip to numgen inc mod 2 map '{ 0 : 172.20.1.2, 1 : 172.20.2.2 }' : 80"],
      ['host:9005/tcp -> shop:80 by --what-if'],
    ],
    [['nft add rule inet own pre tcp dport 9006 dnat ip6 to [fd00::5]:80'], ['host:9006/tcp -> fd00::5:80 by --what-if']],
    [['nft add rule inet own pre tcp dport 9007 snat ip to 10.0.0.1'], []],
  ])('%j', (commands, expected) => {
    expect(doors(...commands)).toEqual(expected);
  });
});
