import type { Ip } from '../../../address/ip.js';
import type { Action, OracleQuery } from '../../../netfilter/index.js';
import type { Origin } from '../../../model/origin.js';
import type { Oracle } from '../../walk/oracle.js';
import type { WalkAhead } from '../../walk/settle.js';
import type { RunnableRule } from '../compile.js';
import { Tri, type MatchContext } from '../context.js';
import { drawable } from '../draw.js';
import { isFor } from '../fields.js';
import { resolve } from '../native-steps.js';
import type { Draw, Drawn, StepResult } from '../step-result.js';
import { withVerdict } from '../other-verdict.js';
import { applyPacketAction } from '../packet-actions.js';
import { after, type Ahead } from './ahead.js';
import { both, NO_EVENTS, type Events } from './events.js';
import { marksAsked } from './marks-asked.js';
import { restore, stateOf, type PacketState } from './packet-state.js';

/** What steps need of the exploration of their table. */
export interface Hands {
  context(): MatchContext;
  oracle(): Oracle;
  fork(question: OracleQuery, origin: Origin | undefined, yes: Ahead, no: Ahead): Ahead;
  /** What a rule comes to whose conditions hold all. */
  ends(rule: RunnableRule, goOn: GoOn): WalkAhead<Ahead>;
  /** A rule that goes on as `on` says, or ends in a verdict that rules give which are not shown. */
  unseen(rule: RunnableRule, gap: Extract<Action, { kind: 'gap' }>, state: PacketState, on: Ahead): Ahead;
}

/** Goes on behind the rule. */
type GoOn = (state: PacketState) => WalkAhead<Ahead>;

/** One way through the steps of one rule. */
interface Way {
  readonly hands: Hands;
  readonly rule: RunnableRule;
  readonly goOn: GoOn;
}

const CONTINUE: Action = { kind: 'continue' };
const DROP: Action = { kind: 'drop' };
const LOST: Action = { kind: 'drop', later: true };
const NOTHING_DRAWN: Drawn = new Map();

/** Where an answer decides whether the rule goes on. */
function* asking({ hands, rule, goOn }: Way, questions: readonly OracleQuery[], then: () => WalkAhead<Ahead>): WalkAhead<Ahead> {
  const context = hands.context();
  const { given, left } = hands.oracle().ofRule(rule.origin, questions);
  const events = given.reduce<Events>((all, answered) => both(all, { kind: 'answered', size: 0, answered }), NO_EVENTS);
  const before = stateOf(context);
  if (left === false) return after(events, yield goOn(before));
  const yes = yield then();
  if (left === true) return after(events, yes);
  return after(events, hands.fork(left, rule.origin, yes, yield goOn(before)));
}

/** One way or the other, the packet being as it was before for each. */
function* choosing(
  { hands, rule }: Way,
  question: OracleQuery,
  then: () => WalkAhead<Ahead>,
  otherwise: () => WalkAhead<Ahead>,
): WalkAhead<Ahead> {
  const context = hands.context();
  const before = stateOf(context);
  const answer = hands.oracle().given(question);
  if (answer !== undefined) {
    const known: Events = { kind: 'answered', size: 0, answered: { question, origin: rule.origin, answer, given: true } };
    return after(known, yield answer ? then() : otherwise());
  }
  const yes = yield then();
  restore(context, before);
  return hands.fork(question, rule.origin, yes, yield otherwise());
}

/** Each value that the kernel may draw, one after the other. */
function* drawing(way: Way, at: number, drawn: Drawn, draw: Draw, values: readonly Ip[]): WalkAhead<Ahead> {
  const [value = draw.offset, ...others] = values;
  const taken = (): WalkAhead<Ahead> => steps(way, at, new Map(drawn).set(draw, value));
  if (others.length === 0) return yield taken();
  const detail = `${draw.question.detail}: whether it comes to ${value}`;
  const question: OracleQuery = { ...draw.question, yes: String(value), no: 'other', usual: true, detail };
  return yield choosing(way, question, taken, () => drawing(way, at, drawn, draw, others));
}

