import { familyOf, maskIp, type Family, type Ip } from '../../address/ip.js';
import { includes, subtract, type Range, type RangeSet } from '../../address/ranges.js';
import type { Rule } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import { ANYWHERE, narrow, takesIn, type Destinations } from './destinations.js';
import { addTo } from '../lists-by-key.js';
import type { Action } from '../../netfilter/index.js';
import type { CompiledTable } from '../netfilter/compile.js';
import { type CompiledRule, factsIn } from '../../netfilter/iptables/index.js';
import type { CompiledSet } from '../netfilter/compiled-set.js';

/** Where a rule leads: to an address of a range, to the namespace itself, or to the address of the same host bits in another network. */
export type TranslatedTo =
  | { readonly kind: 'range'; readonly lo: Ip; readonly hi: Ip }
  | { readonly kind: 'self' }
  | { readonly kind: 'netmap'; readonly addr: Ip; readonly mask: Ip };

/** A native rule that gives connections another destination. */
export interface NativeTranslatingRule {
  readonly nft: string;
  readonly table: string;
  readonly chain: string;
  readonly handle?: number;
  readonly text: string;
  readonly origin: Origin;
}

/** A rule of a nat table that gives connections another destination, and what has to be asked for so that it is met. */
export interface Translation extends Destinations {
  readonly rule: Rule | NativeTranslatingRule;
  readonly family: Family;
  /** Whose connections meet it: those that come in, or only the namespace's own. */
  readonly hook: 'PREROUTING' | 'OUTPUT';
  readonly to: TranslatedTo;
  /** The ports that it gives; absent where it keeps them. `base`: of a shifted range. */
  readonly toPorts?: { readonly lo: number; readonly hi: number; readonly base?: number };
}

/** What is asked for where a chain is entered. */
export interface ChainEntry {
  readonly hook: Translation['hook'];
  readonly destinations: Destinations;
}

/** A chain that is entered in more ways than this is taken to be entered by everything. */
export const MOST_ENTRIES = 16;
export const HOOKS = ['PREROUTING', 'OUTPUT'] as const;
const PORTS: RangeSet = [[1, 65535]];

type SetOf = (name: string) => CompiledSet | undefined;

/** @returns where an action leads connections; undefined of one that gives them no other destination. */
export function targetOf(action: Action): Pick<Translation, 'to' | 'toPorts'> | undefined {
  if (action.kind === 'netmap') return { to: { kind: 'netmap', addr: action.addr, mask: action.mask } };
  const isRedirect = action.kind === 'redirect';
  if (!isRedirect && (action.kind !== 'nat' || action.manip !== 'dst')) return undefined;
  const { minIp, maxIp, minPort, maxPort, basePort } = action.range;
  const ports =
    minPort === undefined ? {} : { toPorts: { lo: minPort, hi: maxPort ?? minPort, ...(basePort !== undefined && { base: basePort }) } };
  // without an address only the port changes: what was for the host stays there
  if (isRedirect || minIp === undefined) return { to: { kind: 'self' }, ...ports };
  return { to: { kind: 'range', lo: minIp, hi: maxIp ?? minIp }, ...ports };
}

function rulesOf(table: CompiledTable, name: string, wanted: (rule: Rule) => boolean): readonly CompiledRule[] {
  const chain = table.chain(name)!;
  return chain.chain.rules.flatMap((rule, position) => (wanted(rule) ? chain.rule(position)! : []));
}

/** Follows jumps from the chains that a hook calls: what a rule takes is also what the rules take that lead to it. */
class Entries {
  private readonly byChain = new Map<string, ChainEntry[]>();

  constructor(
    private readonly table: CompiledTable,
    private readonly setOf: SetOf,
  ) {
    for (const hook of HOOKS) this.follow({ hook, destinations: ANYWHERE });
  }

  /** @returns every chain that a connection may come to, with how. */
  get all(): Iterable<readonly [chain: string, entries: readonly ChainEntry[]]> {
    return this.byChain;
  }

  private follow(first: ChainEntry): void {
    if (!this.enters(first.hook, first)) return;
    const waiting: (readonly [string, ChainEntry])[] = [[first.hook, first]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [chain, { hook, destinations }] = next;
      for (const { action, predicate } of this.jumps(chain)) {
        if (action.kind !== 'jump' && action.kind !== 'goto') continue;
        const left = narrow(destinations, predicate, this.setOf);
        const full = (this.byChain.get(action.chain)?.length ?? 0) >= MOST_ENTRIES;
        const entry = left && { hook, destinations: full ? ANYWHERE : left };
        if (entry !== undefined && this.enters(action.chain, entry)) waiting.push([action.chain, entry]);
      }
    }
  }

