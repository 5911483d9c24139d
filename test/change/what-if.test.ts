import type { Host } from '../../src/model/host.js';
import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { whatIf } from '../../src/change/index.js';

const path = (name: string): string => new URL(`../../fixtures/hosts/${name}`, import.meta.url).pathname;

async function outcome(name: string, port: number, ...commands: readonly string[]): Promise<string> {
  const machine = createMachine(whatIf(await loadSnapshot(path(name)), commands));
  const { outcome: end, reason } = traceFlow(machine, { from: '203.0.113.1', to: '198.51.100.10', proto: 'tcp', dport: port });
  return `${end}: ${reason}`;
}

describe('--what-if', () => {
  it.each([
    ['iptables -I DOCKER-USER 1 -i up0 -j DROP', "timeout: `-A DOCKER-USER -i up0 -j DROP` in host's filter DOCKER-USER drops it"],
    [
      'iptables -t raw -A PREROUTING -p tcp --dport 8080 -j DROP',
      "timeout: `-A PREROUTING -p tcp -m tcp --dport 8080 -j DROP` in host's raw PREROUTING drops it",
    ],
    [
      'sudo iptables -t nat -F DOCKER',
      'connected: docker-proxy takes it and dials web at 172.17.0.2:80: python3 on tcp *:80 in web answers',
    ],
    ['sysctl -w net.ipv4.ip_forward=0', 'timeout: 172.17.0.2 is not an address of host, and forwarding is off on up0'],
    ['docker exec web iptables -A INPUT -j DROP', "timeout: `-A INPUT -j DROP` in web's filter INPUT drops it"],
    ['iptables -D FORWARD -j DOCKER-FORWARD', "timeout: no rule of host's filter FORWARD matched, and its policy is DROP"],
    ['ip rule add to 172.17.0.2 blackhole', 'timeout: 172.17.0.2: blackhole by `ip rule'],
    ['ip link set docker0 down', 'timeout: docker0, the bridge to that network, is down; no rule of host'],
    ['ip route del 172.17.0.0/16', "timeout: no rule of host's filter FORWARD matched"],
    ['ip route del 172.17.0.0/16 proto kernel', "timeout: no rule of host's filter FORWARD matched"],
    ['iptables -N EMPTY', 'connected: python3 on tcp *:80 in web answers'],
  ])('%s', async (command, expected) => expect(await outcome('docker28-bridge', 8080, command)).toContain(expected));

  it.each(['docker20-bridge', 'docker26-bridge', 'docker28-bridge', 'docker28-noproxy', 'docker28-dual'])(
    'publishes a port as the Engine of %s would',
    async (name) => {
      expect(await outcome(name, 6390, 'docker run -d --name cache -p 6390:6379 redis:7')).toBe(
        'connected: cache on tcp *:6379 in cache answers',
      );
    },
  );

  it.each([
    ['iptables -D DOCKER 99', 'chain DOCKER has 7 rules, so there is no place 99'],
    ['iptables -A NOWHERE -j DROP', 'table filter has no chain "NOWHERE"'],
    ['iptables -A INPUT --dport 80 -j DROP', 'the rule would not load'],
    [
      'rm -rf /',
      'it begins with iptables, ip6tables, nft, ipset, ip, bridge, sysctl or docker; for any other change take a snapshot after it',
    ],
    ['ufw allow 80', 'ufw is not modelled: write the iptables commands that it comes to (ufw --dry-run shows them)'],
    ['nft add rule ip none INPUT drop', 'no table ip none'],
    ['nft -f rules.nft', '-f is not read here: write the commands themselves'],
    ['docker start web', 'docker start is not modelled: what a stopped container listens on and publishes is in no listing'],
    ['docker compose up', 'docker compose is not modelled: give its files'],
    ['docker rm web', 'web runs, so docker keeps it; stop it first or say docker rm -f'],
    ['docker stop nobody', 'the snapshot knows no container "nobody"; it knows '],
    ['docker network rm bridge', 'network bridge has active endpoints: '],
    ['docker network create -d macvlan lan', 'network lan has no parent, so Docker makes a device that leads nowhere'],
    ['docker network create --subnet 172.17.0.0/24 twin', 'the subnet 172.17.0.0/24 overlaps with 172.17.0.0/16'],
    ['docker network create -o com.docker.network.bridge.trusted_host_interfaces=up0:../x lan', 'the name holds a /'],
    ["docker network create -o 'com.docker.network.bridge.trusted_host_interfaces=up0 -s 10.0.0.1' lan", 'the name holds a blank'],
    ['docker network connect bridge web', 'web is on network bridge already'],
    ['ip netns add x', 'of ip, route, rule, address and link are understood, not "netns"'],
    ['ip link add x type dummy', 'a new device is not modelled'],
    ['ip link set docker0 name docker1', '"name" of ip link set is not modelled'],
    ['ip route add 10.9.0.0/16 via 10.99.0.1', 'the gateway 10.99.0.1 is on no network of an interface (Nexthop has invalid gateway)'],
    ['ip route add 10.9.0.0/16', 'the route has no next hop: add `via GATEWAY` or `dev DEV`'],
    ['ip addr add 198.51.100.10/24 dev up0', 'up0 has 198.51.100.10 already (File exists)'],
    ['ip rule add from', 'from needs an address or prefix'],
    ['sysctl net.ipv4.ip_forwrd=1', 'there is no setting net.ipv4.ip_forwrd; net.ipv4.ip_forward is meant?'],
    ['ipset add blocked 10.0.0.1', 'host has no set "blocked"; it has none (ipset-save.txt is missing or empty)'],
    ['iptables -X DOCKER', 'chain DOCKER holds 7 rules (Directory not empty)'],
    ['docker run -p 8080:80 nginx', 'port 8080/tcp of the host is taken by docker-proxy'],
    ['docker run --name web nginx', 'there is a container "web" already'],
    ['ip route del 10.9.9.0/24', 'there is no such route'],
    ["iptables -A INPUT -m comment --comment 'open", 'a quote is not closed'],
  ])('refuses %s', async (command, message) => {
    const host = await loadSnapshot(path('docker28-bridge'));
    expect(() => whatIf(host, [command])).toThrow(message);
  });

  it('gives no container a link of a name that no kernel takes', async () => {
    const host = await loadSnapshot(path('docker28-bridge'));
    const made = (prefix: string) => (): Host =>
      whatIf(host, [
        `docker network create --subnet 10.77.0.0/24 -o com.docker.network.container_iface_prefix=${prefix} lan`,
        'docker run --name new --network lan nginx',
      ]);
    expect(made('../x')).toThrow('the name holds a /');
    expect(
      made('lan')()
        .netns.get('new')
        ?.interfaces.map(({ name }) => name),
    ).toEqual(['lo', 'lan0']);
  });
});
