import type { Twin } from '../../src/kernel/twin.js';

/** The commands of the snapshot contract, one file each. */
const COMMANDS: readonly (readonly [file: string, command: string])[] = [
  ['iptables-save.txt', 'iptables-nft-save'],
  ['ip6tables-save.txt', 'ip6tables-nft-save'],
  ['ipset-save.txt', 'ipset save'],
  ['ip-addr.json', 'ip -j -d addr show'],
  ['ip-route.json', 'ip -j -d route show table all'],
  ['ip6-route.json', 'ip -6 -j -d route show table all'],
  ['ip-rule.json', 'ip -j rule show'],
  ['ip6-rule.json', 'ip -6 -j rule show'],
  ['ip-neigh.json', 'ip -j neigh show'],
  ['ss.txt', 'ss -H -tulpn'],
  ['bridge-link.json', 'bridge -j -d link show'],
  ['bridge-fdb.json', 'bridge -j fdb show'],
  ['bridge-vlan.json', 'bridge -j vlan show'],
  [
    'sysctl.txt',
    "sysctl -a 2>/dev/null | grep -E '^net[.](ipv4|ipv6|bridge|netfilter)' | grep -E 'forward|rp_filter|route_localnet|bridge-nf|accept_local|proxy_arp|disable_ipv6|src_valid_mark|ip_nonlocal|icmp_echo_ignore|fwmark|tcp_loose'",
  ],
];
const MARK = '===== ';
const SCRIPT = COMMANDS.map(([file, command]) => `echo '${MARK}${file}'; ${command} 2>/dev/null; echo`).join('\n');

/** @returns the files of a snapshot of a twin, as a user would collect it, by path. */
export async function collectSnapshot(twin: Twin, netns: readonly string[]): Promise<Map<string, string>> {
  const files = new Map<string, string>([['meta.json', '{"format":"dtrace-path-snapshot/1","hostname":"twin","docker":"26.1.5"}\n']]);
  const texts = await Promise.all(netns.map((name) => twin.run(name, ['sh', '-c', SCRIPT])));
  netns.forEach((name, i) => {
    const folder = name === 'host' ? 'host' : `netns/${name}`;
    for (const part of (texts[i]?.out ?? '').split(MARK).slice(1)) {
      const end = part.indexOf('\n');
      const text = part.slice(end + 1, -1);
      if (text.trim() !== '' || part.includes('tables-save')) files.set(`${folder}/${part.slice(0, end)}`, text);
    }
  });
  return files;
}
