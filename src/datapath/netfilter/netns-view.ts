import type { Family, Ip } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { BridgePort, NetInterface } from '../../model/link.js';
import type { Fib } from '../fib/fib.js';
import type { FlowKey, RouteResult } from '../fib/result.js';
import type { ListeningSockets } from '../machine/listening-sockets.js';
import type { CompiledSet } from './compiled-set.js';

/** A namespace as rules see it: nothing of what is made of its rules. */
export interface NetnsView {
  readonly name: string;
  readonly netns: Netns;
  readonly interfaces: ReadonlyMap<string, NetInterface>;
  readonly ports: ReadonlyMap<string, BridgePort>;
  /** At INPUT, too, `fib` asks no routes for what came by the loopback device (nft_fib_can_skip, Linux 6.15). */
  readonly fibSkipsLoopback: boolean;
  readonly sockets: ListeningSockets;
  fib(family: Family): Fib;
  ipset(name: string): CompiledSet | undefined;
  knowsMac(mac: bigint): boolean;
  ownsOn(dev: string, ip: Ip): boolean;
  /** Native tables: whether a family has any. */
  readonly natives: { has(family: Family): boolean };
  route(key: FlowKey): RouteResult;
  routeTo(dst: Ip, by?: Partial<Pick<FlowKey, 'iif' | 'oif'>>): RouteResult;
}