/** Where the rule goes on, or the packet is lost by it. */
function* deciding(way: Way, { question, later }: Extract<StepResult, { kind: 'decides' }>, on: () => WalkAhead<Ahead>): WalkAhead<Ahead> {
  const { hands, rule, goOn } = way;
  const action = later ? LOST : DROP;
  const context = hands.context();
  const before = stateOf(context);
  const lost = function* (): WalkAhead<Ahead> {
    restore(context, before);
    return yield hands.ends({ ...rule, action, hit: withVerdict(rule.hit, 'drop', action) }, goOn);
  };
  const answer = hands.oracle().given(question);
  if (answer === undefined) {
    const yes = yield on();
    return hands.fork(question, rule.origin, yes, yield lost());
  }
  const known: Events = { kind: 'answered', size: 0, answered: { question, origin: rule.origin, answer, given: true } };
  return after(known, yield answer ? on() : lost());
}

/** Each value of a mark that anything here asks for, as long as nobody can tell which it is. */
function* writing(
  way: Way,
  at: number,
  drawn: Drawn,
  found: Extract<StepResult, { kind: 'unwritten' }>,
  values: readonly number[],
): WalkAhead<Ahead> {
  const { to, question: of } = found;
  const [value = 0, ...others] = values;
  const written: StepResult = { kind: 'on', action: { kind: 'write', to, value: { op: 'const', value } } };
  const taken = (): WalkAhead<Ahead> => resolved(way, at, drawn, written);
  if (others.length === 0) return yield taken();
  const question: OracleQuery = {
    category: of.category,
    yes: String(value),
    no: 'other',
    usual: true,
    detail: `${of.detail}: whether it comes to ${value}`,
  };
  return yield choosing(way, question, taken, () => writing(way, at, drawn, found, others));
}

function* resolved(way: Way, at: number, drawn: Drawn, found: StepResult): WalkAhead<Ahead> {
  const { hands, rule, goOn } = way;
  const context = hands.context();
  switch (found.kind) {
    case 'broke':
      return yield goOn(stateOf(context));
    case 'draw':
      return yield drawing(way, at, drawn, found.draw, drawable(found.draw, found.map));
    case 'open':
      return yield asking(way, found.questions, () => resolved(way, at, drawn, found.then));
    case 'ends':
      return yield hands.ends({ ...rule, action: found.action, hit: withVerdict(rule.hit, found.text, found.action, found.entry) }, goOn);
    case 'decides':
      return yield deciding(way, found, () => steps(way, at + 1, drawn));
    case 'either': {
      const { question, then, otherwise } = found;
      return yield choosing(
        way,
        question,
        () => resolved(way, at, drawn, then),
        () => resolved(way, at, drawn, otherwise),
      );
    }
    case 'unseen': {
      const before = stateOf(context);
      const on = yield steps(way, at + 1, drawn);
      restore(context, before);
      return hands.unseen(rule, found.gap, before, on);
    }
    case 'unwritten':
      return yield writing(way, at, drawn, found, marksAsked(context.ns));
    case 'on': {
      if (found.action === undefined) return yield steps(way, at + 1, drawn);
      applyPacketAction(found.action, context);
      return after({ kind: 'did', size: 0, action: found.action }, yield steps(way, at + 1, drawn));
    }
  }
}

function* steps(way: Way, from: number, drawn: Drawn): WalkAhead<Ahead> {
  const { hands, rule } = way;
  const context = hands.context();
  const step = rule.steps?.[from];
  if (step === undefined)
    return yield hands.ends({ ...rule, action: CONTINUE, hit: withVerdict(rule.hit, 'continue', CONTINUE) }, way.goOn);
  if ('action' in step && !isFor(step.only, context.skb.packet)) return yield steps(way, from + 1, drawn);
  if ('action' in step) return yield resolved(way, from, drawn, resolve(step.action, context, drawn));
  if (context.questions.length > 0) context.questions.length = 0;
  switch (step.test(context)) {
    case Tri.No:
      return yield way.goOn(stateOf(context));
    case Tri.Yes:
      return yield steps(way, from + 1, drawn);
    case Tri.Unknown:
      return yield asking(way, context.questions.splice(0), () => steps(way, from + 1, drawn));
  }
}

/** What a native rule of several steps comes to for a packet that meets its first conditions. */
export function nativeRule(hands: Hands, rule: RunnableRule, goOn: GoOn): WalkAhead<Ahead> {
  return steps({ hands, rule, goOn }, 0, NOTHING_DRAWN);
}
