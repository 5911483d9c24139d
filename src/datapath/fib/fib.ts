import { addressBits, type Family, type Ip } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { Listing } from '../../model/listing.js';
import type { NetInterface, NextHop, PolicyRule, Route } from '../../model/link.js';
import { groupBy } from '../lists-by-key.js';
import { inDeviceGroup } from '../machine/device-group.js';
import { Sysctls } from '../machine/sysctl.js';
import { defaultRules } from './default-rules.js';
import { deriveLocalTable, TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN } from './local-table.js';
import type { FlowKey, RouteError, RouteResult } from './result.js';
import { asksAlways, ruleMatches } from './rule.js';
import { FibTable } from './table.js';

/** What the local table says of an address. */
export type AddressType = 'local' | 'broadcast' | 'multicast' | 'anycast' | 'unicast';

/** Answers kept for each namespace and family; beyond that all are forgotten. */
const MOST_REMEMBERED = 10_000;

/** `ip route` shows all of the table main: other tables are asked for where a rule leads to them. */
function lacksTablesAlone({ why, unread, unshown = [] }: Listing): boolean {
  return unread === 0 && why.length === unshown.length && unshown.every((what) => what === 'tables');
}

/** Chooses between equal next hops: the kernel hashes the flow, which the snapshot cannot. */
export type PickNextHop = (hops: readonly NextHop[], route: Route) => NextHop;

/**
 * Called for a rule whose words are not understood: says whether it matches. With a device, whether that is in the group whose
 * routes the rule suppresses.
 */
export type OnUndecided = (rule: PolicyRule, dev?: string) => boolean;
/** Told of a table of routes that a rule asks and no listing shows; of none in particular where no routes are listed at all. */
export type OnUnlisted = (what: string | undefined) => void;

const FAILURE: Record<'blackhole' | 'prohibit' | 'unreachable', RouteError> = {
  blackhole: 'EINVAL',
  prohibit: 'EACCES',
  unreachable: 'ENETUNREACH',
};

/** The routes and policy rules of one namespace and family. */
export class Fib {
  readonly rules: readonly PolicyRule[];
  private readonly tables = new Map<number, FibTable>();
  private readonly name: string;
  private readonly interfaces: ReadonlyMap<string, NetInterface>;
  private readonly sysctls: Sysctls;
  /** Whether the snapshot lists the namespace's routes. */
  readonly listed: boolean;
  /** Whether that listing shows them all, and that of the rules all rules. */
  readonly isWhole: boolean;
  /** No listing shows the routes: they are those that Docker tells of, without what was added inside. */
  readonly routesTold: boolean;
  /** The snapshot lists other things of the namespace, but not its rules: they are taken to be the default ones. */
  readonly rulesAssumed: boolean;
  /** The listing of routes where it shows some tables only. */
  private readonly mainAlone: string | undefined;
  /** The listing of routes leaves the table main out. */
  private readonly hidesMain: boolean;
  /** No listing shows the local routes, nor all addresses that they are of. */
  private readonly hidesLocal: boolean;
  /** A rule leads to a table that no listing shows. */
  private readonly asksUnlisted: boolean;
  /** fib4_has_custom_rules: anything beyond the three that are always there. */
  readonly hasCustomRules: boolean;
  /** fib_has_custom_local_routes: a local route that no address of an interface explains. */
  readonly hasCustomLocalRoutes: boolean;
  /** What the local table takes in: single addresses, and whether there are prefixes of more beside 127.0.0.0/8. */
  readonly localAddresses: { readonly exact: readonly Ip[]; readonly prefixes: boolean };

  /** No rule and no route looks at more than the destination. */
  private readonly byDestination: boolean;
  private readonly remembered = new Map<Ip, RouteResult>();
  private readonly types = new Map<Ip, AddressType>();

