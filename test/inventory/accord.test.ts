import { describe, expect, it } from 'vitest';
import { withUnread } from '../../src/datapath/trace/grounds.js';
import { evidenceOf } from '../../src/inventory/index.js';
import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { folderFiles, HOSTS } from '../reachability/hosts.js';

type Change = (text: string) => string;

const lines =
  (keep: (line: string) => boolean): Change =>
  (text) =>
    text
      .split('\n')
      .filter((line) => keep(line))
      .join('\n');
const without = (...words: readonly string[]): Change => lines((line) => !words.every((word) => line.includes(word)));
const entries =
  (keep: (entry: string) => boolean): Change =>
  (text) =>
    JSON.stringify((JSON.parse(text) as readonly unknown[]).filter((one) => keep(JSON.stringify(one))));
const withoutEntry = (...words: readonly string[]): Change => entries((entry) => !words.every((word) => entry.includes(word)));
const from =
  (host: string, file: string): Change =>
  () =>
    folderFiles(host).get(file) ?? '';

const D26 = 'docker26-bridge';
const D28 = 'docker28-bridge';
const NFT29 = '../nft-hosts/nft-docker29';
const SWARM = '../nft-hosts/swarm-ingress';

/** A listing that is whole in form, what was done to it, and what the others say against it. */
const DISCORDS: readonly (readonly [string, string, Change, RegExp])[] = [
  // of another host
  [SWARM, 'docker/info.json', from('fw26', 'docker/info.json'), /^it is of Engine 26\.1\.5\+dfsg1, and the snapshot of 28\.5$/],
  [D26, 'docker/info.json', from('fw26', 'docker/info.json'), /^it counts 3 running containers, and docker inspect shows 5$/],
  ['swarm20', 'docker/info.json', from('ctrnat26', 'docker/info.json'), /^it is of Engine 26/],
  [
    D26,
    'docker/info.json',
    (text) => text.replace('"IPv4Forwarding":true', '"IPv4Forwarding":false'),
    /^its IPv4Forwarding is false, and net\.ipv4\.ip_forward is not$/,
  ],
  [D26, 'docker/networks.json', from('fw26', 'docker/networks.json'), /^it lacks network \w+, which \w+ is on$/],
  [D26, 'host/ip-addr.json', from('ctrnat26', 'host/ip-addr.json'), /^it lacks (?:bridge|address) \S+/],
  [D26, 'host/sysctl.txt', from('modes28', 'host/sysctl.txt'), /settings of br-\w+/],
  [D26, 'host/bridge-link.json', from('fw26', 'host/bridge-link.json'), /^it lacks veth\w+, which is a port of docker0/],
  [D26, 'host/ip-neigh.json', from('modes28', 'host/ip-neigh.json'), /^it speaks of br-\w+, which is not there/],
  [D26, 'host/bridge-fdb.json', from('modes28', 'host/bridge-fdb.json'), /^it speaks of \S+, which is not there/],
  // of another namespace
  [
    SWARM,
    'netns/guest/ip-addr.json',
    from(SWARM, 'netns/plain/ip-addr.json'),
    /^docker inspect tells of address 10\.22\.0\.5 on network mesh, and it shows none$/,
  ],
  [SWARM, 'netns/guest/ss.txt', from(SWARM, 'netns/plain/ss.txt'), /^it lacks|^it shows (?:no socket of Docker's resolver|\w+ \(pid)/],
  [
    D26,
    'netns/db/ip-addr.json',
    from(D26, 'netns/web/ip-addr.json'),
    /^docker inspect tells of address 172\.30\.0\.\d on network appnet, and it shows none$/,
  ],
  [
    D26,
    'netns/db/ip-addr.json',
    (text) => text.replaceAll('02:42:ac:1e', '02:42:ac:ff'),
    /^docker inspect tells of MAC address 02:42:ac:1e/,
  ],
  [
    D28,
    'netns/db/ss.txt',
    (text) => text.replaceAll(/"dockerd",pid=\d+/g, '"dockerd",pid=7'),
    /^it shows dockerd as process 7, and the other listings as \d+$/,
  ],
  // lines lost from the middle
  [
    'modes28',
    'netns/rt1/ip6-route.json',
    withoutEntry('"default"'),
    /^it lacks `default via fd00:31::1 .*`, which netns\/rt1\/ip-route\.json shows$/,
  ],
  [SWARM, 'host/ss.txt', without('7946', 'udp'), /^it lacks udp 7946, on which dockerd listens in a swarm$/],
  [SWARM, 'host/ss.txt', without('2377'), /^it lacks tcp 2377, on which dockerd listens in a swarm$/],
  [SWARM, 'host/ss.txt', without('[::]:8080'), /^it lacks the socket of published port \[?[:\d\]]*8080\/tcp, and shows those of others$/],
  [SWARM, 'host/ss.txt', without('docker-proxy'), /^it shows no socket of any published port, such as /],
  [SWARM, 'netns/guest/ss.txt', without('udp', '127.0.0.11'), /^it lacks the udp socket of Docker's resolver at 127\.0\.0\.11$/],
  [SWARM, 'netns/guest/ss.txt', without('127.0.0.11'), /^it shows no socket of Docker's resolver/],
  [D26, 'host/iptables-save.txt', without('DOCKER'), /^it shows no chain of Docker, which has networks here/],
  [
    D26,
    'host/iptables-save.txt',
    without('RELATED', '-o docker0'),
    /^it lacks `-o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`, which Docker writes/,
  ],
  [D26, 'host/iptables-save.txt', without('STAGE-2', '-o docker0 -j DROP'), /^it lacks `-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP`/],
  [D26, 'host/iptables-save.txt', without('-j DOCKER-USER'), /^it lacks `-A FORWARD -j DOCKER-USER of table filter`/],
  [D26, 'host/iptables-save.txt', without('PREROUTING', '-j DOCKER'), /^it lacks `-A PREROUTING -j DOCKER of table nat`/],
  [
    D26,
    'host/iptables-save.txt',
    without('172.17.0.0/16', 'MASQUERADE'),
    /^it lacks `-A POSTROUTING -s 172\.17\.0\.0\/16 ! -o docker0 -j MASQUERADE`/,
  ],
  [D26, 'host/iptables-save.txt', without('--dport 8080', 'DNAT'), /^it lacks `-A DOCKER --dport 8080 -j DNAT, for web`/],
  [
    D26,
    'host/iptables-save.txt',
    without('-A DOCKER -d 172.17.0.2/32', 'ACCEPT'),
    /^it lacks `-A DOCKER -d 172\.17\.0\.2 -o docker0 --dport 80 -j ACCEPT, which its rule of nat/,
  ],
  [D28, 'host/iptables-save.txt', without('! -i docker0 -o docker0 -j DROP'), /^it lacks `-A DOCKER ! -i docker0 -o docker0`/],
  ['docker28-dual', 'host/ip6tables-save.txt', without('fd00:30::/64', 'MASQUERADE'), /^it lacks `-A POSTROUTING -s fd00:30::\/64 /],
  ['modes28', 'host/iptables-save.txt', without('! -s 172.28.0.0/24'), /^it lacks `-o br-inn -j DROP`/],
  [D26, 'host/ip-rule.json', withoutEntry('"main"'), /^it lacks the rule `from all lookup main`, which the kernel makes$/],
  [D26, 'host/ip-route.json', withoutEntry('172.17.0.0/16'), /^it lacks the route to 172\.17\.0\.0\/16, which docker0 has an address of$/],
  [
    D26,
    'netns/web/ip-route.json',
    withoutEntry('"default"'),
    /^it lacks the default route that Docker makes, by the gateway of network bridge$/,
  ],
  [D26, 'netns/web/ip-route.json', withoutEntry('"local"', '172.17.0.2'), /^it lacks the local route to 172\.17\.0\.2, which eth0 has$/],
  [
    'rpf20',
    'host/ip-route.json',
    (text) => text.replaceAll(/"gateway":"[^"]*",/g, ''),
    /^`default .*` shows no gateway, and is not of scope link$/,
  ],
  [D26, 'host/sysctl.txt', without('bridge-nf-call-iptables'), /^it lacks net\.bridge\.bridge-nf-call-iptables, and shows others/],
  [D26, 'host/sysctl.txt', without('rp_filter'), /^it lacks net\.ipv4\.conf\.all\.rp_filter, and shows others/],
  [D26, 'host/sysctl.txt', without('conf.docker0.forwarding'), /^it lacks net\.ipv4\.conf\.docker0\.forwarding, and shows others/],
  [D26, 'host/bridge-link.json', entries((entry) => !entry.includes('docker0')), /^it lacks veth\w+, which is a port of docker0/],
  [NFT29, 'host/ss.txt', without('docker-proxy'), /^it shows no socket of any published port/],
];

const contradictions = ({ problems }: Host, of: string): readonly string[] =>
  problems.flatMap(({ kind, message, origin }) => (kind === 'contradiction' && origin.file === of ? [message] : []));

describe('listings that are whole in form, and that others contradict', () => {
  it.each(DISCORDS)('%s: %s (%#)', (name, file, change, why) => {
    const files = folderFiles(name);
    const changed = change(files.get(file) ?? '');
    expect(changed).not.toBe(files.get(file));
    const host = loadFiles(new Map(files).set(file, changed));
    expect(contradictions(host, file)).toContainEqual(expect.stringMatching(why));
    // every answer tells of it
    expect(withUnread(host).unread?.find((one) => one.file === file)?.used).toMatch(/^(?:part|none)$/);
    // and no gate passes
    const lacking = [...evidenceOf(host).all(), ...[evidenceOf(host).lack('info') ?? []].flat()];
    expect(lacking.map((lack) => lack.file)).toContain(file);
  });

  it.each([...HOSTS, NFT29, '../nft-hosts/nft-hostfw', SWARM])('none is found on a host as it was: %s', (name) => {
    const host = loadFiles(folderFiles(name));
    expect(host.problems.filter(({ kind }) => kind === 'contradiction')).toEqual([]);
  });
});
