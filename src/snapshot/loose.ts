import { looksLikeJson } from './parsers/source.js';

/** A single file that may stand in the place of one of the snapshot's. */
export interface LooseFile {
  /** The snapshot's file, without an extension where it may be JSON or text. */
  readonly place: string;
  /** The command that prints such a file. */
  readonly printedBy: string;
}

const loose = (place: string, printedBy: string): LooseFile => ({ place, printedBy });

/** Single files by the name of their option. */
export const LOOSE_FILES: ReadonlyMap<string, LooseFile> = new Map([
  ['iptables-save', loose('host/iptables-save', 'iptables-save [-c]')],
  ['ip6tables-save', loose('host/ip6tables-save', 'ip6tables-save [-c]')],
  ['iptables-legacy-save', loose('host/iptables-legacy-save', 'iptables-legacy-save [-c]')],
  ['ip6tables-legacy-save', loose('host/ip6tables-legacy-save', 'ip6tables-legacy-save [-c]')],
  ['iptables-list', loose('host/iptables-list.txt', 'iptables -L [-n -v]')],
  ['iptables-list-nat', loose('host/iptables-list-nat.txt', 'iptables -t nat -L [-n -v]')],
  ['ip6tables-list', loose('host/ip6tables-list.txt', 'ip6tables -L [-n -v]')],
  ['ip6tables-list-nat', loose('host/ip6tables-list-nat.txt', 'ip6tables -t nat -L [-n -v]')],
  ['nft', loose('host/nft-ruleset', 'nft -j list ruleset')],
  ['ip-route', loose('host/ip-route', 'ip [-j -d] route show table all')],
  ['ip6-route', loose('host/ip6-route', 'ip -6 [-j -d] route show table all')],
  ['ip-addr', loose('host/ip-addr', 'ip [-j -d] addr show')],
  ['ip-rule', loose('host/ip-rule', 'ip [-j] rule show')],
  ['ip6-rule', loose('host/ip6-rule', 'ip -6 [-j] rule show')],
  ['ip-neigh', loose('host/ip-neigh', 'ip [-j] neigh show')],
  ['ifconfig', loose('host/ifconfig.txt', 'ifconfig -a')],
  ['bridge', loose('host/bridge-link', 'bridge [-j -d] link, fdb or vlan show, or brctl show')],
  ['bridge-fdb', loose('host/bridge-fdb', 'bridge [-j] fdb show')],
  ['bridge-vlan', loose('host/bridge-vlan', 'bridge [-j] vlan show')],
  ['brctl', loose('host/brctl-show.txt', 'brctl show')],
  ['ipset', loose('host/ipset-save.txt', 'ipset save')],
  ['ipvs', loose('host/ipvs-save.txt', 'ipvsadm -Sn')],
  ['ss', loose('host/ss.txt', 'ss -H -tulpn')],
  ['netstat', loose('host/netstat.txt', 'netstat -tulpn')],
  ['sysctl', loose('host/sysctl.txt', 'sysctl -a')],
  ['ps', loose('host/ps.txt', 'ps aux')],
  ['dmesg', loose('host/dmesg.txt', 'dmesg')],
  ['resolv-conf', loose('host/resolv.conf', 'cat /etc/resolv.conf')],
  ['docker', loose('docker/containers.json', 'docker inspect $(docker ps -aq)')],
  ['docker-networks', loose('docker/networks.json', 'docker network inspect $(docker network ls -q)')],
  ['docker-ps', loose('docker/ps.txt', 'docker ps -a')],
  ['docker-network-ls', loose('docker/network-ls.txt', 'docker network ls')],
]);

/** `--bridge` takes any listing of the bridge command, and brctl's. */
function bridgeListing(text: string): string {
  if (/^\s*bridge name\s/.test(text)) return 'host/brctl-show.txt';
  if (looksLikeJson(text))
    return /"mac"\s*:/.test(text) ? 'host/bridge-fdb' : /"vlans"\s*:/.test(text) ? 'host/bridge-vlan' : 'host/bridge-link';
  if (/^\s*[0-9a-f]{2}(?::[0-9a-f]{2}){5}\s/i.test(text)) return 'host/bridge-fdb';
  return /^\s*port\s+vlan/.test(text) ? 'host/bridge-vlan' : 'host/bridge-link';
}

/** What else tells the same, and would contradict the single file. */
const RIVALS: ReadonlyMap<string, readonly string[]> = new Map([
  ['host/ss.txt', ['host/netstat.txt']],
  ['host/netstat.txt', ['host/ss.txt']],
  ['host/ifconfig.txt', ['host/ip-addr.json', 'host/ip-addr.txt']],
  ['host/iptables-list.txt', ['host/iptables-save.txt']],
  ['host/iptables-list-nat.txt', ['host/iptables-save.txt']],
  ['host/ip6tables-list.txt', ['host/ip6tables-save.txt']],
  ['host/ip6tables-list-nat.txt', ['host/ip6tables-save.txt']],
]);

/**
 * @param name an option's name, `ip-route`.
 * @returns the place in the snapshot that the file takes, and the places it empties.
 */
export function loosePaths(name: string, text: string): { readonly place: string; readonly replaces: readonly string[] } {
  const stem = name === 'bridge' ? bridgeListing(text) : (LOOSE_FILES.get(name)?.place ?? `host/${name}`);
  if (/\.[a-z]+$/.test(stem)) return { place: stem, replaces: [stem, ...(RIVALS.get(stem) ?? [])] };
  const json = looksLikeJson(text) && !stem.endsWith('-save');
  return { place: `${stem}${json ? '.json' : '.txt'}`, replaces: [`${stem}.json`, `${stem}.txt`] };
}
