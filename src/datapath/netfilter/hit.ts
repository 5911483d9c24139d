import type { HitAction, RuleHit } from '../../model/trace.js';
import type { Action } from '../../netfilter/index.js';

const kept: ReadonlyMap<string, HitAction> = new Map(
  (['accept', 'drop', 'reject', 'return', 'continue', 'other'] as const).map((kind) => [kind, { kind }]),
);

/** @returns what a rule does, as a trace tells it. @param target whether it has a target, without which it only counts. */
export function hitAction(action: Action, target: boolean): HitAction {
  switch (action.kind) {
    case 'jump':
    case 'goto':
      return { kind: action.kind, chain: action.chain };
    case 'nat':
    case 'masquerade':
    case 'redirect': {
      const { minPort, maxPort } = action.range;
      const manip = action.kind === 'nat' ? action.manip : action.kind === 'redirect' ? 'dst' : 'src';
      return { kind: 'translate', manip, ...(minPort !== undefined && { ports: [minPort, maxPort ?? minPort] as const }) };
    }
    case 'netmap':
      return { kind: 'translate', manip: 'dst' };
    case 'nat-by':
      return { kind: 'translate', manip: action.type === 'snat' || action.type === 'masquerade' ? 'src' : 'dst' };
    case 'sequence': {
      const last = action.of.at(-1);
      return last?.step === 'do' ? hitAction(last.action, target) : kept.get('other')!;
    }
    case 'continue':
      return kept.get(target ? 'other' : 'continue')!;
    default:
      return kept.get(action.kind) ?? kept.get('other')!;
  }
}

/** @returns a hit that carries what the rule does: beside what is printed of it, so that the JSON of a trace stays what it is. */
export function makeHit(printed: Omit<RuleHit, 'action'>, action: HitAction | undefined): RuleHit {
  return Object.defineProperty({ ...printed }, 'action', { value: action });
}

/** @returns a hit with other words, and the same action where none is given. */
export function changedHit(hit: RuleHit, changes: Partial<RuleHit>): RuleHit {
  const { action = hit.action, ...printed } = changes;
  return makeHit({ ...hit, ...printed }, action);
}