  constructor(
    readonly family: Family,
    netns: Netns,
  ) {
    const { sources } = netns;
    const routesListed = sources.get(family === 6 && sources.has('route6') ? 'route6' : 'route');
    // every namespace has local routes: a listing without them does not show all tables
    const isOfSome = routesListed?.unshown?.includes('tables') === true || !netns.routes.some(({ table }) => table === TABLE_LOCAL);
    this.name = netns.name;
    this.mainAlone = isOfSome && routesListed?.inspected !== true ? routesListed?.file : undefined;
    this.listed = sources.has('route') || (family === 6 && sources.has('route6'));
    const kinds = family === 4 ? (['route', 'rule'] as const) : (['route', 'route6', 'rule6'] as const);
    const asked = kinds.map((kind) => sources.get(kind));
    this.isWhole = this.listed && asked.every((one) => one?.state !== 'part' || lacksTablesAlone(one));
    this.routesTold = routesListed?.inspected === true;
    this.rulesAssumed = sources.size > 0 && !sources.has(family === 4 ? 'rule' : 'rule6');
    const own = netns.rules.filter((rule) => rule.family === family);
    this.rules = (own.length > 0 ? [...own] : [...defaultRules(family, `${netns.name}/ip-rule`)]).sort((a, b) => a.priority - b.priority);
    this.interfaces = new Map(netns.interfaces.map((iface) => [iface.name, iface]));
    this.sysctls = new Sysctls(netns);
    const byTable = groupBy(
      netns.routes.filter((route) => route.family === family),
      (route) => route.table,
    );
    this.hidesMain = routesListed?.unshown?.includes('main') === true;
    this.hidesLocal = !byTable.has(TABLE_LOCAL) && sources.get('addr')?.unshown?.includes(family === 4 ? 'ipv4' : 'ipv6') === true;
    if (!byTable.has(TABLE_LOCAL)) byTable.set(TABLE_LOCAL, [...deriveLocalTable(family, netns.interfaces)]);
    for (const [table, routes] of byTable) this.tables.set(table, new FibTable(family, routes));
    const routes = [...byTable.values()].flat();
    this.asksUnlisted = this.rules.some(({ action }) => action.kind === 'table' && this.isUnlisted(action.table));
    this.byDestination = this.rules.every(asksAlways) && routes.every((r) => r.tos === 0 && (r.src === undefined || r.src.length === 0));
    this.hasCustomRules =
      this.rules.length > 3 || this.rules.some((r) => r.action.kind !== 'table' || r.fwmark !== undefined || r.from !== undefined);
    const addresses = new Set(netns.interfaces.flatMap((iface) => iface.addresses.map((a) => a.ip)));
    const local = byTable.get(TABLE_LOCAL) ?? [];
    const whole = addressBits(family);
    const isLocal = local.filter((r) => r.type === 'local');
    this.localAddresses = {
      exact: isLocal.filter((r) => r.dst.length === whole).map((r) => r.dst.addr),
      prefixes: isLocal.some(
        (r) => r.dst.length < whole && !(typeof r.dst.addr === 'number' && r.dst.length >= 8 && r.dst.addr >>> 24 === 127),
      ),
    };
    this.hasCustomLocalRoutes = local.some((r) => r.type === 'local' && r.protocol !== 'kernel' && !addresses.has(r.dst.addr));
  }

  /** Whether a next hop can carry packets (RTNH_F_DEAD, RTNH_F_LINKDOWN with ignore_routes_with_linkdown). */
  private usable(hop: NextHop): boolean {
    if (hop.flags.includes('dead')) return false;
    if (hop.dev === undefined) return true;
    const iface = this.interfaces.get(hop.dev);
    if (iface === undefined) return true;
    if (!iface.up) return false;
    if (iface.carrier) return true;
    const ignored = 'ignore_routes_with_linkdown';
    // IN_DEV_ORCONF in IPv4, the device's own value in IPv6
    return this.family === 4 ? !this.sysctls.either(hop.dev, ignored) : (this.sysctls.iface(6, hop.dev, ignored) ?? 0) === 0;
  }

  /** @returns the answer to a question that was put before, where only the destination matters. */
  known(key: FlowKey): RouteResult | undefined {
    return this.byDestination && key.oif === '' ? this.remembered.get(key.dst) : undefined;
  }

  /**
   * fib_rules_lookup with fib_table_lookup.
   * @param pick chooses among equal next hops.
   * @param onUnlisted is told of a table that decides and that no listing shows.
   */
  lookup(key: FlowKey, pick: PickNextHop, onUndecided: OnUndecided = () => false, onUnlisted: OnUnlisted = () => undefined): RouteResult {
    if (!this.byDestination || key.oif !== '' || this.asksUnlisted) return this.walkRules(key, pick, onUndecided, onUnlisted);
    const known = this.remembered.get(key.dst);
    if (known !== undefined) return known;
    let chosen = false;
    const picked: PickNextHop = (hops, route) => {
      chosen = true;
      return pick(hops, route);
    };
    const result = this.walkRules(key, picked, onUndecided, onUnlisted);
    if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
    if (!chosen) this.remembered.set(key.dst, result);
    return result;
  }

