import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { whatIf } from '../../../src/change/index.js';
import type { Host } from '../../../src/model/host.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';

const HOSTS = fileURLToPath(new URL('../../../fixtures/hosts/', import.meta.url));

/** A recorded host of that Engine (docker0 at 172.17.0.0/16) with other pools, and routes besides. */
async function hostOf(docker: string, pools: unknown, routes: readonly string[]): Promise<Host> {
  const { info, ...host } = await loadSnapshot(`${HOSTS}docker${docker.slice(0, 2)}-bridge`);
  const told = pools === 'unread' ? {} : { info: { ...(info instanceof Object ? info : {}), ID: 'an-id', DefaultAddressPools: pools } };
  return whatIf({ ...host, ...told }, routes);
}

const FIRST = '172.18.0.0/16';
const SAID = (family: number, prefix: string): string =>
  `nobody names the network's IPv${family} subnet, so Docker chooses: ${prefix} stands for it`;
const OLD = '; an Engine before 27 goes on behind the subnet that it gave last, which no listing shows';
const CUSTOM = [
  { Base: '192.168.128.0/17', Size: 26 },
  { Base: '10.200.0.0/16', Size: 24 },
];

it.each([
  ['its own', '28.5.2', undefined, [], '', FIRST, ''],
  ['those of daemon.json, by address', '28.5.2', CUSTOM, [], '', '10.200.0.0/24', ''],
  ['those of daemon.json, as they are named before 27', '26.1.5', CUSTOM, [], '', '192.168.128.0/26', OLD],
  ['what is on a link is kept clear of', '28.5.2', CUSTOM, ['ip route add 10.200.0.0/23 dev up0'], '', '10.200.2.0/24', ''],
  ['a subnet within one is enough', '28.5.2', CUSTOM, ['ip route add 10.200.0.128/25 dev up0'], '', '10.200.1.0/24', ''],
  ['what lies behind a gateway is not', '28.5.2', CUSTOM, ['ip route add 10.200.0.0/16 via 198.51.100.1'], '', '10.200.0.0/24', ''],
  ['a pool that is all taken is passed over', '28.5.2', CUSTOM, ['ip route add 10.200.0.0/15 dev up0'], '', '192.168.128.0/26', ''],
  ['one of IPv6', '28.5.2', [...CUSTOM, { Base: 'fd55::/40', Size: 64 }], [], '--ipv6 --ipv4=false', 'fd55::/64', ''],
  ['nobody tells', '28.5.2', 'unread', [], '', FIRST, '; whether daemon.json names other pools shows docker/info.json, which is not there'],
])('the pools of subnets: %s', async (_, docker, pools, routes, flags, subnet, doubt) => {
  const said: string[] = [];
  const host = await hostOf(docker, pools, routes);
  const model = whatIf(host, [`docker network create ${flags} fresh`], ({ message }) => said.push(message));
  expect(model.networks.find(({ name }) => name === 'fresh')?.subnets.map(({ prefix }) => prefix)).toEqual([subnet]);
  expect(said).toEqual([`${SAID(subnet.includes(':') ? 6 : 4, subnet)}${doubt}`]);
});

it.each([
  ['no list', 'all'],
  ['no base', [{ Size: 24 }]],
  ['a base that is none', [{ Base: 'ten', Size: 24 }]],
  ['subnets wider than their pool', [{ Base: '10.200.0.0/16', Size: 8 }]],
  ['subnets narrower than an address', [{ Base: '10.200.0.0/16', Size: 33 }]],
])('pools that cannot be read: %s', async (_, pools) => {
  const host = await hostOf('28.5.2', pools, []);
  expect(() => whatIf(host, ['docker network create fresh'])).toThrow('DefaultAddressPools in docker/info.json cannot be read');
});

it('a pool of IPv6 alone gives no IPv4', async () => {
  const host = await hostOf('28.5.2', [{ Base: 'fd55::/40', Size: 64 }], []);
  expect(() => whatIf(host, ['docker network create fresh'])).toThrow('every pool of IPv4 addresses is in use; name one: --subnet');
});
