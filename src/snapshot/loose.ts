import { looksLikeJson } from './parsers/source.js';

/** Option name to the listing it stands for, without its extension; `docker` is a folder of its own. */
const PLACES: ReadonlyMap<string, string> = new Map([
  ['iptables-save', 'host/iptables-save'],
  ['ip6tables-save', 'host/ip6tables-save'],
  ['iptables-legacy-save', 'host/iptables-legacy-save'],
  ['ip6tables-legacy-save', 'host/ip6tables-legacy-save'],
  ['ip-addr', 'host/ip-addr'],
  ['ip-route', 'host/ip-route'],
  ['ip6-route', 'host/ip6-route'],
  ['ip-rule', 'host/ip-rule'],
  ['ip6-rule', 'host/ip6-rule'],
  ['ip-neigh', 'host/ip-neigh'],
  ['bridge', 'host/bridge-link'],
  ['bridge-link', 'host/bridge-link'],
  ['bridge-fdb', 'host/bridge-fdb'],
  ['bridge-vlan', 'host/bridge-vlan'],
  ['brctl', 'host/brctl-show'],
  ['ipset', 'host/ipset-save'],
  ['ss', 'host/ss'],
  ['netstat', 'host/netstat'],
  ['sysctl', 'host/sysctl'],
  ['nft', 'host/nft-ruleset'],
  ['docker', 'docker/containers'],
  ['docker-networks', 'docker/networks'],
]);
const JSON_ONLY: ReadonlySet<string> = new Set(['docker/containers', 'docker/networks']);

/** `--bridge` takes any listing of the bridge command, and brctl's. */
function bridgeListing(text: string): string {
  if (/^\s*bridge name\s/.test(text)) return 'host/brctl-show';
  if (looksLikeJson(text))
    return /"mac"\s*:/.test(text) ? 'host/bridge-fdb' : /"vlans"\s*:/.test(text) ? 'host/bridge-vlan' : 'host/bridge-link';
  if (/^\s*[0-9a-f]{2}(?::[0-9a-f]{2}){5}\s/i.test(text)) return 'host/bridge-fdb';
  return /^\s*port\s+vlan/.test(text) ? 'host/bridge-vlan' : 'host/bridge-link';
}

/**
 * @param name an option's name, `ip-route`.
 * @returns the place in the snapshot that the file takes, and the places it empties.
 */
export function loosePaths(name: string, text: string): { readonly place: string; readonly replaces: readonly string[] } {
  const stem = name === 'bridge' ? bridgeListing(text) : (PLACES.get(name) ?? `host/${name}`);
  const isSocket = stem === 'host/ss' || stem === 'host/netstat';
  const replaces = isSocket ? ['host/ss.txt', 'host/netstat.txt'] : [`${stem}.json`, `${stem}.txt`];
  const json = JSON_ONLY.has(stem) || (looksLikeJson(text) && !stem.endsWith('-save'));
  return { place: `${stem}${json ? '.json' : '.txt'}`, replaces };
}
