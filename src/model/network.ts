import type { Ip } from '../address/ip.js';
import type { Origin } from './origin.js';

/** A container's end on a network. */
export interface Endpoint {
  readonly network: string;
  readonly networkId: string;
  readonly ip?: Ip;
  readonly prefixLength?: number;
  readonly gateway?: Ip;
  readonly ip6?: Ip;
  readonly prefixLength6?: number;
  readonly gateway6?: Ip;
  readonly mac?: string;
  readonly aliases: readonly string[];
  /** What the container calls others on this network (`--link db:database`): their names by its own. */
  readonly links?: ReadonlyMap<string, string>;
  /** Which of a container's networks is its way out: the highest (`GwPriority`, since Engine 28). */
  readonly gatewayPriority?: number;
}

export interface Subnet {
  readonly prefix: string;
  readonly gateway?: Ip;
  /** The part of it that addresses are given out from; absent: all of it. */
  readonly range?: string;
  /** Addresses that are given to nobody. */
  readonly reserved?: readonly Ip[];
}

/** A container on a network, as `docker network inspect` names it. */
export interface NetworkMember {
  readonly id: string;
  readonly name: string;
  readonly endpoint: Endpoint;
}

export interface DockerNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly ipv6: boolean;
  readonly subnets: readonly Subnet[];
  readonly options: ReadonlyMap<string, string>;
  /** The Linux bridge's name, for the bridge driver. */
  readonly bridge?: string;
  /** Whose network it is, where its description has a form of its own. */
  readonly runtime?: 'podman';
  /** Running containers on it; none may be there all the same, as `docker network ls` names nobody. */
  readonly members?: readonly NetworkMember[];
  /** Of an overlay: the nodes that are on it. */
  readonly peers?: readonly Ip[];
  /** Addresses of Docker's own ends (`lb-NAME`). */
  readonly ends?: readonly Ip[];
  readonly origin: Origin;
}
