import type { Ip } from '../address/ip.js';
import type { Origin } from './origin.js';

/** A server that packets for a virtual one are sent to. */
export interface RealServer {
  readonly ip: Ip;
  readonly port: number;
  readonly how: 'nat' | 'route' | 'tunnel';
}

/** A virtual server of IPVS: what it takes, by address and port or by the mark that rules put on packets. */
export interface VirtualServer {
  readonly takes:
    | {
        readonly by: 'address';
        readonly proto: 'tcp' | 'udp' | 'sctp';
        readonly ip: Ip;
        /** 0: every port (a persistent service). */ readonly port: number;
      }
    | { readonly by: 'mark'; readonly mark: number };
  /** `rr`, `wrr`, `lc` … */
  readonly scheduler: string;
  readonly servers: readonly RealServer[];
  readonly origin: Origin;
}
