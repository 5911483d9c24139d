import { describe, expect, it } from 'vitest';
import { formatIp } from '../../src/address/ip.js';
import { whatIf } from '../../src/change/index.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { doorPort, findServices, hostDoors, ownPort } from '../../src/surface/index.js';

const native = await loadSnapshot('fixtures/nft-hosts/nft-docker29');
const iptables = await loadSnapshot('fixtures/hosts/docker28-bridge');
const CHAIN = [
  'nft add table inet own',
  "nft add chain inet own pre '{ type nat hook prerouting priority dstnat - 1; policy accept; }'",
] as const;

/** What is asked for, and who is behind it, of every door of the host. */
function doors(machine: Machine): readonly string[] {
  return hostDoors(machine).map(({ ip, anyOwn, owner, to, translation: { ports } }) => {
    const at = anyOwn === true ? 'own' : formatIp(ip);
    return `${at}:${ports?.map(([lo]) => lo).join(',') ?? '*'} -> ${owner?.name ?? 'nobody'} ${to === undefined ? '' : formatIp(to)}`.trim();
  });
}

/** The services that are asked for by a rule's door. */
function services(machine: Machine): readonly string[] {
  return findServices(machine).flatMap((service) => {
    if (service.kind === 'container' || service.door === undefined) return [];
    const { at } = service.door;
    const end = service.kind === 'host' ? 'host' : service.container.name;
    return [`${at === undefined ? 'own' : formatIp(at)}:${doorPort(service)} -> ${end}:${ownPort(service)}`];
  });
}

const to = (text: string): string => `nft add rule inet own pre ${text}`;

describe('doors of native rules, and the services behind them', () => {
  it.each<readonly [readonly string[], readonly string[], readonly string[]]>([
    [[], [], []],
    [[to('tcp dport 9000 dnat ip to 172.20.1.2:80')], ['own:9000 -> shop 172.20.1.2'], ['own:9000 -> shop:80']],
    // of a set with two addresses that the host has not, both are asked for
    [
      [
        "nft add set inet own s '{ type ipv4_addr; elements = { 203.0.113.77, 203.0.113.99 }; }'",
        to('ip daddr @s tcp dport 9004 dnat ip to 172.20.1.2:80'),
      ],
      ['203.0.113.77:9004 -> shop 172.20.1.2', '203.0.113.99:9004 -> shop 172.20.1.2'],
      ['203.0.113.77:9004 -> shop:80', '203.0.113.99:9004 -> shop:80'],
    ],
    // a network with the host's address in it: any of the host's own may do
    [[to('ip daddr 198.51.100.0/24 tcp dport 9005 dnat ip to 172.20.1.2:80')], ['own:9005 -> shop 172.20.1.2'], ['own:9005 -> shop:80']],
    // a range leads to everybody in it
    [
      [to('tcp dport 9006 dnat ip to 172.20.2.2-172.20.2.3:80')],
      ['own:9006 -> quiet1 172.20.2.2', 'own:9006 -> quiet2 172.20.2.3'],
      ['own:9006 -> quiet1:80', 'own:9006 -> quiet2:80'],
    ],
    [[to('tcp dport 9007 dnat ip to 10.99.99.99:80')], ['own:9007 -> nobody 10.99.99.99'], []],
    // Docker's chain is Docker's only where it leads to what Docker publishes there
    [
      ['nft insert rule ip docker-bridges nat-prerouting-and-output tcp dport 8001 dnat to 172.20.2.2:80'],
      ['own:8001 -> quiet1 172.20.2.2', 'own:8001 -> quiet1 172.20.2.2'],
      ['own:8001 -> quiet1:80'],
    ],
  ])('%j', (commands, asked, behind) => {
    const machine = createMachine(whatIf(native, [...CHAIN, ...commands]));
    expect(doors(machine)).toEqual(asked);
    expect(services(machine)).toEqual(behind);
  });
});

describe('doors of rules of iptables, and the services behind them', () => {
  it.each<readonly [readonly string[], readonly string[], readonly string[]]>([
    [[], [], []],
    [['iptables -t nat -A PREROUTING -p tcp --dport 2222 -j REDIRECT --to-ports 22'], ['own:2222 -> host'], ['own:2222 -> host:22']],
  ])('%j', (commands, asked, behind) => {
    const machine = createMachine(whatIf(iptables, commands));
    expect(doors(machine)).toEqual(asked);
    expect(services(machine)).toEqual(behind);
  });
});
