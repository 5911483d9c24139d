import { DEFAULT_SPORT, proxySourcePort } from '../../datapath/index.js';

/** Ports that probes, and proxies for them, send from. */
export const CLIENT_PORTS: readonly number[] = [DEFAULT_SPORT, proxySourcePort(DEFAULT_SPORT)];
