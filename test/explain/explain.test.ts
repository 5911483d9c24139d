import { describe, expect, it } from 'vitest';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { explain } from '../../src/explain/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';

const machines = new Map<string, Promise<Machine>>();

function machineOf(path: string): Promise<Machine> {
  const known = machines.get(path);
  if (known !== undefined) return known;
  const made = loadSnapshot(new URL(`../../fixtures/${path}`, import.meta.url).pathname).then((host) => createMachine(host));
  machines.set(path, made);
  return made;
}

/** What is said of a thing: its summary, and one section by its title, each line with its place. */
async function said(path: string, what: string, title: string): Promise<readonly [string, readonly string[]]> {
  const [first] = explain(await machineOf(path), what);
  const lines = first?.sections.find((section) => section.title === title)?.lines ?? [];
  return [first?.summary ?? '', lines.map((l) => (l.origin === undefined ? l.text : `${l.text} [${l.origin.file}:${l.origin.line}]`))];
}

const BRIDGE =
  "docker0 is the bridge of Docker's network bridge: a switch inside the kernel, and at the same time the host's own interface on it.";
const VETH = 'vethc519f84 (interface 9) is one end of a veth pair: a virtual cable between two network namespaces.';

describe('what people ask of the hosts they wrote down', () => {
  it('docker0: bridge and interface are one thing seen twice', async () => {
    expect(await said('written-hosts/deep-dive-2-docker', 'docker0', 'Bridge or interface?')).toEqual([
      BRIDGE,
      [
        'as a bridge, which `brctl show` or `bridge link` lists, docker0 is a switch inside the kernel: veth cables are plugged into it, and it passes frames between them by link-layer address',
        "as an interface, which `ip addr` lists, docker0 is the host's own port of that switch: the host is 172.17.0.1 there, and containers use that address as their gateway [host/ip-addr.txt:12]",
        'it is one thing seen twice: what a container sends to another one of the same bridge stays on the switch; what it sends elsewhere goes to the interface, and from there is routed',
      ],
    ]);
  });
  it('docker0: why it is down, and which subnet is its', async () => {
    expect(await said('written-hosts/deep-dive-2-docker', 'docker0', 'Why is it down?')).toEqual([
      BRIDGE,
      [
        'UP, NO-CARRIER (it has no link); state DOWN [host/ip-addr.txt:12]',
        'it is switched on (UP), but a bridge has a link only while one of its ports has: no port is up, so it shows NO-CARRIER and state DOWN',
        'that is harmless: the first container that is attached brings it up',
      ],
    ]);
    expect((await said('written-hosts/deep-dive-2-docker', 'docker0', 'Which subnet is its?'))[1]).toEqual([
      '172.17.0.0/16 is the subnet of the network bridge: its containers get addresses from it [host/ip-addr.txt:12]',
    ]);
  });
  it.each(['vethc519f84', 'vethc519f84@if8', 'host/vethc519f84', 'if9', '9'])('%s: the cable to the container', async (what) => {
    expect(await said('written-hosts/deep-dive-3-container', what, 'Where does it lead?')).toEqual([
      VETH,
      [
        'its other end is eth0 of whoami: interface 8 there, which is what the "@if8" in "vethc519f84@if8" says [netns/whoami/ip-addr.txt:5]',
        'seen from there, the cable leads to interface 9, which is this one [host/ip-addr.txt:17]',
        'it is plugged into docker0, as one of its ports (forwarding) [host/ip-addr.txt:17]',
        'a frame that comes in by it is given to that bridge; it has no IP address of its own because it needs none',
        'eth0 of whoami is how the container whoami reaches its network [netns/whoami/ip-addr.txt:5]',
      ],
    ]);
  });
  it('the linkdown that the route table still shows', async () => {
    expect((await said('written-hosts/deep-dive-3-container', 'docker0', 'Routes that lead out by it'))[1]).toEqual([
      '172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1 linkdown: it is marked linkdown although the interface has a link; the two listings were taken at different moments, and the kernel takes the mark away when the link comes [host/ip-route.txt:2]',
    ]);
  });
  it.each([
    [
      '2377',
      '2377/tcp is swarm management: managers and nodes that join talk to each other by it (mutual TLS); only the other nodes of the swarm need it; one listener.',
      'dockerd in host, on all addresses (IPv4 and IPv6): whoever can send to any address of it reaches this, unless a rule forbids it [host/netstat.txt:8]',
    ],
    [
      '7946/udp',
      '7946/udp is swarm gossip: nodes tell each other by it which containers and networks there are; only the other nodes need it; one listener.',
      'dockerd in host, on all addresses (IPv4 and IPv6): whoever can send to any address of it reaches this, unless a rule forbids it [host/netstat.txt:12]',
    ],
    [
      '4789',
      '4789/udp is VXLAN: the frames of overlay networks between hosts; the kernel itself receives them, so no process is named. Unless the network is encrypted, whoever reaches it can send into overlay networks; one listener.',
      'a process that is not named in host, on all IPv4 addresses: whoever can send to any address of it reaches this, unless a rule forbids it [host/netstat.txt:10]',
    ],
  ])('%s: what the swarm uses it for', async (what, summary, listener) => {
    expect(await said('written-hosts/deep-dive-4-swarm', what, 'Who listens?')).toEqual([summary, [listener]]);
  });
  it('2377: who may reach it depends on rules that no file shows', async () => {
    expect((await said('written-hosts/deep-dive-4-swarm', '2377', 'Who reaches it on host?'))[1]).toEqual([
      "from internet: unknown (it depends on the host's iptables rules, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=iptables=open` gives connected, missing=iptables=drop gives timeout)",
    ]);
  });
  it('the veth of the swarm: ip addr and brctl disagree', async () => {
    expect((await said('written-hosts/deep-dive-4-swarm', 'vethd944f19', 'What the listings disagree on'))[1]).toEqual([
      'brctl puts vethd944f19 into docker0, host/ip-addr.txt:20 to docker_gwbridge: the latter is used [host/brctl-show.txt:2]',
    ]);
  });
  it('the default bridge resolves no names; a network of one’s own does', async () => {
    expect((await said('written-hosts/notes-default-bridge', 'docker0', 'Who resolves names?'))[1]).toEqual([
      'the default bridge resolves no names: its containers use the name servers of the host, and find each other by address alone (or by --link); a network of one’s own (docker network create) has name service',
    ]);
    expect((await said('written-hosts/notes-user-network', 'web', 'Who resolves names for it?'))[1]).toEqual([
      "127.0.0.11: Docker's own name server, which knows the containers of the same networks by name [netns/web/resolv.conf:1]",
    ]);
  });
  it('container to internet is masqueraded, container to container meets no NAT rule', async () => {
    expect((await said('written-hosts/observation', 'host/iptables-list-nat.txt:14', 'What is it for?'))[1]).toEqual([
      'this is how the containers of 172.17.0.0/16 reach the internet: what they send leaves by an interface other than docker0, so it is masqueraded as the host',
      'what one container sends to another of the same bridge stays on docker0: it does not meet this rule, and is rewritten by none',
    ]);
  });
  it('a RETURN rule of a listing without -v says what is not shown', async () => {
    expect((await said('written-hosts/blog-publish', 'host/iptables-list-nat.txt:20', 'What do its words mean?'))[1]).toEqual([
      'what the listing shows of it asks for nothing',
      'not shown: the interfaces of this rule, which a listing without -v does not show: run `iptables-save`, or `iptables -t nat -L -n -v` [host/iptables-list-nat.txt:20]',
      '-j RETURN: goes back to the chain that jumped here, behind the rule that did; in a built-in chain, the policy decides.',
    ]);
  });
});

