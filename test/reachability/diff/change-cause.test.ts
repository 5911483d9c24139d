import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/datapath/index.js';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles, machineOf } from '../hosts.js';
import { holds } from './holds.js';

const NATIVE = '../nft-hosts/nft-docker29';

describe('what made a change', () => {
  it.each([
    [
      'a rule of nftables, among others that stayed',
      NATIVE,
      'nft insert rule ip docker-bridges filter-FORWARD tcp dport 80 drop',
      'closed',
      'after: tcp dport 80 drop [--what-if:1]',
    ],
    ['a setting', 'docker28-bridge', 'sysctl -w net.ipv4.ip_forward=0', 'closed', 'after: net.ipv4.ip_forward = 0 [--what-if:1]'],
    [
      'what some meet, and not what all meet',
      'docker28-bridge',
      'iptables -I DOCKER-USER -s 203.0.113.0/24 -j DROP\niptables -I DOCKER-USER -j LOG',
      'closed',
      'after: -A DOCKER-USER -s 203.0.113.0/24 -j DROP [--what-if:1]',
    ],
    [
      'what some source ports meet',
      'docker20-bridge',
      'iptables -I INPUT -i up0 -p tcp --sport 1024:2000 -j DROP',
      'closed',
      'after: -A INPUT -i up0 -p tcp -m tcp --sport 1024:2000 -j DROP [--what-if:1]',
    ],
    ['a policy', 'docker28-bridge', 'iptables -P INPUT DROP', 'closed', 'after: policy DROP of filter INPUT [host/iptables-save.txt:15]'],
    [
      'a route',
      'docker28-bridge',
      'ip route del 172.30.0.0/24',
      'closed',
      'before: 172.30.0.0/24 dev br-bce701700ddb proto kernel scope link src 172.30.0.1 [host/ip-route.json:1]',
    ],
  ])('%s (%s)', async (_, host, commands, kind, expected) => {
    const hosts = [await machineOf(host), await machineOf(host, ...commands.split('\n'))] as const;
    const { changes } = diffReachability(...hosts);
    const causes = changes.filter((one) => one.kind === kind).map(({ cause }) => cause);
    expect([...new Set(causes.map((one) => `${one?.side}: ${one?.text} [${one?.origin?.file}:${one?.origin?.line}]`))]).toEqual([expected]);
    expect(changes.filter((one) => one.kind !== 'undecided' && !holds(one, hosts))).toEqual([]);
  });

  it('is none where rules have counted since, and Docker drew other names', () => {
    const files = folderFiles(NATIVE);
    const later = [...files].map(([path, text]): [string, string] => [
      path,
      text
        .replace(/"packets": ?\d+, ?"bytes": ?\d+/g, '"packets": 7, "bytes": 420')
        .replace(/packets \d+ bytes \d+/g, 'packets 7 bytes 420')
        .replace(/br-0ce4b861e4ad/g, 'br-0ce4b861e4ff'),
    ]);
    const diff = diffReachability(createMachine(loadFiles(files)), createMachine(loadFiles(new Map(later))));
    expect(diff.changes).toEqual([]);
  });
});
