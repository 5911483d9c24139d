/**
 * Writes a snapshot of a large host: containers on docker0 and on user networks, each with published ports as Docker Engine
 * 28 sets them up, and rules of an administrator besides.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inet, link, LOOPBACK } from './link-listing.mjs';

const HOST = '198.51.100.10';
const CHAINS = { raw: 'PREROUTING OUTPUT', nat: 'PREROUTING INPUT OUTPUT POSTROUTING', filter: 'INPUT FORWARD OUTPUT' };

function saved(tables) {
  return Object.entries(tables)
    .map(([table, rules]) => {
      const own = [...new Set([...(table === 'filter' ? ['DOCKER-USER'] : []), ...rules.map((rule) => rule.split(' ')[1])])].filter(
        (chain) => !CHAINS[table].split(' ').includes(chain),
      );
      const heads = [...CHAINS[table].split(' ').map((chain) => `:${chain} ${chain === 'FORWARD' ? 'DROP' : 'ACCEPT'} [0:0]`)];
      return [`*${table}`, ...heads, ...own.map((chain) => `:${chain} - [0:0]`), ...rules, 'COMMIT', ''].join('\n');
    })
    .join('');
}

const hex = (n, width) => n.toString(16).padStart(width, '0');
const spread = (i) => `${11 + (i % 150)}.${(i >> 8) & 255}.${(i * 7) & 255}.${i & 255}`;
const listening = (proto, at, port, process) =>
  `${proto} ${proto === 'tcp' ? 'LISTEN' : 'UNCONN'} 0 4096 ${at}:${port} ${at === '*' ? '*' : at === '[::]' ? '[::]' : '0.0.0.0'}:* users:(("${process}",pid=77,fd=4))`;

const links = (own) => JSON.stringify([LOOPBACK, ...own]);

/**
 * @param folder where to write.
 * @param size containers, ports published by each, networks; drops: addresses shut out of everything; limits: rules that let
 *   one address to one published port alone.
 * @returns the number of IPv4 rules.
 */
