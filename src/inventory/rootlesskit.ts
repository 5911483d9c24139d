import { isNamed, type Runtime } from './runtime.js';

/**
 * RootlessKit, of rootless Docker and rootless nerdctl: takes on the host what is published in the user's namespace, and dials there. The
 * port driver `builtin` dials anew from that namespace, so that its containers see an address of that namespace in place of the client's;
 * `slirp4netns` hands on what it gets, address and all (rootlesskit, docs/port.md; dockerd-rootless.sh, --port-driver).
 */
const PROGRAM = 'rootlesskit';

/** lsof shows nine characters: `rootlessk`, which podman's `rootlessport` is not. */
const SHORTEST = 9;

/** The program that binds ports for rootless containers; the daemon in the user's namespace is not seen among the host's listeners. */
export const rootlesskit: Runtime = {
  name: PROGRAM,
  dutyOf: (process) => (isNamed(process, PROGRAM, SHORTEST) ? 'relay' : undefined),
  runsAsRoot: () => false,
  serves: () => false,
  binds: () => ({ duty: 'relay', process: PROGRAM }),
};
