import type { HostGrounds } from './grounds.js';

/** How a namespace is plugged into a segment. */
export interface Attachment {
  /** Id of the segment. */
  readonly segment: string;
  /** Name of the interface inside the namespace. */
  readonly iface: string;
  /** `172.17.0.2/16`. */
  readonly addresses: readonly string[];
  /** The veth on the host's side, where it is listed. */
  readonly hostEnd?: string;
  /** Whether the interface is up and has a link. */
  readonly up: boolean;
}

/** A network namespace other than the host's, and the containers that live in it. */
export interface TopologyNamespace {
  readonly name: string;
  /** Containers that share it; its own one first. */
  readonly containers: readonly string[];
  readonly attachments: readonly Attachment[];
  /** `8080 → 80/tcp`, `127.0.0.1:9090 → 80/tcp`. */
  readonly published: readonly string[];
}

/** What namespaces are joined by: a bridge, an overlay, a lower device, or nothing. */
export interface Segment {
  readonly id: string;
  readonly kind: 'bridge' | 'overlay' | 'macvlan' | 'ipvlan' | 'elsewhere' | 'none';
  /** `docker0`. */
  readonly name: string;
  /** Docker's name for the network. */
  readonly network?: string;
  readonly subnets: readonly string[];
  /** The host's own addresses on it. */
  readonly hostAddresses: readonly string[];
  readonly up: boolean;
  readonly internal: boolean;
  /** Interfaces of the host that it leads out by at once: ports of the bridge, or the lower device. */
  readonly uplinks: readonly string[];
  /** Cables on the host's side whose other end is not in the snapshot. */
  readonly loose: readonly string[];
}

/** An interface by which the host reaches other machines. */
export interface Uplink {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly up: boolean;
  readonly defaultRoute: boolean;
}

/** What is joined to what on a host. */
export interface Topology extends HostGrounds {
  readonly format: 'dtrace-path-topology/1';
  readonly host: string;
  readonly uplinks: readonly Uplink[];
  readonly segments: readonly Segment[];
  readonly namespaces: readonly TopologyNamespace[];
  /** Containers in the host's own namespace. */
  readonly hostContainers: readonly string[];
  /** Containers that do not run. */
  readonly stopped: readonly string[];
}