export function writeBigHost(folder, { containers, ports, networks = 2, drops = 0, limits = 0 }) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const nets = Array.from({ length: networks }, (_, n) => ({
    name: n === 0 ? 'bridge' : `net${n}`,
    bridge: n === 0 ? 'docker0' : `br-${hex(n, 12)}`,
    id: hex(n + 1, 64),
    base: `172.${17 + n}`,
  }));
  const rules = { raw: [], nat: [], filter: [] };
  const dnat = [];
  const accepts = [];
  const sockets = [listening('tcp', '0.0.0.0', 22, 'sshd'), listening('tcp', '[::]', 22, 'sshd')];
  const hostLinks = [link(2, 'up0', undefined, { address: '02:00:00:00:ff:00' }, [inet(HOST, 24)])];
  nets.forEach((net, n) =>
    hostLinks.push(link(3 + n, net.bridge, 'bridge', { address: `02:42:00:00:00:${hex(n, 2)}` }, [inet(`${net.base}.0.1`, 16)])),
  );
  const bridgePorts = [];
  const inspected = [];
  for (let c = 0; c < containers; c++) {
    const net = nets[c % networks];
    const ip = `${net.base}.${1 + Math.floor(c / 250)}.${1 + (c % 250)}`;
    const mac = `02:42:ac:00:${hex(c >> 8, 2)}:${hex(c & 255, 2)}`;
    const name = `app-${c}`;
    const hostEnd = `veth${hex(c + 1, 7)}`;
    hostLinks.push(
      link(100 + c, hostEnd, 'veth', {
        address: `02:00:00:01:${hex(c >> 8, 2)}:${hex(c & 255, 2)}`,
        link_index: 2,
        link_netnsid: c,
        master: net.bridge,
      }),
    );
    bridgePorts.push({
      ifindex: 100 + c,
      ifname: hostEnd,
      flags: ['UP', 'LOWER_UP'],
      mtu: 1500,
      master: net.bridge,
      state: 'forwarding',
      priority: 32,
      cost: 2,
      hairpin: false,
    });
    rules.raw.push(`-A PREROUTING -d ${ip}/32 ! -i ${net.bridge} -j DROP`);
    const own = [];
    const bindings = {};
    for (let p = 0; p < ports; p++) {
      const published = 10000 + c * ports + p;
      const port = 8000 + p;
      dnat.push(`-A DOCKER ! -i ${net.bridge} -p tcp -m tcp --dport ${published} -j DNAT --to-destination ${ip}:${port}`);
      accepts.push(`-A DOCKER -d ${ip}/32 ! -i ${net.bridge} -o ${net.bridge} -p tcp -m tcp --dport ${port} -j ACCEPT`);
      sockets.push(listening('tcp', '0.0.0.0', published, 'docker-proxy'), listening('tcp', '[::]', published, 'docker-proxy'));
      own.push(listening('tcp', '*', port, 'node'));
      bindings[`${port}/tcp`] = ['0.0.0.0', '::'].map((HostIp) => ({ HostIp, HostPort: String(published) }));
    }
    const endpoint = { NetworkID: net.id, Gateway: `${net.base}.0.1`, IPAddress: ip, IPPrefixLen: 16, MacAddress: mac };
    inspected.push({
      Id: hex(c + 1, 64),
      Name: `/${name}`,
      State: { Status: 'running', Running: true, Pid: 1000 + c },
      HostConfig: { NetworkMode: net.name },
      Config: { Image: 'app', Labels: {} },
      NetworkSettings: { Ports: bindings, Networks: { [net.name]: endpoint } },
    });
    const card = link(2, 'eth0', 'veth', { address: mac, link_index: 100 + c, link_netnsid: 0 }, [inet(ip, 16)]);
    write(`netns/${name}/ip-addr.json`, links([card]));
    write(
      `netns/${name}/ip-route.txt`,
      `default via ${net.base}.0.1 dev eth0\n${net.base}.0.0/16 dev eth0 proto kernel scope link src ${ip}\n`,
    );
    write(`netns/${name}/ss.txt`, `${own.join('\n')}\n`);
    write(`netns/${name}/iptables-save.txt`, '');
    write(`netns/${name}/sysctl.txt`, 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.all.rp_filter = 0\n');
  }
  const each = (make) => nets.flatMap((net) => make(net.bridge, net.base));
  rules.filter.push('-A FORWARD -j DOCKER-USER', '-A FORWARD -j DOCKER-FORWARD');
  for (let i = 0; i < limits; i++)
    rules.filter.push(
      `-A DOCKER-USER -s ${spread(i)}/32 -i up0 -p tcp -m tcp --dport ${8000 + (i % ports)} -m comment --comment "limit ${i}" -j ACCEPT`,
    );
  for (let i = 0; i < drops; i++) rules.filter.push(`-A DOCKER-USER -s ${spread(i + 77_777)}/32 -j DROP`);
  rules.filter.push(
    ...accepts,
    ...each((b) => [`-A DOCKER ! -i ${b} -o ${b} -j DROP`]),
    ...each((b) => [`-A DOCKER-BRIDGE -o ${b} -j DOCKER`]),
  );
  rules.filter.push(...each((b) => [`-A DOCKER-CT -o ${b} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`]));
  rules.filter.push(
    '-A DOCKER-FORWARD -j DOCKER-CT',
    '-A DOCKER-FORWARD -j DOCKER-ISOLATION-STAGE-1',
    '-A DOCKER-FORWARD -j DOCKER-BRIDGE',
  );
  rules.filter.push(...each((b) => [`-A DOCKER-FORWARD -i ${b} -j ACCEPT`]));
  rules.filter.push(...each((b) => [`-A DOCKER-ISOLATION-STAGE-1 -i ${b} ! -o ${b} -j DOCKER-ISOLATION-STAGE-2`]));
  rules.filter.push(...each((b) => [`-A DOCKER-ISOLATION-STAGE-2 -o ${b} -j DROP`]));
  rules.nat.push(
    '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER',
    '-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER',
  );
  rules.nat.push(...each((b, base) => [`-A POSTROUTING -s ${base}.0.0/16 ! -o ${b} -j MASQUERADE`]), ...dnat);
  write('meta.json', JSON.stringify({ format: 'dtrace-path-snapshot/1', hostname: 'big', kernel: '6.1.0', docker: '28.5.2' }));
  write('host/iptables-save.txt', saved(rules));
  write('host/ip-addr.json', links(hostLinks));
  write('host/bridge-link.json', JSON.stringify(bridgePorts));
  const kernelRoutes = nets.map((net) => `${net.base}.0.0/16 dev ${net.bridge} proto kernel scope link src ${net.base}.0.1`);
  write(
    'host/ip-route.txt',
    ['default via 198.51.100.1 dev up0', `198.51.100.0/24 dev up0 proto kernel scope link src ${HOST}`, ...kernelRoutes, ''].join('\n'),
  );
  write('host/ss.txt', `${sockets.join('\n')}\n`);
  write('host/sysctl.txt', 'net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\nnet.ipv4.conf.all.rp_filter = 0\n');
  write('docker/containers.json', JSON.stringify(inspected));
  const described = nets.map((net) => ({
    Name: net.name,
    Id: net.id,
    Driver: 'bridge',
    IPAM: { Config: [{ Subnet: `${net.base}.0.0/16`, Gateway: `${net.base}.0.1` }] },
    Options: { 'com.docker.network.bridge.name': net.bridge },
  }));
  write('docker/networks.json', JSON.stringify(described));
  return Object.values(rules).reduce((sum, list) => sum + list.length, 0);
}
