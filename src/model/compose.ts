import type { Origin } from './origin.js';

/** Something a person should know of a Compose project before the answers about it are believed. */
export interface ComposeNote {
  readonly origin: Origin;
  readonly message: string;
}

/** A network that the services of a project are on. */
export interface ComposeNetwork {
  /** As Docker knows it: `PROJECT_KEY`, or as the file names it. */
  readonly name: string;
  /** Made by somebody else: it has to be there. */
  readonly external: boolean;
  /** The words of the command that makes it, the program first. */
  readonly create: readonly string[];
  readonly origin: Origin;
}

/** A container's place on a network. */
export interface ComposePlace {
  readonly network: string;
  readonly aliases: readonly string[];
  /** `--ip ADDRESS`, `--ip6 ADDRESS`. */
  readonly addresses: readonly string[];
  /** The highest is the container's way out; 0 where nothing is said. */
  readonly gatewayPriority: number;
  /** What its interface there is to be called. */
  readonly ifname?: string;
}

/** A container of a service, as the commands that Compose stands for. */
export interface ComposeContainer {
  readonly service: string;
  /** `PROJECT-SERVICE-N`, or as the file says. */
  readonly name: string;
  /** host, none, bridge, `container:NAME`, a network's name; absent where it is on the networks of `places`. */
  readonly mode?: string;
  /** The one that it is made with first: by priority, then by name. */
  readonly places: readonly ComposePlace[];
  /** Options of `docker run` but the name and the networks. */
  readonly options: readonly string[];
  readonly image: string;
  readonly origin: Origin;
}

/** What one or several Compose files come to: what would be made, in this order. */
export interface ComposeProject {
  readonly kind: 'compose';
  readonly name: string;
  /** The files as they were named, for messages. */
  readonly files: readonly string[];
  readonly networks: readonly ComposeNetwork[];
  readonly containers: readonly ComposeContainer[];
  readonly notes: readonly ComposeNote[];
}
