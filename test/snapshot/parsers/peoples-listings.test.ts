import { describe, expect, it } from 'vitest';
import { formatIp } from '../../../src/address/ip.js';
import { parseConnections } from '../../../src/snapshot/parsers/connections.js';
import { parseDmesg } from '../../../src/snapshot/parsers/dmesg.js';
import { parseDockerPs, parseNetworkLs } from '../../../src/snapshot/parsers/docker-ps.js';
import { parseIfconfig } from '../../../src/snapshot/parsers/ifconfig.js';
import { parsePs, proxyCommand } from '../../../src/snapshot/parsers/ps.js';
import { parseResolvConf } from '../../../src/snapshot/parsers/resolv-conf.js';

describe('docker ps', () => {
  const HEAD = 'CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS       PORTS                                                  NAMES';
  it.each([
    ['0.0.0.0:8080->80/tcp, :::8080->80/tcp', ['0.0.0.0 8080 80/tcp', ':: 8080 80/tcp']],
    ['127.0.0.1:53-54->53-54/udp', ['127.0.0.1 53 53/udp', '127.0.0.1 54 54/udp']],
    ['[::]:8080->80/tcp', [':: 8080 80/tcp']],
    ['80/tcp', []],
  ])('%s', (ports, published) => {
    const line = `0123456789ab   nginx     "nginx"   1h ago    Up 1 hour    ${ports.padEnd(55)}web`;
    const { data, problems } = parseDockerPs(`${HEAD}\n${line}\n`, 'docker/ps.txt');
    const [web] = data;
    expect([web?.name, web?.running, problems]).toEqual(['web', true, []]);
    expect(
      web?.published.map(
        (p) =>
          `${p.hostIp === undefined ? (p.family === 4 ? '0.0.0.0' : '::') : formatIp(p.hostIp)} ${p.hostPort} ${p.containerPort}/${p.proto}`,
      ),
    ).toEqual(published);
  });
  it('names lines that are none', () => {
    expect(parseDockerPs(`${HEAD}\nnonsense\n`, 'docker/ps.txt').problems).toEqual([
      { origin: { file: 'docker/ps.txt', line: 2 }, text: 'nonsense', message: 'not a line of docker ps' },
    ]);
    expect(parseNetworkLs('NETWORK ID     NAME      DRIVER    SCOPE\n?\n', 'docker/network-ls.txt').problems[0]?.message).toBe(
      'not a line of docker network ls',
    );
  });
});

describe('ps', () => {
  it.each([
    [
      'UID PID PPID C STIME TTY TIME CMD\nroot 7 1 0 Aug03 ? 00:00:00 /usr/bin/docker-proxy -proto tcp',
      7,
      ['/usr/bin/docker-proxy', '-proto', 'tcp'],
    ],
    ['USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 8 0 0 1 1 ? S 10:00 0:00 sleep 5', 8, ['sleep', '5']],
    ['PID USER TIME COMMAND\n    1 root 0:00 nginx: master', 1, ['nginx:', 'master']],
  ])('%j', (text, pid, command) => {
    expect(parsePs(text, 'host/ps.txt')).toEqual({
      data: [{ pid, command, user: 'root', origin: { file: 'host/ps.txt', line: 2 } }],
      problems: [],
    });
  });
  it('reads where docker-proxy leads', () => {
    const words = '/usr/sbin/docker-proxy -proto tcp -host-ip :: -host-port 8888 -container-ip 172.17.0.3 -container-port 80'.split(' ');
    expect(proxyCommand(words)).toEqual({ proto: 'tcp', hostIp: '::', hostPort: 8888, containerIp: '172.17.0.3', containerPort: 80 });
    expect([proxyCommand(['docker-proxy', '-host-port']), proxyCommand(['sshd'])]).toEqual([undefined, undefined]);
  });
});

describe('ifconfig', () => {
  it('reads the old layout with a zone and a down interface', () => {
    const text = `eth1      Link encap:Ethernet  HWaddr 02:00:00:00:00:01
          inet addr:10.0.0.1  Bcast:10.0.0.255  Mask:255.255.255.0
          inet6 addr: fe80::1/64 Scope:Link
          BROADCAST MULTICAST  MTU:9000  Metric:1
mangled
`;
    const { data, problems } = parseIfconfig(text, 'host/ifconfig.txt');
    expect(
      data.map(({ name, up, carrier, mtu, mac, addresses }) => ({
        name,
        up,
        carrier,
        mtu,
        mac,
        addresses: addresses.map((a) => `${formatIp(a.ip)}/${a.prefixLength} ${a.scope}`),
      })),
    ).toEqual([
      {
        name: 'eth1',
        up: false,
        carrier: false,
        mtu: 9000,
        mac: '02:00:00:00:00:01',
        addresses: ['10.0.0.1/24 global', 'fe80::1/64 link'],
      },
    ]);
    expect(problems).toEqual([{ origin: { file: 'host/ifconfig.txt', line: 5 }, text: 'mangled', message: 'not a line of ifconfig' }]);
  });
});

describe('smaller ones', () => {
  it('dmesg keeps the last state of a port', () => {
    const text =
      '[1.0] br0: port 1(veth1) entered blocking state\n[2.0] br0: port 1(veth1) entered disabled state\n[3.0] usb 1-1: new device\nhello\n';
    const { data, problems } = parseDmesg(text, 'host/dmesg.txt');
    expect([data.map(({ bridge, iface, state }) => `${bridge} ${iface} ${state}`), problems.map((p) => p.origin.line)]).toEqual([
      ['br0 veth1 disabled'],
      [4],
    ]);
  });
  it('resolv.conf', () => {
    const { data, problems } = parseResolvConf(
      '# made by docker\nsearch lan\nnameserver 127.0.0.11\nnameserver nowhere\n',
      'netns/web/resolv.conf',
    );
    expect([data.map((r) => formatIp(r.ip)), problems.map((p) => p.text)]).toEqual([['127.0.0.11'], ['nameserver nowhere']]);
  });
  it('netstat of open connections', () => {
    const text =
      'Proto Recv-Q Send-Q Local Address Foreign Address State PID/Program name\ntcp 0 64 10.0.0.1:22 10.0.0.2:60668 ESTABLISHED 1442/sshd: me\ntcp 0 0 gate:ssh 10.0.0.2:1 ESTABLISHED -\n';
    const { data, problems } = parseConnections(text, 'host/netstat-connections.txt');
    expect(data).toEqual([
      {
        ...{
          proto: 'tcp',
          local: { ip: '10.0.0.1', port: 22 },
          remote: { ip: '10.0.0.2', port: 60668 },
          state: 'ESTABLISHED',
          process: 'sshd',
        },
        origin: { file: 'host/netstat-connections.txt', line: 2 },
      },
    ]);
    expect(problems.map((p) => p.origin.line)).toEqual([3]);
  });
});
