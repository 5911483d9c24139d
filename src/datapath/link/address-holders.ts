import type { Ip } from '../../address/ip.js';
import type { NetnsState } from '../machine/netns-state.js';

/** Answers by a device for what another leads to: that takes two beside `lo`. */
function mayProxy({ interfaces, sysctls }: NetnsState): boolean {
  const links = [...interfaces.values()].filter(({ detail }) => detail.kind !== 'loopback');
  return links.length > 1 && links.some(({ name }) => sysctls.either(name, 'proxy_arp') !== false);
}

const NOBODY: ReadonlySet<NetnsState> = new Set();

/**
 * Which namespaces may answer when a broadcast asks for an address: those that have it, and those that answer for more than they have. Others do
 * not, and need not be asked: on a bridge of many containers all but one.
 */
export class AddressHolders {
  private byIp: Map<Ip, Set<NetnsState>> | undefined;
  /** Namespaces with a local route to a whole prefix, or that answer for what they would forward. */
  private readonly broad = new Set<NetnsState>();

  constructor(private readonly namespaces: Iterable<NetnsState>) {}

  /** @returns whether a namespace has to be asked for an address at all. */
  mayAnswer(ip: Ip): (ns: NetnsState) => boolean {
    this.byIp ??= this.index();
    const holders = this.byIp.get(ip) ?? NOBODY;
    return (ns) => holders.has(ns) || this.broad.has(ns);
  }

  private index(): Map<Ip, Set<NetnsState>> {
    const byIp = new Map<Ip, Set<NetnsState>>();
    const note = (ip: Ip, ns: NetnsState): void => {
      const holders = byIp.get(ip);
      if (holders === undefined) byIp.set(ip, new Set([ns]));
      else holders.add(ns);
    };
    for (const ns of this.namespaces) {
      for (const { addresses } of ns.interfaces.values()) for (const { ip } of addresses) note(ip, ns);
      const { exact, prefixes } = ns.fib(4).localAddresses;
      for (const ip of exact) note(ip, ns);
      if (prefixes || mayProxy(ns)) this.broad.add(ns);
    }
    return byIp;
  }
}
