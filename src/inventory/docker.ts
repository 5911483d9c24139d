import { rootlesskit } from './rootlesskit.js';
import { isNamed, type Runtime } from './runtime.js';

/** The daemon: with userland-proxy off it holds published ports itself (dummyProxy of Moby); its other listeners are services. */
export const ENGINE = 'dockerd';
/** The user-space proxy, one process for each address and port that a container publishes (cmd/docker-proxy of Moby). */
export const PROXY = 'docker-proxy';
const CONTAINERD = 'containerd';

/** lsof shows nine characters: `docker-pr`. */
const SHORTEST = 9;

/** What the daemon serves of itself: its API, Swarm's manager and gossip, its metrics. */
const OWN_PORTS: ReadonlySet<string> = new Set(['tcp 2375', 'tcp 2376', 'tcp 2377', 'tcp 7946', 'udp 7946', 'tcp 9323']);

export const docker: Runtime = {
  name: 'docker',
  dutyOf: (process) => {
    if (isNamed(process, PROXY, SHORTEST)) return 'proxy';
    return process === ENGINE ? 'holder' : undefined;
  },
  runsAsRoot: (process) => process === ENGINE || process === CONTAINERD || isNamed(process, PROXY, SHORTEST),
  serves: (proto, port) => OWN_PORTS.has(`${proto} ${port}`),
  binds: (container) => (container.rootless === true ? rootlesskit.binds(container) : { duty: 'proxy', process: PROXY }),
};
