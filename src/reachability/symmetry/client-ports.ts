import { DEFAULT_SPORT } from '../../datapath/endpoints/plan.js';
import { portAfter } from '../../datapath/connection/probe.js';

/** Ports that probes, and proxies for them, send from. */
export const CLIENT_PORTS: readonly number[] = [DEFAULT_SPORT, portAfter(DEFAULT_SPORT)];
