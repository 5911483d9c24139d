import { expect, test } from 'vitest';
import { findPeers } from '../../../src/datapath/machine/peers.js';
import { loadFiles } from '../../../src/snapshot/load.js';

/** name, index, index of the other end, netnsid (none: the same namespace, or one the listing does not show). */
type Link = readonly [name: string, index: number, other: number | string, nsid?: number];

function addr(links: readonly Link[]): string {
  return JSON.stringify(
    links.map(([ifname, ifindex, other, nsid]) => ({
      ifindex,
      ifname,
      flags: ['UP', 'LOWER_UP'],
      linkinfo: { info_kind: 'veth' },
      ...(typeof other === 'string' ? { link: other } : { link_index: other }),
      ...(nsid === undefined ? {} : { link_netnsid: nsid }),
    })),
  );
}

function peersOf(namespaces: Readonly<Record<string, readonly Link[]>>): string[] {
  const files = Object.entries(namespaces).map(
    ([name, links]) => [`${name === 'host' ? 'host' : `netns/${name}`}/ip-addr.json`, addr(links)] as const,
  );
  return [...findPeers(loadFiles(new Map(files)))].map(([from, to]) => `${from} = ${to.netns}/${to.iface}`).sort();
}

const CASES: readonly (readonly [what: string, namespaces: Readonly<Record<string, readonly Link[]>>, peers: readonly string[]])[] = [
  ['one pair', { host: [['v', 9, 8, 0]], web: [['eth0', 8, 9, 0]] }, ['host/v = web/eth0', 'web/eth0 = host/v']],
  [
    'a pair within one namespace',
    {
      host: [
        ['a', 2, 'b'],
        ['b', 3, 'a'],
      ],
    },
    ['host/a = host/b', 'host/b = host/a'],
  ],
  ['the other end is not in the snapshot', { host: [['up0', 2, 2, 0]], web: [['eth0', 2, 7, 0]] }, []],
  ['indexes agree one way only', { host: [['v', 9, 8, 0]], web: [['eth0', 8, 10, 0]] }, []],
  [
    'an id stands for one namespace: the second link rules out the namespace that only the first fits',
    {
      host: [
        ['v', 9, 2, 1],
        ['w', 10, 3, 1],
      ],
      one: [['eth0', 2, 9, 0]],
      two: [
        ['eth0', 2, 9, 0],
        ['eth1', 3, 10, 0],
      ],
    },
    ['host/v = two/eth0', 'host/w = two/eth1', 'two/eth0 = host/v', 'two/eth1 = host/w'],
  ],
  ['two namespaces fit alike: none is taken', { host: [['v', 9, 2, 1]], one: [['eth0', 2, 9, 0]], two: [['eth0', 2, 9, 0]] }, []],
  [
    'another id already stands for one of the two that fit',
    {
      host: [
        ['v', 9, 2, 1],
        ['w', 10, 3, 2],
      ],
      one: [['eth0', 2, 9, 0]],
      two: [
        ['eth0', 2, 9, 5],
        ['eth1', 3, 10, 0],
      ],
    },
    ['host/v = one/eth0', 'host/w = two/eth1', 'one/eth0 = host/v', 'two/eth1 = host/w'],
  ],
];

test.each(CASES)('%s', (_, namespaces, peers) => expect(peersOf(namespaces)).toEqual(peers));

test('a macvlan device on a lower device of another namespace has no peer', () => {
  const macvlan = JSON.stringify([
    {
      ifindex: 5,
      ifname: 'eth0',
      flags: [],
      link_index: 2,
      link_netnsid: 0,
      linkinfo: { info_kind: 'macvlan', info_data: { mode: 'bridge' } },
    },
  ]);
  const host = loadFiles(
    new Map([
      ['netns/web/ip-addr.json', macvlan],
      ['host/ip-addr.json', addr([['eth0', 2, 5, 0]])],
    ]),
  );
  expect([...findPeers(host)]).toEqual([]);
});
