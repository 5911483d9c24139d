import { OutOfBudget } from '../../walk/budget.js';
import { settle, type WalkAhead } from '../../walk/settle.js';
import type { Action } from '../../../netfilter/index.js';
import type { MatchContext } from '../context.js';
import { markFromSet } from '../ipset.js';
import { applyMark, applyPacketAction } from '../packet-actions.js';
import type { Effort } from './effort.js';
import type { Events } from './events.js';
import type { LiveBits } from './live-bits.js';
import { restore, StateKeys, stateOf, type PacketState } from './packet-state.js';

/** Carries out what a rule that matched does to the packet, its connection and sets. */
export function carryOut(action: Action, context: MatchContext): void {
  if (action.kind !== 'map-mark') return applyPacketAction(action, context);
  const mark = markFromSet(action.set, action.dims, context);
  if (mark !== 'unclear') applyMark(context, mark);
}

/** All bits count: what nothing of this table reads may be read by whatever comes after it. */
const ALL: LiveBits = { mark: 0xffffffff, connmark: 0xffffffff };
/**
 * Carries out events that are too many to be listed. A piece of the way that is met again by a packet of the same state does to it what it
 * did before, and is carried out once.
 */
export class Carrier {
  private readonly known = new Map<Events, Map<string, PacketState>>();
  private readonly keys = new StateKeys(ALL);
  private pieces = 0;
  private readonly most: number;

  /** @param where the table, for the reason. */
  constructor(
    private readonly context: MatchContext,
    private readonly where: string,
    private readonly effort: Effort,
  ) {
    this.most = effort.limits.pieces;
  }

  /** @throws OutOfBudget where even so there is no end. */
  run(events: Events): void {
    const now = stateOf(this.context);
    restore(this.context, settle(this.after(events, now), now));
  }

  private *after(events: Events, state: PacketState): WalkAhead<PacketState> {
    switch (events.kind) {
      case 'none':
      case 'answered':
        return state;
      case 'hit':
        return this.done(events.rule.action, state);
      case 'did':
        return this.done(events.action, state);
      case 'either':
        return yield this.after(events.usual, state);
      case 'both': {
        let states = this.known.get(events);
        if (states === undefined) this.known.set(events, (states = new Map<string, PacketState>()));
        const key = this.keys.of(state);
        let known = states.get(key);
        if (known !== undefined) return known;
        this.effort.spend(1);
        if (++this.pieces > this.most) throw new OutOfBudget({ what: 'rules matched', limit: this.most, detail: this.where });
        known = yield this.after(events.then, yield this.after(events.first, state));
        states.set(key, known);
        return known;
      }
    }
  }

  private done(action: Action, state: PacketState): PacketState {
    restore(this.context, state);
    carryOut(action, this.context);
    return stateOf(this.context);
  }
}
