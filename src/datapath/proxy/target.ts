import type { Ip } from '../../address/ip.js';
import type { Origin } from '../../model/origin.js';

/** Where docker-proxy sends what it takes from a published port. */
export interface ProxyTarget {
  readonly container: string | undefined;
  readonly ip: Ip;
  readonly port: number;
  readonly origin: Origin | undefined;
  /** Set where it is handed on inside the container's namespace, past every route and rule of the host. */
  readonly relayed?: true;
  /** Why this one, where no listing says it outright. */
  readonly inferred?: string;
}
