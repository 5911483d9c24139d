import type { NetnsName } from './netns.js';
import type { DockerNetwork, Endpoint } from './network.js';
import type { Family, Ip } from '../address/ip.js';
import type { AtStart } from './at-start.js';
import type { BlankedLabels, CaptureFile, HostMeta, LackingFile } from './host-meta.js';
import type { TakenPart } from './intake.js';
import type { BridgePort, BridgeVlan, FdbEntry, Neighbour, NetInterface, PolicyRule, Route } from './link.js';
import type { FileAccount, Listing } from './listing.js';
import type { IpSet, Ruleset } from './netfilter.js';
import type { NftRuleset } from './nftables/ruleset.js';
import type { Origin, Problem } from './origin.js';
import type { SysctlValue } from './setting.js';
import type { Testimony } from './testimony.js';
import type { VirtualServer } from './virtual-server.js';
import type { Wireguard } from './wireguard.js';

export type { DockerNetwork, Endpoint, NetworkMember, Subnet } from './network.js';

/** A listening TCP socket or an unconnected UDP socket. */
export interface ListeningSocket {
  readonly proto: 'tcp' | 'udp';
  readonly family: Family;
  /** Absent: every address. */
  readonly ip?: Ip;
  /** An AF_INET6 socket that takes IPv4 as well (`*:80`; `[::]:80` may be v6-only). */
  readonly dualStack: boolean;
  /** That it takes IPv4 as well is the default, and nothing that the listing shows (`:::80` of netstat). */
  readonly bothTaken?: true;
  readonly port: number;
  /** SO_BINDTODEVICE (`%eth0`). */
  readonly dev?: string;
  readonly process?: string;
  readonly pid?: number;
  /** Of others that have the same socket or one alike beside it (SO_REUSEPORT), which it stands for. */
  readonly sharedBy?: ReadonlySet<number>;
  /**
   * Users of whom one opened it (`f_cred->fsuid` of the socket's file): one where the listing of sockets tells; that of the process
   * that holds it, or root, where `ps` does, for a daemon opens its ports before it drops its privileges.
   */
  readonly uids?: readonly number[];
  /** Where docker-proxy sends what it takes, where its command line is known. */
  readonly proxy?: { readonly ip: Ip; readonly port: number; readonly origin: Origin };
  readonly origin: Origin;
}

/** A process of `ps`, its command line in words. */
export interface RunningProcess {
  readonly pid: number;
  /** As printed: a number or a name, which may be cut. */
  readonly user?: string;
  readonly command: readonly string[];
  readonly origin: Origin;
}

/** A name server of resolv.conf. */
export interface Resolver {
  readonly ip: Ip;
  readonly origin: Origin;
}

/** A connection that was open when the listing was taken; addresses as printed. */
export interface OpenConnection {
  readonly proto: 'tcp' | 'udp';
  readonly local: { readonly ip: string; readonly port: number };
  readonly remote: { readonly ip: string; readonly port: number };
  readonly state: string;
  readonly process?: string;
  readonly origin: Origin;
}

/** The kinds of listing a namespace can hold; `sources` of a Netns says which were there. */
export type SourceKind =
  | 'iptables'
  | 'ip6tables'
  | 'ipset'
  | 'ipvs'
  | 'addr'
  | 'route'
  | 'route6'
  | 'rule'
  | 'rule6'
  | 'neigh'
  | 'bridge-link'
  | 'bridge-fdb'
  | 'bridge-vlan'
  | 'sockets'
  | 'sysctl'
  | 'nft';

