import { describe, expect, it } from 'vitest';
import { inspectHost } from '../../src/snapshot/inspection.js';
import { shortSteps, traceWritten, writtenHost } from './host.js';

const OPEN = { missing: 'usual' };
const USUAL = { missing: 'usual', hidden: 'usual' };
const NO_FILTER =
  "it depends on host's table filter, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=filter=open` gives unknown, missing=filter=drop gives timeout";

describe('deep-dive-1-host', () => {
  it('has no bridge, and says so when asked for containers', async () => {
    const trace = await traceWritten('deep-dive-1-host', { from: 'web', to: 'db' });
    expect([trace.outcome, trace.reason]).toEqual([
      'unknown',
      'nothing in the snapshot is called "web": it shows no container and no bridge that could join any, only the host itself; if containers run there, collect docker/ and netns/',
    ]);
  });
  it('listens on ssh for everybody and on domain for itself', async () => {
    const { namespaces } = inspectHost(await writtenHost('deep-dive-1-host'));
    expect(namespaces[0]?.listeners.map((l) => `${l.proto} ${l.address}:${l.port} ${l.process}`)).toEqual([
      'tcp 127.0.0.1:53 systemd-resolve',
      'tcp 0.0.0.0:22 sshd',
      'tcp *:22 sshd',
      'udp 127.0.0.1:53 systemd-resolve',
    ]);
  });
  it('is reached on ssh unless rules that no file shows forbid it', async () => {
    const flow = { from: 'internet', to: 'host', dport: 22 };
    const trace = await traceWritten('deep-dive-1-host', flow);
    expect([trace.outcome, trace.reason]).toEqual([
      'unknown',
      "it depends on the host's iptables rules, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=iptables=open` gives connected, missing=iptables=drop gives timeout",
    ]);
    const open = await traceWritten('deep-dive-1-host', flow, OPEN);
    expect([open.outcome, open.reason]).toEqual(['connected', 'sshd on tcp *:22 in host answers']);
  });
});

describe('deep-dive-3-container', () => {
  it('takes 8080 by docker-proxy, which dials port 80 of the container', async () => {
    const trace = await traceWritten('deep-dive-3-container', { from: 'internet', to: 'host', dport: 8080 }, OPEN);
    expect(trace.outcome).toBe('connected');
    expect(shortSteps(trace, 'deliver', 'proxy', 'interface')).toEqual([
      'host ens33 in',
      'docker-proxy on tcp *:8080',
      'host ens33 out',
      'docker-proxy takes the connection and opens its own to whoami at 172.17.0.2:80 (the only container that listens in this snapshot, which lacks docker inspect)',
      'host docker0 out',
      'host vethc519f84 out',
      'whoami eth0 in',
      'node on tcp *:80',
      'whoami eth0 out',
      'host vethc519f84 in',
      'host docker0 in',
    ]);
  });
  it('pairs interface 9 with interface 8 of the container', async () => {
    const { namespaces } = inspectHost(await writtenHost('deep-dive-3-container'));
    expect(namespaces.flatMap((ns) => ns.interfaces.filter((i) => i.link).map((i) => [ns.name, i.index, i.name, i.link]))).toEqual([
      ['host', 9, 'vethc519f84', { how: 'peer', netns: 'whoami', iface: 'eth0' }],
      ['whoami', 8, 'eth0', { how: 'peer', netns: 'host', iface: 'vethc519f84' }],
    ]);
  });
  it('says that the route and the interface disagree on the link', async () => {
    const { problems } = inspectHost(await writtenHost('deep-dive-3-container'));
    expect(problems.filter((p) => p.origin.file === 'host/ip-route.txt')).toEqual([
      {
        kind: 'contradiction',
        origin: { file: 'host/ip-route.txt', line: 2 },
        text: '172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown',
        message:
          'the route says that docker0 has no link, host/ip-addr.txt:12 that it has one: the latter is used, the listings are of different moments',
      },
    ]);
  });
});

