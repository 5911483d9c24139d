import type { NftTable } from '../model/nftables/ruleset.js';

/** A program that keeps tables of its own in nftables. */
interface TableWriter {
  readonly name: string;
  readonly tables: RegExp;
  /** What becomes of the table when its program starts anew or loads its rules again, in a sentence. */
  readonly anew?: string;
}

/** By the names that each program gives its tables, and no other is known to give. */
const WRITERS: readonly TableWriter[] = [
  {
    // libnetwork/internal/nftables, drivers/bridge/internal/nftabler, drivers/overlay, resolver
    name: 'Docker',
    tables: /^docker-(?:bridges|overlay|dns)$/,
    anew: 'Docker takes the table to be its own and writes it anew: what others put into it is likely lost when dockerd starts',
  },
  {
    // src/firewall/core/nftables.py: TABLE_NAME, TABLE_NAME_POLICY
    name: 'firewalld',
    tables: /^firewalld(?:_\w+)?$/,
    anew: 'firewall-cmd --reload and a restart write the table anew from firewalld’s configuration: what nft put into it is lost, and tables of others stay',
  },
  {
    // netavark, src/firewall/nft.rs
    name: 'netavark',
    tables: /^netavark$/,
    anew: 'podman network reload writes the rules of running containers anew, where somebody flushed the table',
  },
  {
    // pkg/proxy/nftables/proxier.go: kubeProxyTable
    name: 'kube-proxy',
    tables: /^kube-proxy$/,
    anew: 'kube-proxy writes its chains anew as it starts: what others put into them is lost',
  },
  // plugins/meta/portmap, pkg/ip/ipmasq_nftables_linux.go
  { name: 'a CNI plugin', tables: /^cni_(?:plugins_masquerade|hostport)$/ },
  { name: 'libvirt', tables: /^libvirt_network$/, anew: 'libvirtd writes the chains of a network anew when it starts' },
  { name: 'Incus', tables: /^incus$/ },
  { name: 'LXD', tables: /^lxd$/ },
  { name: 'fw4 of OpenWrt', tables: /^fw4$/, anew: 'fw4 reload writes the table anew from /etc/config/firewall' },
  { name: 'wg-quick', tables: /^wg-quick-/ },
  { name: 'fail2ban', tables: /^f2b-/ },
  { name: 'CrowdSec', tables: /^crowdsec6?(?:-blocklists)?$/ },
  { name: 'SSHGuard', tables: /^sshguard$/ },
  { name: 'NetworkManager', tables: /^nm-/ },
  { name: 'systemd', tables: /^io\.systemd\./ },
  { name: 'Calico', tables: /^calico$/ },
];

/** @returns the program that a native table is known to be of; undefined for one of the operator's, or of a program not known here. */
export function writerOfTable({ name }: Pick<NftTable, 'name'>): Pick<TableWriter, 'name' | 'anew'> | undefined {
  return WRITERS.find(({ tables }) => tables.test(name));
}

/** Docker's chains of one network, by what comes to them: forwarded packets, and those that are about to leave (nftabler, network.go). */
const OF_BRIDGE = /^(filter-forward|nat-postrouting)-(in|out)__(.+)$/;

/** firewalld's chains of a zone or policy (nftables.py, build_zone_rules; ipXtables.py names them alike). */
const OF_ZONE = /^(?:filter|nat|mangle|raw)_(?:PRE|IN|OUT|FWD|FWDI|FWDO|POST)_(policy_)?(.+?)(?:_(?:pre|log|deny|allow|post))?$/;

/**
 * @param networkOn gives the name of the Docker network of a bridge.
 * @returns what a chain of a program's table is there for, in a phrase; undefined where its name does not tell.
 */
export function purposeOfChain(
  table: Pick<NftTable, 'name'>,
  chain: string,
  networkOn: (bridge: string) => string | undefined,
): string | undefined {
  const writer = writerOfTable(table)?.name;
  if (writer === 'Docker') {
    const [, what, way, bridge = ''] = OF_BRIDGE.exec(chain) ?? [];
    if (what === undefined) return undefined;
    const network = networkOn(bridge);
    const whose = network === undefined ? `the bridge ${bridge}` : `the network ${network} (${bridge})`;
    const packets = what === 'filter-forward' ? 'forwarded packets' : 'packets about to leave';
    return `${packets} ${way === 'in' ? 'to' : 'from'} ${whose}`;
  }
  const [, policy, name] = writer === 'firewalld' ? (OF_ZONE.exec(chain) ?? []) : [];
  return name === undefined ? undefined : `the ${policy === undefined ? 'zone' : 'policy'} ${name} of firewalld`;
}
