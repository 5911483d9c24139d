import { familyOf, type Family, type Ip } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { Unshown } from '../../model/listing.js';
import type { BridgePort, FdbEntry, InterfaceAddress, NetInterface, Neighbour } from '../../model/link.js';
import type { HookName, Ruleset, TableName } from '../../model/netfilter.js';
import { isHostNetns, netnsFolder, type NetnsName } from '../../model/netns.js';
import { iptablesPriority, iptablesType, type HookPoint } from '../../netfilter/index.js';
import { ANY_FLOW, Fib, type PickNextHop } from '../fib/fib.js';
import type { FlowKey, RouteResult } from '../fib/result.js';
import { addTo, groupBy } from '../lists-by-key.js';
import { planHook, type HookPlan } from '../hook/plan.js';
import type { HookedChain } from '../hook/hooked-chain.js';
import { CompiledTable, type CompiledChain } from '../netfilter/compile.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import { compileSet } from '../netfilter/ipset.js';
import type { CompiledSet } from '../netfilter/compiled-set.js';
import { ListeningSockets } from './listening-sockets.js';
import { NativeTables } from './native-tables.js';
import { Sysctls } from './sysctl.js';
import { findNativeTranslations } from '../translations/native.js';
import { findTranslations, type Translation } from '../translations/translations.js';

/** One of iptables' tables that has a base chain at a hook. */
export interface HookedTable extends HookedChain {
  readonly table: CompiledTable;
  readonly base: CompiledChain;
}

