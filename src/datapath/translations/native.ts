import { familyOf, type Family, type Ip } from '../../address/ip.js';
import type { HookName } from '../../model/netfilter.js';
import { type Action, type NatRange, allOf, between, TRUE, type Predicate, type KeyPart, type Term } from '../../netfilter/index.js';
import { ANYWHERE, narrow, takesIn, type Destinations } from './destinations.js';
import type { HookedChain } from '../hook/hooked-chain.js';
import { addTo } from '../lists-by-key.js';
import type { RunnableChain, RunnableRule } from '../netfilter/compile.js';
import { HOOKS, MOST_ENTRIES, targetOf, type ChainEntry, type NativeTranslatingRule, type Translation } from './translations.js';

/** One of the things that a rule may do, and what it asks of a packet for that. */
interface Way {
  readonly predicate: Predicate;
  readonly action: Action;
}

/** What a term may give, and what it asks for that; no parts where nobody can tell the value. */
interface Given {
  readonly predicate: Predicate;
  readonly parts?: readonly KeyPart[];
}

/** What an entry of a map asks of the plain fields of its key; what else it asks is left out, so it is never less. */
function keyed(key: readonly Term[], parts: readonly KeyPart[]): Predicate {
  return allOf(
    ...key.flatMap((term, at) => {
      const part = parts[at];
      return term.op === 'field' && part?.kind === 'range' ? [between(term.field, part.lo, part.hi)] : [];
    }),
  );
}

function givenBy(term: Term | undefined): readonly Given[] {
  if (term === undefined) return [{ predicate: TRUE, parts: [] }];
  if (term.op === 'const' && typeof term.value !== 'string')
    return [{ predicate: TRUE, parts: [{ kind: 'range', lo: term.value, hi: term.value }] }];
  if (term.op !== 'map') return [{ predicate: TRUE }];
  const listed = term.map.entries.flatMap(({ key, data }): readonly Given[] =>
    data?.kind === 'values' ? [{ predicate: keyed(term.key, key), parts: data.of }] : [],
  );
  return term.map.unread === undefined ? listed : [...listed, { predicate: TRUE }];
}

function addressOf(part: KeyPart | undefined): Pick<NatRange, 'minIp' | 'maxIp'> {
  return part?.kind === 'range' ? { minIp: part.lo, maxIp: part.hi } : {};
}

function portOf(part: KeyPart | undefined): Pick<NatRange, 'minPort' | 'maxPort'> {
  return part?.kind === 'range' ? { minPort: Number(part.lo), maxPort: Number(part.hi) } : {};
}

const everyAddress = (family: Family): Pick<NatRange, 'minIp' | 'maxIp'> =>
  family === 4 ? { minIp: 0, maxIp: 0xffffffff } : { minIp: 0n, maxIp: (1n << 128n) - 1n };

/** nft_nat_eval with values of maps: each entry leads elsewhere. */
function* byMap({ type, addr, port, random, persistent }: Extract<Action, { kind: 'nat-by' }>, family: Family): Generator<Way> {
  if (type !== 'dnat' && type !== 'redirect') return;
  for (const to of givenBy(addr)) {
    for (const at of givenBy(port)) {
      const range: NatRange = {
        ...(to.parts === undefined ? everyAddress(family) : addressOf(to.parts[0])),
        ...portOf(at.parts?.[0] ?? to.parts?.[1]),
        random,
        persistent,
      };
      if (range.minIp !== undefined && familyOf(range.minIp) !== family) continue;
      const action: Action = type === 'dnat' ? { kind: 'nat', manip: 'dst', range } : { kind: 'redirect', range };
      yield { predicate: allOf(to.predicate, at.predicate), action };
    }
  }
}

/** Everything that a rule may do to packets of a family. */
function* waysOf(action: Action, predicate: Predicate, family: Family): Generator<Way> {
  switch (action.kind) {
    case 'sequence': {
      const asked = [predicate];
      for (const one of action.of) {
        if (one.step === 'when') asked.push(one.predicate);
        else if (typeof one.only !== 'number' || one.only === family) yield* waysOf(one.action, allOf(...asked), family);
      }
      return;
    }
    case 'vmap':
      for (const { key, data } of action.map.entries)
        if (data?.kind === 'action') yield* waysOf(data.action, allOf(predicate, keyed(action.key, key)), family);
      return;
    case 'nat-by':
      for (const way of byMap(action, family)) yield { ...way, predicate: allOf(predicate, way.predicate) };
      return;
    default:
      yield { predicate, action };
  }
}

function* rulesIn(chain: RunnableChain | undefined): Generator<RunnableRule> {
  for (let position = 0, rule = chain?.rule(0); rule !== undefined; rule = chain?.rule(++position)) yield rule;
}

/** Follows a base chain to the rules that translate: what a rule takes is also what those take that lead to it. */
class Follower {
  private readonly entered = new Map<string, Destinations[]>();
  readonly found: Translation[] = [];

  constructor(
    private readonly hooked: HookedChain,
    private readonly family: Family,
    private readonly hook: ChainEntry['hook'],
  ) {
    const waiting: (readonly [string, Destinations])[] = [];
    const enter = (chain: string, destinations: Destinations): void => {
      const known = this.entered.get(chain) ?? [];
      const left = known.length >= MOST_ENTRIES ? ANYWHERE : destinations;
      if (known.some((one) => takesIn(one, left))) return;
      addTo(this.entered, chain, left);
      waiting.push([chain, left]);
    };
    enter(hooked.base.name, ANYWHERE);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) this.through(...next, enter);
  }

  private through(chain: string, destinations: Destinations, enter: (chain: string, destinations: Destinations) => void): void {
    for (const rule of rulesIn(this.chain(chain))) {
      for (const { predicate, action } of waysOf(rule.action, rule.predicate, this.family)) {
        const jumps = action.kind === 'jump' || action.kind === 'goto';
        const target = jumps ? undefined : targetOf(action);
        if (!jumps && target === undefined) continue;
        const left = narrow(destinations, predicate, () => undefined);
        if (left === undefined) continue;
        if (jumps) enter(action.chain, left);
        else if (target !== undefined) this.add(rule, left, target);
      }
    }
  }

  private chain(name: string): RunnableChain | undefined {
    return name === this.hooked.base.name ? this.hooked.base : this.hooked.table.chain(name);
  }

  private add({ hit, origin }: RunnableRule, left: Destinations, target: Pick<Translation, 'to' | 'toPorts'>): void {
    const { family } = this;
    const at = left.at?.filter(([lo]: readonly [Ip, Ip]) => familyOf(lo) === family);
    if (at?.length === 0) return;
    const { nft = '', table, chain, handle } = hit;
    const rule: NativeTranslatingRule = { nft, table, chain, text: hit.rule, origin, ...(handle !== undefined && { handle }) };
    this.found.push({ rule, family, hook: this.hook, ...left, ...(at && { at }), ...target });
  }
}

/**
 * @param chainsAt the native chains that packets of a family meet at a hook.
 * @returns the native rules that give connections another destination, once for each way to them and each entry of a map.
 */
export function findNativeTranslations(chainsAt: (family: Family, hook: HookName) => readonly HookedChain[]): readonly Translation[] {
  return ([4, 6] as const).flatMap((family) =>
    HOOKS.flatMap((hook) =>
      chainsAt(family, hook).flatMap((hooked) => (hooked.info.type === 'nat' ? new Follower(hooked, family, hook).found : [])),
    ),
  );
}