describe('rules of recorded hosts', () => {
  it('says what each word means', async () => {
    expect((await said('hosts/docker28-bridge', 'host/iptables-save.txt:31', 'What do its words mean?'))[1]).toEqual([
      '-d 172.17.0.2/32: a packet that goes to 172.17.0.2',
      '! -i docker0: a packet that comes in by any interface but docker0',
      '-o docker0: a packet that leaves by docker0',
      '-p tcp: a packet that is TCP',
      '-m tcp --dport 80: a packet that is sent to port 80',
      '-j ACCEPT: lets the packet go on past the rest of this table; other tables and hooks may still stop it.',
    ]);
  });
  it.each([
    ['host/iptables-save.txt:31', ['yes', 'for instance internet → host:8080 (tcp): connected']],
    ['host/iptables-save.txt:36', ['yes', 'for instance the answer to admin → web (ICMP echo): connected']],
  ])('%s: finds a flow that meets it', async (what, lines) => {
    expect((await said('hosts/docker28-bridge', what, 'Can any packet meet it?'))[1].slice(0, 2)).toEqual(lines);
  });
  it('explains the chain that stands in a line', async () => {
    const [first] = explain(await machineOf('hosts/docker28-bridge'), 'host/iptables-save.txt:20');
    expect([first?.kind, first?.summary]).toEqual([
      'chain',
      'DOCKER-CT: lets answers of known connections through to the bridges (since Engine 28). Its table is filter, which decides what may pass.',
    ]);
  });
  it('names what could be asked where the name is unknown', async () => {
    const machine = await machineOf('written-hosts/deep-dive-1-host');
    expect(() => explain(machine, 'nonesuch')).toThrow(
      'nothing in the snapshot is called "nonesuch"; ask for an interface, container, network or chain by name (lo, ens33 …), an address, a subnet, a port, or a rule as file:line',
    );
    expect(() => explain(machine, 'host/iptables-save.txt:3')).toThrow(
      'no rule, chain, interface, socket or route of the snapshot stands in line 3 of host/iptables-save.txt; a file is named as inspect names it, such as host/iptables-save.txt',
    );
  });
});