describe('deep-dive-4-swarm', () => {
  it('says that brctl and ip addr disagree on the bridge of the veth', async () => {
    const { problems } = inspectHost(await writtenHost('deep-dive-4-swarm'));
    expect(problems.filter((p) => p.origin.file === 'host/brctl-show.txt')).toEqual([
      {
        kind: 'contradiction',
        origin: { file: 'host/brctl-show.txt', line: 2 },
        text: 'docker0 vethd944f19',
        message: 'brctl puts vethd944f19 into docker0, host/ip-addr.txt:20 to docker_gwbridge: the latter is used',
      },
    ]);
  });
});

describe('blog-publish', () => {
  it('carries container to container by ARP and the bridge alone', async () => {
    const trace = await traceWritten('blog-publish', { from: 'container-a', to: '172.17.0.4', dport: 80 });
    expect([trace.outcome, trace.reason, trace.rules]).toEqual([
      'unknown',
      "it depends on host's table filter, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=filter=open` gives unknown, missing=filter=drop gives timeout",
      [],
    ]);
    expect(shortSteps(trace, 'neighbour', 'bridge', 'interface')).toEqual([
      '172.17.0.4 is at 02:42:ac:11:00:04',
      'container-a eth0 out',
      'host vethbe33716 in',
      'the forwarding database does not know the address: flooded to veth336d0b1',
    ]);
  });
  it('takes 127.0.0.1:8888 by docker-proxy, since OUTPUT leaves out 127.0.0.0/8', async () => {
    const trace = await traceWritten('blog-publish', { from: 'host', to: '127.0.0.1', dport: 8888 }, USUAL);
    expect([trace.outcome, trace.reason]).toEqual([
      'unknown',
      'docker-proxy takes it and dials container-a at 172.17.0.3:80: the packet reaches container-a at tcp 172.17.0.3:80; whether something listens there is in netns/container-a/ss.txt, which the snapshot lacks',
    ]);
    expect(trace.rules.map((rule) => rule.verdict)).toEqual(['MASQUERADE']);
  });
  it('names the missing table, which by itself decides about the LAN address', async () => {
    const trace = await traceWritten('blog-publish', { from: 'internet', to: '192.168.64.2', dport: 8888 });
    expect([trace.outcome, trace.reason]).toEqual(['unknown', NO_FILTER]);
  });
  it('rewrites the LAN address by DNAT once the RETURN rules are taken for those of an interface', async () => {
    const trace = await traceWritten('blog-publish', { from: 'internet', to: '192.168.64.2', dport: 8888 }, USUAL);
    expect(shortSteps(trace, 'nat')).toEqual([
      'PREROUTING 203.0.113.1:49152 → 192.168.64.2:8888 becomes 203.0.113.1:49152 → 172.17.0.3:80',
    ]);
    expect(trace.rules.map(({ rule, verdict, file, line }) => ({ rule, verdict, file, line }))).toEqual([
      { rule: '-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER', verdict: 'JUMP DOCKER', file: 'host/iptables-list-nat.txt', line: 3 },
      {
        rule: '-A DOCKER -p tcp -m tcp --dport 8888 -j DNAT --to-destination 172.17.0.3:80',
        verdict: 'DNAT',
        file: 'host/iptables-list-nat.txt',
        line: 22,
      },
    ]);
  });
  it('masquerades what a container sends to the internet', async () => {
    const trace = await traceWritten('blog-publish', { from: 'container-a', to: '8.8.8.8', dport: 443 }, USUAL);
    expect([trace.outcome, ...shortSteps(trace, 'nat')]).toEqual([
      'leaves-host',
      'POSTROUTING 172.17.0.3:49152 → 8.8.8.8:443 becomes 192.168.64.2:49152 → 8.8.8.8:443',
      'PREROUTING 8.8.8.8:443 → 192.168.64.2:49152 becomes 8.8.8.8:443 → 172.17.0.3:49152',
    ]);
  });
});

