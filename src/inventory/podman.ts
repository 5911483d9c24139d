import { isNamed, type Runtime } from './runtime.js';

/** The monitor of a container: of a rootful one it keeps the sockets that podman bound, and never looks at them (libpod, oci_conmon_common.go). */
const CONMON = 'conmon';
/** Of rootless containers on a network that podman made: rootlesskit's port driver (libpod, networking_slirp4netns.go; pkg/rootlessport). */
const ROOTLESSPORT = 'rootlessport';
/** Networks in user space, of rootless containers without one that podman made: each takes the published ports itself (passt(1), slirp4netns(1)). */
const IN_USER_SPACE = /^(?:pasta|passt)(?:\.avx2)?$|^slirp4netns$/;

/** lsof shows nine characters: `rootlessp`, which rootlesskit is not. */
const SHORTEST = 9;

/** @returns whether a relay keeps the client's address: networks in user space do, rootlesskit's drivers dial anew. */
export const keepsClient = (relay: string): boolean => IN_USER_SPACE.test(relay);

/** @returns whether a relay hands what comes from the host's own loopback device to the container's (passt(1)); the others dial its address. */
export const reachesLoopback = (relay: string): boolean => relay.startsWith('pasta');

/** Podman; its rootful containers are reached by netavark's rules alone. */
export const podman: Runtime = {
  name: 'podman',
  dutyOf: (process) => {
    if (process === CONMON) return 'holder';
    return isNamed(process, ROOTLESSPORT, SHORTEST) || IN_USER_SPACE.test(process) ? 'relay' : undefined;
  },
  runsAsRoot: () => false,
  serves: () => false,
  binds: ({ rootless, networkMode }) => {
    if (rootless !== true) return { duty: 'holder', process: CONMON };
    const [mode = ''] = networkMode.split(':');
    return { duty: 'relay', process: IN_USER_SPACE.test(mode) ? mode : ROOTLESSPORT };
  },
};
