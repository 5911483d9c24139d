import type { Action } from '../action.js';
import { actionsIn } from '../facts.js';
import type { LookedAt, RuleTable } from './rule-table.js';

/** What later rules may see otherwise for an action; where nobody can tell, `everything`. */
function writtenBy(action: Action): readonly string[] {
  switch (action.kind) {
    case 'mark':
    case 'map-mark':
      return ['mark'];
    case 'connmark':
      return action.op === 'restore' ? ['mark'] : ['connmark'];
    case 'ttl':
    case 'tos':
      return [action.kind];
    case 'write':
      return action.to === 'zone' ? ['everything'] : [action.to];
    // sets of conditions, states of connections, and what programs of user space and unknown rules do
    case 'set':
    case 'update':
    case 'ct':
    case 'notrack':
    case 'tproxy-to':
    case 'unknown':
    case 'gap':
      return ['everything'];
    case 'accept':
    case 'drop':
    case 'fwd':
    case 'return':
    case 'jump':
    case 'goto':
    case 'reject':
    case 'nat':
    case 'nat-by':
    case 'masquerade':
    case 'redirect':
    case 'netmap':
    case 'tproxy':
    case 'continue':
    case 'flow':
    case 'sequence':
    case 'vmap':
      return [];
  }
}

const NOTHING: ReadonlySet<string> = new Set();

/** What the rules of a table change of a packet that goes on to later ones. */
export class Writes<Rule extends Pick<LookedAt, 'text' | 'origin'>> {
  private ofChains: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  private readonly known = new Map<string, ReadonlySet<string>>();

  constructor(private readonly table: RuleTable<Rule>) {}

  /** Chains that hold a rule which changes something. */
  private get writing(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.ofChains !== undefined) return this.ofChains;
    const found = new Map<string, ReadonlySet<string>>();
    for (const { name, rules } of this.table.chains.values()) {
      const written = new Set(rules.flatMap((rule) => this.own(this.table.action(rule))));
      if (written.size > 0) found.set(name, written);
    }
    return (this.ofChains = found);
  }

  private own(action: Action): readonly string[] {
    return [...actionsIn(action)].flatMap(writtenBy);
  }

  private inChain(name: string): ReadonlySet<string> {
    let found = this.known.get(name);
    if (found === undefined) {
      found = new Set([...this.table.below(name)].flatMap((one) => [...(this.writing.get(one) ?? NOTHING)]));
      this.known.set(name, found);
    }
    return found;
  }

  /** @returns what a rule changes, itself and by the chains that it leads to. */
  by(action: Action): ReadonlySet<string> {
    if (this.writing.size === 0) return NOTHING;
    const below = [...actionsIn(action)].flatMap((one) => (one.kind === 'jump' || one.kind === 'goto' ? [...this.inChain(one.chain)] : []));
    return new Set([...this.own(action), ...below]);
  }
}