const NONE: readonly HookedTable[] = [];
const HOOKS: ReadonlySet<string> = new Set<HookName>(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
const isHook = (name: string): name is HookName => HOOKS.has(name);
const firstHop: PickNextHop = (hops) => hops[0]!;

/** One namespace, indexed for the walk. Built once, never changed; what is costly is made on first use. */
export class NetnsState {
  readonly name: NetnsName;
  /** Whether it is its host's own. */
  readonly isHost: boolean;
  readonly sysctls: Sysctls;
  readonly interfaces: ReadonlyMap<string, NetInterface>;
  readonly ports: ReadonlyMap<string, BridgePort>;
  readonly portsOf: ReadonlyMap<string, readonly BridgePort[]>;
  readonly fdb: ReadonlyMap<string, readonly FdbEntry[]>;
  private readonly owners = new Map<Ip, string[]>();
  private readonly neighbours = new Map<string, Map<Ip, Neighbour>>();
  private fib4: Fib | undefined;
  private fib6: Fib | undefined;
  readonly sockets: ListeningSockets;
  private readonly tracking: Partial<Record<Family, boolean>> = {};
  private readonly hooks4 = new Map<string, Map<TableName, HookedTable[]>>();
  private readonly hooks6 = new Map<string, Map<TableName, HookedTable[]>>();
  private readonly plans4 = new Map<HookName, HookPlan>();
  private readonly plans6 = new Map<HookName, HookPlan>();
  private readonly primary = new Map<string, readonly InterfaceAddress[]>();
  private macs: ReadonlySet<bigint> | undefined;
  private readonly sets = new Map<string, CompiledSet>();
  private readonly nat: CompiledTable[] = [];
  private readonly tablesOf = new Map<string, CompiledTable>();
  /** The native nftables tables. */
  readonly natives: NativeTables;
  private translated: readonly Translation[] | undefined;

  constructor(
    readonly netns: Netns,
    readonly fibSkipsLoopback = true,
  ) {
    this.name = netns.name;
    this.isHost = isHostNetns(netns.name);
    this.sysctls = new Sysctls(netns);
    this.natives = new NativeTables(netns, (family, name) => this.tablesOf.get(`${family} ${name}`));
    this.interfaces = new Map(netns.interfaces.map((iface) => [iface.name, iface]));
    this.ports = new Map(netns.bridgePorts.map((port) => [port.iface, port]));
    this.portsOf = groupBy(netns.bridgePorts, (p) => p.bridge);
    this.fdb = groupBy(
      netns.fdb.filter((e) => e.master !== undefined),
      (e) => e.master ?? '',
    );
    for (const iface of netns.interfaces) for (const { ip } of iface.addresses) addTo(this.owners, ip, iface.name);
    for (const n of netns.neighbours)
      if (!n.proxy) this.neighbours.set(n.dev, (this.neighbours.get(n.dev) ?? new Map<Ip, Neighbour>()).set(n.ip, n));
    this.sockets = new ListeningSockets(netns.sockets);
    for (const set of netns.rulesets)
      for (const table of set.tables.values()) {
        const natives = set.backend === 'legacy' ? undefined : this.natives.among(set.family, table.name);
        this.register(new CompiledTable(table, set.family, set.backend, netns.name, natives));
      }
  }

  /** Files a table under each hook that it has a base chain at. */
  private register(table: CompiledTable): void {
    const hooks = table.family === 4 ? this.hooks4 : this.hooks6;
    if (table.backend !== 'legacy') this.tablesOf.set(`${table.family} ${table.name}`, table);
    if (table.table.name === 'nat') this.nat.push(table);
    const { name } = table.table;
    for (const { name: hook, policy } of table.table.chains.values()) {
      if (policy === undefined || !isHook(hook)) continue;
      const byTable = hooks.get(hook) ?? new Map<TableName, HookedTable[]>();
      hooks.set(hook, byTable);
      const info = { hook, priority: iptablesPriority(name, hook, table.backend), type: iptablesType(name, hook), policy };
      byTable.set(name, [...(byTable.get(name) ?? []), { info, name, table, base: table.chain(hook)! }]);
    }
  }

  /** Where the snapshot keeps this namespace's files. */
  get directory(): string {
    return netnsFolder(this.name);
  }

  /** Whether the listing of interfaces is of a form that cannot show something. */
  hides(what: Unshown): boolean {
    return this.netns.sources.get('addr')?.unshown?.includes(what) ?? false;
  }

  /**
   * What would show this namespace's interfaces and addresses, where its listing is not there or known in part; undefined where they are known.
   * @param family of the addresses that are asked for; any where absent.
   */
  addressesLack(family?: Family): string | undefined {
    const listing = this.netns.sources.get('addr');
    // what a form never shows is asked where it counts
    const known =
      listing !== undefined && listing.cut !== true && listing.unread === 0 && (family === undefined || !this.hides(`ipv${family}`));
    return known
      ? undefined
      : `${this.directory}/ip-addr.json (\`ip addr\`), which would show the interfaces and addresses of ${this.name}`;
  }

  /** In words: an interface that something names and no listing shows. */
  interfaceLack(dev: string): string {
    return `interface ${dev} of ${this.name}, which \`ip addr\` would show (${this.directory}/ip-addr.json)`;
  }

  /** @returns the routes of a family. */
  fib(family: Family): Fib {
    return family === 4 ? (this.fib4 ??= new Fib(4, this.netns)) : (this.fib6 ??= new Fib(6, this.netns));
  }

  /** A look-up for conditions (addrtype, rpfilter), which take the first of equal next hops. */
  route(key: FlowKey): RouteResult {
    return this.fib(familyOf(key.dst)).lookup(key, firstHop);
  }

  /** A look-up by destination, and device where one is given, alone: as for a packet without marks or ports. */
  routeTo(dst: Ip, { iif = '', oif = '' }: Partial<Pick<FlowKey, 'iif' | 'oif'>> = {}): RouteResult {
    return this.route({ ...ANY_FLOW, dst, iif, oif });
  }

  /** Whether any interface holds the address. */
  owns(ip: Ip): boolean {
    return this.owners.has(ip) || this.fib(familyOf(ip)).addressType(ip) === 'local';
  }

  /** Whether an address is given to any interface. */
  hasAddress(ip: Ip): boolean {
    return this.owners.has(ip);
  }

  /** Whether this interface holds the address. */
  ownsOn(dev: string, ip: Ip): boolean {
    return this.owners.get(ip)?.includes(dev) ?? false;
  }

  /** @returns in_dev's list: IPv4 addresses of an interface that are not secondary. */
  primaries(dev: string): readonly InterfaceAddress[] {
    let known = this.primary.get(dev);
    if (known === undefined) {
      const all = this.interfaces.get(dev)?.addresses ?? [];
      this.primary.set(dev, (known = all.filter((a) => typeof a.ip === 'number' && !a.flags.includes('secondary'))));
    }
    return known;
  }

  /** @returns the neighbour entry that the listing shows. */
  neighbour(dev: string, ip: Ip): Neighbour | undefined {
    return this.neighbours.get(dev)?.get(ip);
  }

  /** @returns every base chain at a hook, in the order in which those of one priority are shown. */
  chainsAt(family: Family, hook: HookName): readonly HookedChain[] {
    const hooks = family === 4 ? this.hooks4 : this.hooks6;
    return this.natives.joined([...(hooks.get(hook)?.values() ?? [])].flat(), family, hook);
  }

  /** Whether a link-layer address, as a number, is that of a device here or of one that its bridges learned. */
  knowsMac(mac: bigint): boolean {
    return (this.macs ??= new Set(this.allMacs())).has(mac);
  }

  private allMacs(): readonly bigint[] {
    const texts = [...this.netns.interfaces.map((i) => i.mac), ...this.netns.fdb.map((e) => e.mac)];
    return texts.flatMap((text) => (text === undefined ? [] : [BigInt(`0x${text.replaceAll(':', '')}`)]));
  }

  /** @returns an ipset by name, ready for look-ups. */
  ipset(name: string): CompiledSet | undefined {
    const known = this.sets.get(name);
    if (known !== undefined) return known;
    const set = this.netns.ipsets.get(name);
    if (set === undefined) return undefined;
    const compiled = compileSet(set);
    this.sets.set(name, compiled);
    return compiled;
  }

  /** @returns the base chains that a table has at a hook, one for each back end that holds rules. */
  tablesAt(family: Family, hook: HookPoint, table: string): readonly HookedTable[] {
    const hooks: ReadonlyMap<string, ReadonlyMap<string, readonly HookedTable[]>> = family === 4 ? this.hooks4 : this.hooks6;
    return hooks.get(hook)?.get(table) ?? NONE;
  }

  /** @returns what a packet of a family meets at a hook. */
  hookPlan(family: Family, hook: HookName): HookPlan {
    const plans = family === 4 ? this.plans4 : this.plans6;
    let plan = plans.get(hook);
    if (plan === undefined) plans.set(hook, (plan = planHook(this, family, hook)));
    return plan;
  }

  /**
   * Whether connection tracking is on for a family. Its hooks are registered only once a rule needs them
   * (nf_ct_netns_get, from the checkentry of these targets and matches); until then `nat` chains are not walked either.
   */
  tracksConnections(family: Family): boolean {
    return (this.tracking[family] ??=
      this.natives.tracksConnections(family) || this.netns.rulesets.some((set) => set.family === family && needsConntrack(set)));
  }

  /** The rules here that give connections another destination. */
  get translations(): readonly Translation[] {
    return (this.translated ??= [
      ...findTranslations(this.nat, (name) => this.ipset(name)),
      ...findNativeTranslations((family, hook) => this.natives.chainsAt(family, hook)),
    ]);
  }
}

function needsConntrack(set: Ruleset): boolean {
  for (const table of set.tables.values()) {
    const facts = factsIn(table, set.family);
    for (const chain of table.chains.values()) if (chain.rules.some((rule) => facts.of(rule).needsConntrack)) return true;
  }
  return false;
}
