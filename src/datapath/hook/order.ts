import type { HookStation, Tied } from './plan.js';
import type { HookedChain } from './hooked-chain.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Walk } from '../walk/walk.js';

function chainName({ nft, name, base }: HookedChain): string {
  return nft === undefined ? `iptables ${name} ${base.name}` : `${nft} ${name} ${base.name}`;
}

/** @returns a station's name for people. */
export function stationName(station: HookStation): string {
  switch (station.kind) {
    case 'conntrack':
      return 'connection tracking';
    case 'confirm':
      return 'the confirmation of connections';
    case 'nat':
      return 'NAT';
    case 'chain':
      return chainName(station.chain);
  }
}

/**
 * The order in which a packet meets what has one priority: where it matters, both are looked at, and the one that the
 * listing suggests is shown.
 */
export function orderOf<T>(walk: Walk, ns: NetnsState, hook: string, { of, open }: Tied<T>, nameOf: (item: T) => string): readonly T[] {
  if (!open) return of;
  const rest = [...of];
  const ordered: T[] = [];
  while (rest.length > 1) {
    const [first, ...others] = rest.map(nameOf);
    const detail = `whether ${first!} or ${others.join(' or ')} of ${ns.name} runs first at ${hook.toLowerCase()}: they have one priority, and the one registered last runs first, which no listing tells`;
    const question = { category: 'nft', yes: `first=${first!}`, no: `first=${others[0]!}`, usual: true, detail } as const;
    const isFirst = walk.askOnce(`${ns.name} ${hook} ${rest.map(nameOf).join('|')}`, question, { file: ns.directory, line: 0 });
    ordered.push(...rest.splice(isFirst ? 0 : 1, 1));
  }
  return [...ordered, ...rest];
}

/** @returns the chains of `nat` in the order in which they are asked. */
export function natChains(walk: Walk, ns: NetnsState, hook: string, tied: readonly Tied<HookedChain>[]): readonly HookedChain[] {
  return tied.flatMap((one) => orderOf(walk, ns, hook, one, chainName));
}
