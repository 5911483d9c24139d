import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeIn } from '../../src/snapshot/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const ROUTE = 'default via 10.0.0.1 dev eth0\n';
const INSPECT = JSON.stringify([
  { Id: 'a'.repeat(64), Name: '/web', HostConfig: {}, NetworkSettings: { SandboxKey: '/var/run/docker/netns/5c1f2a3b4c5d', Networks: {} } },
  { Id: 'b'.repeat(64), Name: 'cart', HostConfig: {}, NetworkSettings: { SandboxKey: '/run/netns/netns-d8f0969a-71b8', Networks: {} } },
]);

it.each([
  ['sos_commands/networking/ip_route_show_table_all', 'host/ip-route'],
  ['sos_commands/networking/namespaces/lb_1/ip_netns_exec_lb_1_ip_route_show_table_all', 'netns/lb_1/ip-route'],
  ['sos_commands/networking/ip_netns_exec_ingress_sbox_ip_route_show_table_all', 'netns/ingress_sbox/ip-route'],
  ['sos_commands/networking/namespaces/ip_ss/ip_netns_exec_ip_ss_ip_route_show_table_all', 'netns/ip_ss/ip-route'],
  [
    'sos_commands/networking/namespaces/netns-d8f0969a-71b8/ip_netns_exec_netns-d8f0969a-71b8_ip_route_show_table_all',
    'netns/cart/ip-route',
  ],
  ['sos_commands/networking/ip_netns_exec_5c1f2a3b4c5d_ip_route', 'netns/web/ip-route'],
])('a file called %s is %s', (path, place) => {
  const { parts } = takeIn(
    [
      { path, text: ROUTE },
      { path: 'sos_commands/docker/containers.json', text: INSPECT },
    ],
    'sos',
  );
  expect(parts.find(({ file }) => file === path)?.place).toBe(place);
});

/** Writes a paste and the description of its containers under a folder that is called as one of them is. */
async function inFolder(name: string): Promise<readonly string[]> {
  const top = mkdtempSync(join(tmpdir(), 'named-'));
  const dir = join(top, name);
  mkdirSync(dir);
  const file = join(dir, 'paste.txt');
  writeFileSync(file, `$ ip r\n${ROUTE}$ docker inspect web cart\n${INSPECT}\n`);
  const { parts = [] } = await loadSnapshot(file).finally(() => rmSync(top, { recursive: true }));
  return parts.flatMap(({ place }) => place ?? []);
}

it('the folders that lead to a paste say nothing of whose it is', async () => {
  expect(await inFolder('web')).toEqual(['host/ip-route', 'docker/containers.json']);
});
