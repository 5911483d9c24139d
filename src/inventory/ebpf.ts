import type { NetInterface } from '../model/link.js';
import { bridgeMaker } from './bridge-names.js';

/** A data path of eBPF: programs at devices decide what rules decide elsewhere, and no listing of rules shows them. */
interface DataPath {
  readonly name: string;
  /** A device that only hosts with it have. */
  readonly sign: RegExp;
  /** Devices of its own; besides, its programs sit at those that lead out. */
  readonly own: RegExp;
  /** What tells what they do. */
  readonly ask: string;
}

const DATA_PATHS: readonly DataPath[] = [
  // cilium: pkg/defaults/defaults.go, HostDevice; bpf/init.sh
  { name: 'Cilium', sign: /^cilium_host$/, own: /^(?:cilium_|lxc)/, ask: '`cilium-dbg monitor`, `cilium-dbg bpf policy get`' },
  // calico: felix/dataplane/linux/dataplanedefs, BPFInDev
  { name: 'Calico', sign: /^bpfin\.cali$/, own: /^(?:bpf(?:in|out)\.cali|cali)/, ask: '`calico-node -bpf policy dump`' },
];

/** Ends of pairs and bridges that a container runtime makes: a data path of another leaves them alone. */
function isOfRuntime({ name, master }: NetInterface): boolean {
  return master !== undefined || bridgeMaker(name) !== undefined || /^(?:veth|virbr|vnet)/.test(name);
}

/** Kept by the devices of a namespace, which do not change: every frame asks. */
const known = new WeakMap<ReadonlyMap<string, NetInterface>, DataPath | 'none'>();

function dataPathOf(devices: ReadonlyMap<string, NetInterface>): DataPath | 'none' {
  const before = known.get(devices);
  if (before !== undefined) return before;
  const found = DATA_PATHS.find(({ sign }) => [...devices.keys()].some((name) => sign.test(name))) ?? 'none';
  known.set(devices, found);
  return found;
}

/**
 * What programs of eBPF do at a device, in a phrase, where its name or those beside it tell that there are some.
 * @param devices all of the namespace.
 * @param way XDP looks at what comes in alone.
 * @returns undefined where nothing tells of any.
 */
export function programsAt(devices: ReadonlyMap<string, NetInterface>, iface: NetInterface, way: 'in' | 'out'): string | undefined {
  if (iface.detail.kind === 'loopback') return undefined;
  if (iface.xdp === true && way === 'in')
    return `what the XDP program at ${iface.name} does with what comes in, which no listing of rules shows (\`bpftool net show\` names it)`;
  const path = dataPathOf(devices);
  if (path === 'none' || (!path.own.test(iface.name) && isOfRuntime(iface))) return undefined;
  return `what ${path.name}'s eBPF programs do at ${iface.name}, which no listing of rules shows (${path.ask} and \`bpftool net show\` tell)`;
}