  /** fib4_rule_suppress, fib6_rule_suppress: the device of the route's first next hop tells, whichever is chosen. */
  private isSuppressed(rule: PolicyRule, group: string, route: Route, onUndecided: OnUndecided): boolean {
    const dev = route.nexthops[0]?.dev;
    if (dev === undefined) return false;
    return inDeviceGroup(this.interfaces.get(dev)?.group, group) ?? onUndecided(rule, dev);
  }

  /** A table that a rule asks and that the listing, of some tables only, does not show; any but `local`, where there is no listing. */
  private isUnlisted(table: number): boolean {
    if (table === TABLE_LOCAL) return this.hidesLocal;
    if (!this.listed) return !this.tables.has(table);
    if (table === TABLE_MAIN && this.hidesMain) return true;
    const usual = table === TABLE_MAIN || table === TABLE_DEFAULT;
    return this.mainAlone !== undefined && !usual && !this.tables.has(table);
  }

  private walkRules(key: FlowKey, pick: PickNextHop, onUndecided: OnUndecided, onUnlisted: OnUnlisted): RouteResult {
    let skipTo = -1;
    for (const rule of this.rules) {
      if (rule.priority < skipTo || !ruleMatches(rule, key, this.family)) continue;
      if ((rule.unknown.length > 0 || rule.uidrange !== undefined) && !onUndecided(rule)) continue;
      const action = rule.action;
      switch (action.kind) {
        case 'goto':
          skipTo = action.priority;
          continue;
        case 'nop':
          continue;
        case 'blackhole':
        case 'prohibit':
        case 'unreachable':
          return { kind: 'error', error: FAILURE[action.kind], route: undefined, rule };
        case 'table': {
          if (this.isUnlisted(action.table))
            onUnlisted(
              action.table === TABLE_LOCAL
                ? `the IPv${this.family} addresses of ${this.name}, which \`ip addr\` would show`
                : this.mainAlone &&
                    `the routes of table ${action.table}, which \`ip route show table all\` would show and ${this.mainAlone} does not`,
            );
          const answer = this.tables.get(action.table)?.lookup(key, (hop) => this.usable(hop));
          if (answer === undefined || answer.kind === 'none') continue;
          if (answer.kind === 'error') return { kind: 'error', error: answer.error, route: answer.route, rule };
          const { route } = answer;
          if (rule.suppressPrefixLength !== undefined && route.dst.length <= rule.suppressPrefixLength) continue;
          if (rule.suppressGroup !== undefined && this.isSuppressed(rule, rule.suppressGroup, route, onUndecided)) continue;
          const hop = answer.nexthops.length === 1 ? answer.nexthops[0]! : pick(answer.nexthops, route);
          const kind =
            route.type === 'local' || route.type === 'broadcast' || route.type === 'multicast' || route.type === 'anycast'
              ? route.type
              : 'unicast';
          return { kind, route, rule, dev: hop.dev ?? '', via: hop.via };
        }
      }
    }
    return { kind: 'error', error: 'ENETUNREACH', route: undefined, rule: undefined };
  }

  /**
   * inet_dev_addr_type: what the local table says of an address, optionally only where it is on `dev`.
   * @returns the route's type, `unicast` where the table has none.
   */
  addressType(ip: Ip, dev?: string): AddressType {
    if (dev !== undefined) return this.readAddressType(ip, dev);
    let type = this.types.get(ip);
    if (type === undefined) {
      type = this.readAddressType(ip, undefined);
      if (this.types.size >= MOST_REMEMBERED) this.types.clear();
      this.types.set(ip, type);
    }
    return type;
  }

  private readAddressType(ip: Ip, dev: string | undefined): AddressType {
    if (typeof ip === 'number') {
      if (ip === 0 || ip === 0xffffffff) return 'broadcast';
      if (ip >>> 28 === 14) return 'multicast';
    } else if (ip >> 120n === 0xffn) return 'multicast';
    const answer = this.tables.get(TABLE_LOCAL)?.lookup({ ...ANY_FLOW, dst: ip }, () => true);
    if (answer?.kind !== 'hit') return 'unicast';
    if (dev !== undefined && !answer.nexthops.some((hop) => hop.dev === dev)) return 'unicast';
    const { type } = answer.route;
    return type === 'local' || type === 'broadcast' || type === 'multicast' || type === 'anycast' ? type : 'unicast';
  }
}

/** A packet without source, marks or ports. */
export const ANY_FLOW = { src: undefined, iif: '', oif: '', mark: 0, tos: 0, proto: 0, sport: 0, dport: 0 } as const;
