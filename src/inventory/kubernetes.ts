import type { Runtime } from './runtime.js';

/** kube-proxy by itself, and the programs that hold it together with the rest of a node. */
const PROXY = /^kube-proxy$/;
const NODE = /^(?:kube-proxy|kubelet|k3s(?:-server|-agent)?|rke2|kubelite)$/;

/** What the programs of a node serve of themselves: kubelet's API, health and metrics, kube-proxy's, the API server's. */
const OWN_PORTS: ReadonlySet<number> = new Set([10248, 10249, 10250, 10255, 10256, 10257, 10259, 6443, 6444, 16443]);

/**
 * A node of Kubernetes. Services are rules, or virtual servers of IPVS; until 1.26 kube-proxy bound the node ports that its rules lead
 * elsewhere, so that nobody else did, and answered nobody there (pkg/proxy/iptables, openPort). A pod's hostPort is rules of CNI's `portmap`.
 */
export const kubernetes: Runtime = {
  name: 'kubernetes',
  dutyOf: (process) => (PROXY.test(process) ? 'holder' : undefined),
  runsAsRoot: (process) => NODE.test(process),
  serves: (proto, port) => proto === 'tcp' && OWN_PORTS.has(port),
  binds: () => undefined,
};
