import type { Runtime } from './runtime.js';

/** The daemons of Incus and of LXD, whose helpers go by the same name: `incusd forkproxy`, one for each proxy device. */
const DAEMON = /^(?:incusd|lxd)$/;

/** What the daemon serves of itself: its API, its metrics, its cluster and its DNS where they have been given an address. */
const API = 8443;

/**
 * Incus and LXD. Their instances publish by proxy devices: a helper is bound to the port of the host and dials the instance from within
 * its namespaces, as its configuration says, which no listing of the host shows (incus config device show); with `nat=true` it is rules
 * (network forwards are as well). Which of its ports are proxies is not told by the process's name.
 */
export const incus: Runtime = {
  name: 'incus',
  dutyOf: (process) => (DAEMON.test(process) ? 'forwarder' : undefined),
  runsAsRoot: (process) => DAEMON.test(process),
  serves: (proto, port) => proto === 'tcp' && port === API,
  binds: () => undefined,
};
