import { rootlesskit } from './rootlesskit.js';
import type { Runtime } from './runtime.js';

/**
 * nerdctl and whatever else starts containerd's containers on networks of CNI plugins. A published port is rules alone (`portmap`: chains
 * CNI-HOSTPORT-* or tables cni_hostport): no program is bound to it, so that a socket on its port is a service of its owner. Of rootless
 * ones RootlessKit binds it.
 */
export const nerdctl: Runtime = {
  name: 'nerdctl',
  dutyOf: () => undefined,
  runsAsRoot: () => false,
  serves: () => false,
  binds: (container) => (container.rootless === true ? rootlesskit.binds(container) : undefined),
};