export interface Netns {
  readonly name: NetnsName;
  readonly interfaces: readonly NetInterface[];
  readonly routes: readonly Route[];
  readonly rules: readonly PolicyRule[];
  readonly neighbours: readonly Neighbour[];
  readonly bridgePorts: readonly BridgePort[];
  readonly fdb: readonly FdbEntry[];
  readonly vlans: readonly BridgeVlan[];
  readonly sockets: readonly ListeningSocket[];
  readonly sysctl: ReadonlyMap<string, SysctlValue>;
  /** Settings that were asked for and that the kernel does not have: `cannot stat /proc/sys/…`. */
  readonly absentSettings?: ReadonlySet<string>;
  /** At most one for each family and back end. */
  readonly rulesets: readonly Ruleset[];
  readonly ipsets: ReadonlyMap<string, IpSet>;
  /** What text tells of packets that were there. */
  readonly testimonies?: readonly Testimony[];
  /** The virtual servers of IPVS; absent where they are not listed. */
  readonly virtualServers?: readonly VirtualServer[];
  /** Devices of WireGuard and their peers; absent where they are not listed, or not whole. */
  readonly wireguard?: Wireguard;
  /** The native rules; absent where no listing of nft is there, which does not say that there are none. */
  readonly nftables?: NftRuleset;
  /** What people add to a snapshot by hand; absent where they did not. */
  readonly processes?: readonly RunningProcess[];
  readonly resolvers?: readonly Resolver[];
  /** Names of services that run. */
  readonly services?: readonly string[];
  readonly connections?: readonly OpenConnection[];
  /** What files of configuration say; absent where none was given. */
  readonly atStart?: AtStart;
  /** What was read of each kind of listing; a kind that has no entry is not there, and nothing may be made of its absence. */
  readonly sources: ReadonlyMap<SourceKind, Listing>;
  /** Listings that are there and of which nothing could be used, such as an error message, each with its file. */
  readonly refused?: ReadonlyMap<SourceKind, string>;
}

export interface PublishedPort {
  readonly proto: 'tcp' | 'udp' | 'sctp';
  readonly containerPort: number;
  /** Absent: every address of the family. */
  readonly hostIp?: Ip;
  /** Absent where Docker names no address at all: both families. */
  readonly family?: Family;
  readonly hostPort: number;
}

export interface Mount {
  readonly source: string;
  readonly destination: string;
  readonly writable: boolean;
}

export interface Container {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly running: boolean;
  readonly pid?: number;
  /** `HostConfig.NetworkMode` as it stands. */
  readonly networkMode: string;
  /** Name of the namespace it lives in: its own name, `host`, or another container's. */
  readonly netns: NetnsName;
  readonly endpoints: readonly Endpoint[];
  readonly published: readonly PublishedPort[];
  /** Of a container that a change makes: ports as they were asked for, of which a network that leads out publishes those that it can. */
  readonly wished?: readonly PublishedPort[];
  /** `80/tcp`. */
  readonly exposed: readonly string[];
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  /** Settings of its namespace that it was started with (`--sysctl`). */
  readonly sysctls?: ReadonlyMap<string, string>;
  readonly mounts: readonly Mount[];
  readonly dns: readonly string[];
  /** Names in its /etc/hosts (`--add-host`): addresses as they were given, or `host-gateway`. */
  readonly extraHosts?: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly command: readonly string[];
  /** Whose container it is, where its description has a form of its own; absent: Docker's, or told in Docker's form. */
  readonly runtime?: 'podman' | 'nerdctl';
  /** Whether a user runs it, in namespaces of theirs: no bridge and no rule of the host leads to it. */
  readonly rootless?: true;
  readonly origin: Origin;
}

/** One host as its snapshot shows it: parsed, nothing computed. */
export interface Host {
  readonly meta: HostMeta;
  /** The host's own is always there. */
  readonly netns: ReadonlyMap<NetnsName, Netns>;
  readonly containers: readonly Container[];
  readonly networks: readonly DockerNetwork[];
  /** `docker version` and `docker info`, where given: unvalidated. */
  readonly version?: unknown;
  readonly info?: unknown;
  /** What the collector could not have; absent where the snapshot does not say, which is not the same as nothing. */
  readonly lacking?: readonly LackingFile[];
  /** Present where values of labels were left on the host: an empty one is then not known. */
  readonly blankedLabels?: BlankedLabels;
  readonly captures: readonly CaptureFile[];
  /** Every line that was not understood. */
  readonly problems: readonly Problem[];
  /** What files of any names were taken for; absent where the files are a snapshot's own. */
  readonly parts?: readonly TakenPart[];
  /** What became of every file that was looked at, in the order they were read. */
  readonly files: readonly FileAccount[];
}
