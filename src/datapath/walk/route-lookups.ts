import { familyOf } from '../../address/ip.js';
import type { Container } from '../../model/host.js';
import type { PolicyRule } from '../../model/link.js';
import type { Origin } from '../../model/origin.js';
import type { OracleQuery } from '../../netfilter/index.js';
import type { OnUndecided, PickNextHop } from '../fib/fib.js';
import type { FlowKey, RouteResult } from '../fib/result.js';
import type { NetnsState } from '../machine/netns-state.js';
import { MissingListing } from './missing-listing.js';
import type { Oracle } from './oracle.js';

/** What a look-up needs of the walk that it is made for. */
interface Asking {
  readonly oracle: Oracle;
  readonly missing: Set<string>;
  readonly machine: { readonly mayChange: ReadonlyMap<string, Container> };
  askOnce(key: string, question: OracleQuery, origin: Origin): boolean;
  seldom(ns: NetnsState, name: string): number;
  seldomOf(ns: NetnsState, dev: string, key: string): void;
}

/** In words: the routes that no listing shows. */
function routesOf(ns: NetnsState, family: 4 | 6): string {
  const [file, command] = family === 4 ? ['ip-route', 'ip route show table all'] : ['ip6-route', 'ip -6 route show table all'];
  return `${ns.directory}/${file}.json (\`${command}\`), which would show the routes of ${ns.name}`;
}

/** In words: what a container that may administer its namespace may have changed there. */
function changedIn(ns: NetnsState, family: 4 | 6, what: 'route' | 'rule'): string {
  const [program, stem] = family === 4 ? ['ip', 'ip'] : ['ip -6', 'ip6'];
  const [things, command] = what === 'route' ? ['routes', `${program} route show table all`] : ['policy rules', `${program} rule show`];
  return `the ${things} of ${ns.name}, which may change them (NET_ADMIN): \`nsenter -t PID -n ${command}\` would show them (${ns.directory}/${stem}-${what}.json)`;
}

/** The FIB look-ups of one walk. */
export class RouteLookups {
  constructor(private readonly walk: Asking) {}

  /** A FIB look-up, asking where equal next hops or words of a rule leave it open. */
  find(ns: NetnsState, key: FlowKey): RouteResult {
    const family = familyOf(key.dst);
    const fib = ns.fib(family);
    this.walk.oracle.tried += fib.rules.length >> 3;
    const result =
      fib.known(key) ??
      fib.lookup(key, this.pickNextHop, this.ruleMatches, (what) => {
        throw new MissingListing(what ?? routesOf(ns, family));
      });
    const lacking = fib.routesTold ? 'route' : fib.rulesAssumed ? 'rule' : undefined;
    if (lacking !== undefined && this.walk.machine.mayChange.has(ns.name)) throw new MissingListing(changedIn(ns, family, lacking));
    if (fib.routesTold)
      this.walk.missing.add(
        `${ns.directory}/${family === 4 ? 'ip-route' : 'ip6-route'}.json: ${ns.name} is taken to have the routes that docker inspect tells of`,
      );
    if (fib.rulesAssumed)
      this.walk.missing.add(`${ns.directory}/${family === 4 ? 'ip-rule' : 'ip6-rule'}.json: ${ns.name} is taken to have the default rules`);
    if (result.kind !== 'error') this.noteLinkdown(ns, family, result.dev);
    const lack = ns.netns.sources.size > 0 ? ns.addressesLack(family) : undefined;
    if (lack !== undefined) this.walk.missing.add(lack);
    this.mustBeWhole(ns, family, result);
    return result;
  }

  /** @throws MissingListing where a look-up found no route, and no listing shows them all. */
  mustBeWhole(ns: NetnsState, family: 4 | 6, result: RouteResult): void {
    if (result.kind === 'error' && result.rule === undefined && !ns.fib(family).isWhole) throw new MissingListing(routesOf(ns, family));
  }

  /** Routes by a device without a carrier are taken all the same, unless ignore_routes_with_linkdown says otherwise. */
  private noteLinkdown(ns: NetnsState, family: 4 | 6, dev: string): void {
    if (ns.interfaces.get(dev)?.carrier !== false) return;
    const key = 'ignore_routes_with_linkdown';
    if (family === 4) this.walk.seldomOf(ns, dev, key);
    else if (ns.sysctls.iface(6, dev, key) === undefined) this.walk.seldom(ns, `net.ipv6.conf.${dev}.${key}`);
  }

  private readonly pickNextHop: PickNextHop = (hops, route) => {
    for (let i = 0; i < hops.length - 1; i++) {
      const hop = hops[i]!;
      const detail = `the kernel hashes the flow over the next hops of \`${route.text}\``;
      if (this.walk.oracle.ask({ category: 'multipath', yes: hop.dev ?? 'first', no: 'other', usual: true, detail }, route.origin))
        return hop;
    }
    return hops.at(-1)!;
  };

  private readonly ruleMatches: OnUndecided = (rule, dev) => {
    if (dev !== undefined) return this.suppresses(rule, dev);
    const what =
      rule.uidrange === undefined
        ? `the words \`${rule.unknown.join(' ')}\` of ip rule ${rule.priority}`
        : `whose uid ip rule ${rule.priority} asks for`;
    return this.walk.oracle.ask(
      { category: rule.uidrange === undefined ? 'unknown' : 'owner', yes: 'match', no: 'no-match', usual: false, detail: what },
      rule.origin,
    );
  };

  private suppresses(rule: PolicyRule, dev: string): boolean {
    const detail = `whether ${dev} is in group ${rule.suppressGroup ?? ''}, whose routes ip rule ${rule.priority} passes over: ip -d link show ${dev} tells its group, /etc/iproute2/group the number behind a name`;
    return this.walk.askOnce(
      `group ${dev} ${rule.suppressGroup ?? ''}`,
      { category: 'unknown', yes: 'match', no: 'no-match', usual: false, detail },
      rule.origin,
    );
  }
}
