import type { Netns } from '../model/host.js';

/** A program that writes native rules where it does not write those of iptables. */
interface Writer {
  readonly name: string;
  /** Its processes, as `ps` or a listing of sockets names them. */
  readonly process?: RegExp;
  /** Its interfaces. */
  readonly iface?: RegExp;
  /** Chains that are there whichever way it writes its rules. */
  readonly always?: RegExp;
  /** Chains by which it would have written them for iptables. */
  readonly instead: RegExp;
}

/** Each decides at start which of the two it writes, and keeps to it. */
const WRITERS: readonly Writer[] = [
  // firewalld's default since 0.6; its direct rules go to iptables either way (firewalld.conf(5), FirewallBackend)
  { name: 'firewalld', process: /^firewalld$/, always: /^(?:INPUT|FORWARD|OUTPUT)_direct$/, instead: /^(?:INPUT|FORWARD)_ZONES/ },
  // netavark's default since 1.14 on most distributions (netavark.conf, firewall_driver)
  { name: 'netavark', process: /^(?:netavark|aardvark-dns)/, iface: /^podman\d+$/, instead: /^(?:NETAVARK|CNI-)/ },
  // kube-proxy's mode nftables; the kubelet makes its canary in every mode (pkg/kubelet/kubelet_network_linux.go)
  { name: 'kube-proxy', process: /^kube-proxy/, always: /^KUBE-KUBELET-CANARY$/, instead: /^KUBE-SERVICES$/ },
];

/** What `systemd` and `python3` run: the program's own name, without its folder. */
function programs({ processes = [], services = [], sockets }: Netns): readonly string[] {
  const started = processes.flatMap(({ command }) => command.slice(0, 3).map((word) => word.slice(word.lastIndexOf('/') + 1)));
  return [...started, ...services, ...sockets.flatMap(({ process }) => process ?? [])];
}

function has(names: readonly string[], pattern: RegExp | undefined): string | undefined {
  return pattern === undefined ? undefined : names.find((name) => pattern.test(name));
}

/** @returns what tells that some program writes native rules on a host whose iptables rules show none of its own, in a phrase. */
export function evidentTool(netns: Netns): string | undefined {
  const listed = netns.rulesets.filter((set) => set.family === 4);
  const chains = listed.flatMap((set) => [...set.tables.values()].flatMap((table) => [...table.chains.keys()]));
  const running = programs(netns);
  const interfaces = netns.interfaces.map(({ name }) => name);
  for (const { name, process, iface, always, instead } of WRITERS) {
    if (listed.length === 0 || has(chains, instead) !== undefined) continue;
    const shown = has(running, process) ?? has(interfaces, iface) ?? has(chains, always);
    if (shown !== undefined) return `${shown} is there, and iptables has no rules of ${name}, which it writes by nftables then`;
  }
  return undefined;
}