  /** The rules of a chain that jump: most rules of long chains do not, and are not compiled. */
  private jumps(chain: string): readonly CompiledRule[] {
    const facts = factsIn(this.table.table, this.table.family);
    return rulesOf(this.table, chain, (rule) => facts.of(rule).leadsTo.length > 0);
  }

  /** Whether a chain is entered in a way that is new. */
  private enters(chain: string, entry: ChainEntry): boolean {
    if (this.table.chain(chain) === undefined) return false;
    const known = this.byChain.get(chain) ?? [];
    if (known.some(({ destinations }) => takesIn(destinations, entry.destinations))) return false;
    addTo(this.byChain, chain, entry);
    return true;
  }
}

/**
 * @param nat the nat tables of a namespace.
 * @param setOf its ipsets.
 * @returns their rules that give connections another destination, once for each way to them.
 */
export function findTranslations(nat: readonly CompiledTable[], setOf: SetOf): readonly Translation[] {
  return nat.flatMap((table) => {
    const facts = factsIn(table.table, table.family);
    const translates = (rule: Rule): boolean => facts.of(rule).translates.some(({ manip }) => manip !== 'src');
    return [...new Entries(table, setOf).all].flatMap(([chain, entries]) =>
      rulesOf(table, chain, translates).flatMap(({ rule, action, predicate }) => {
        const target = targetOf(action);
        if (target === undefined) return [];
        return entries.flatMap(({ hook, destinations }): readonly Translation[] => {
          const left = narrow(destinations, predicate, setOf);
          // a set may hold addresses of the other family
          const at = left?.at?.filter(([lo]) => familyOf(lo) === table.family);
          if (left === undefined || at?.length === 0) return [];
          return [{ rule, family: table.family, hook, ...left, ...(at && { at }), ...target }];
        });
      }),
    );
  });
}

/** @returns the one address that a rule leads to, where it is one. */
export function soleTarget({ to }: Translation): Ip | undefined {
  return to.kind === 'range' && to.lo === to.hi ? to.lo : undefined;
}

function takes({ ports, sparedPorts }: Translation, port: number): boolean {
  return ports === undefined ? !includes(sparedPorts, port) : includes(ports, port);
}

/** @returns the ports to ask for so that the rule leads to `port`: a range where any of several will do. */
export function doorsTo(translation: Translation, port: number): readonly Range[] {
  const { ports, sparedPorts, toPorts } = translation;
  const same: readonly Range[] = takes(translation, port) ? [[port, port]] : [];
  if (toPorts === undefined) return same;
  const { lo, hi, base } = toPorts;
  if (port < lo || port > hi) return [];
  if (base !== undefined) {
    const door = port - lo + base;
    return takes(translation, door) ? [[door, door]] : [];
  }
  // a port of the range is kept, any other becomes one of it
  if (lo !== hi && same.length > 0) return same;
  return ports ?? (same.length > 0 ? same : subtract(PORTS, sparedPorts));
}

/** @returns a port that a connection for `port` gets (nf_nat_l4proto_unique_tuple). */
export function portAfter({ toPorts }: Translation, port: number): number {
  if (toPorts === undefined) return port;
  const { lo, hi, base } = toPorts;
  if (base !== undefined) return lo + (((port - base) & 0xffff) % (hi - lo + 1));
  return port >= lo && port <= hi ? port : lo;
}

/** @returns the addresses to ask for so that NETMAP leads to `ip`: its host bits in the networks that the rule takes (netmap_tg4). */
export function mappedFrom({ to, at = [] }: Translation, ip: Ip): readonly Ip[] {
  if (to.kind !== 'netmap' || familyOf(ip) !== familyOf(to.addr)) return [];
  const network = maskIp(ip, to.mask);
  if (network !== maskIp(to.addr, to.mask)) return [];
  const host = BigInt(ip) - BigInt(network);
  const asked = at.map(([lo]) => BigInt(maskIp(lo, to.mask)) + host).map((n) => (typeof ip === 'number' ? Number(n) : n));
  return asked.filter((one) => includes(at, one));
}