describe('notes-default-bridge', () => {
  it('pairs eth0@if8 with veth4866e91@if7', async () => {
    const { namespaces } = inspectHost(await writtenHost('notes-default-bridge'));
    expect(namespaces.flatMap((ns) => ns.interfaces.filter((i) => i.link).map((i) => [ns.name, i.name, i.link]))).toEqual([
      ['host', 'veth4866e91', { how: 'peer', netns: 'nstest', iface: 'eth0' }],
      ['nstest', 'eth0', { how: 'peer', netns: 'host', iface: 'veth4866e91' }],
      ['nstest2', 'eth0', { how: 'elsewhere', index: 10 }],
    ]);
  });
  it('does not pretend that two containers are parted where a listing is cut', async () => {
    const trace = await traceWritten('notes-default-bridge', { from: 'nstest', to: 'nstest2' });
    expect([trace.outcome, trace.reason]).toEqual([
      'unknown',
      "the path goes on in what the snapshot lacks: the other end of nstest2's eth0: interface 10 of the host, which ip addr shows",
    ]);
  });
});

describe('notes-user-network', () => {
  it.each([
    ['udp', 35031],
    ['tcp', 39527],
  ] as const)('rewrites a %s query to the embedded DNS to port %d, and the answer back to 53', async (proto, port) => {
    const trace = await traceWritten('notes-user-network', { from: 'tool', to: '127.0.0.11', proto, dport: 53 });
    expect([trace.outcome, trace.reason]).toEqual(['connected', `a listener on ${proto} 127.0.0.11:${port} in tool answers`]);
    expect(shortSteps(trace, 'nat')).toEqual([
      `OUTPUT 127.0.0.1:49152 → 127.0.0.11:53 becomes 127.0.0.1:49152 → 127.0.0.11:${port}`,
      `POSTROUTING 127.0.0.11:${port} → 127.0.0.1:49152 becomes 127.0.0.11:53 → 127.0.0.1:49152`,
    ]);
  });
  it('knows the containers of docker ps and the networks of docker network ls', async () => {
    const { containers, networks } = inspectHost(await writtenHost('notes-user-network'));
    expect(containers.map(({ name, image, running }) => ({ name, image, running }))).toEqual([
      { name: 'web', image: 'wbitt/network-multitool', running: true },
      { name: 'db', image: 'mysql', running: true },
    ]);
    expect(networks.map(({ name, driver, bridge, subnets }) => [name, driver, bridge, subnets])).toEqual([
      ['mynet', 'bridge', 'br-ed7da300a506', ['172.18.0.0/16']],
      ['bridge', 'bridge', undefined, []],
      ['host', 'host', undefined, []],
      ['none', 'null', undefined, []],
    ]);
  });
});

describe('observation', () => {
  it('names the routes that a trace to the internet needs', async () => {
    const trace = await traceWritten('observation', { from: 'busybox', to: '8.8.8.8' });
    expect([trace.outcome, trace.reason]).toEqual([
      'unknown',
      'the snapshot lacks netns/busybox/ip-route.json (`ip route show table all`), which would show the routes of busybox',
    ]);
  });
  it('reads both layouts of ifconfig, and the bridge port from the kernel log', async () => {
    const { namespaces, bridges } = inspectHost(await writtenHost('observation'));
    expect(namespaces.flatMap((ns) => ns.interfaces.map((i) => [ns.name, i.name, i.up, i.mac, ...i.addresses]))).toEqual([
      ['host', 'lo', true, undefined, '127.0.0.1/8'],
      ['host', 'docker0', true, '02:42:be:67:b3:5b', '172.17.0.1/16', 'fe80::42:beff:fe67:b35b/64'],
      ['busybox', 'lo', true, undefined, '127.0.0.1/8'],
      ['busybox', 'eth0', true, '02:42:ac:11:00:02', '172.17.0.2/16'],
    ]);
    expect(bridges.map(({ name, ports }) => [name, ports])).toEqual([
      ['docker0', [{ iface: 'veth95d99cc', state: 'forwarding', flags: [] }]],
    ]);
  });
  it('masquerades what leaves by any interface but docker0', async () => {
    const host = await writtenHost('observation');
    const rules = host.netns.get('host')?.rulesets[0]?.tables.get('nat')?.chains.get('POSTROUTING')?.rules;
    expect(rules?.map(({ text, hidden, packets, bytes, origin }) => ({ text, hidden, packets, bytes, line: origin.line }))).toEqual([
      { text: '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE', hidden: undefined, packets: 68, bytes: 3889, line: 14 },
    ]);
  });
});
