import type { Exceeded, FlowRequest, Outcome, Step, Trace, TracedFlow } from '../../model/trace.js';
import type { Assumption } from '../../model/assumption.js';
import { blanksAssumed } from '../hook/blanks-taken.js';
import type { Result } from '../connection/question.js';
import { nativesTaken } from '../hook/natives-unlisted.js';
import { sameNumbers } from './same-numbers.js';
import { toAssumption, type Decision } from '../walk/oracle.js';
import { LackingEndpoint, type UnknownEndpoint } from '../endpoints/unknown.js';
import type { Plan } from '../endpoints/plan.js';
import { causeOf, wordsOf, type Reason } from '../reasons/reason.js';
import type { Walk } from '../walk/walk.js';

/** One walk of a flow, and what its client sees. */
export interface Outing {
  readonly walk: Walk;
  readonly result: Result;
}

type Told = Pick<Trace, 'outcome' | 'cause' | 'reason'>;

/** An outcome, why, and the words for that. */
function told(outcome: Outcome, reason: Reason): Told {
  return { outcome, cause: causeOf(reason), reason: wordsOf(reason) };
}

interface Fork {
  readonly asked: Decision;
  /** What the other side of the question comes to. */
  readonly other: Outcome;
}

const openOf = ({ walk: { oracle } }: Outing): readonly Decision[] => oracle.asked.filter((a) => !a.given);

/**
 * The first open question of the usual walk whose other side ends differently: one that does so by itself, everything
 * asked later being as usual, before one that needs another besides.
 */
function separating(usual: Outing, others: readonly Outing[]): Fork | undefined {
  const open = openOf(usual);
  let first: { readonly at: number; readonly alone: boolean; readonly other: Outcome } | undefined;
  for (const one of others) {
    if (one.result.outcome === usual.result.outcome) continue;
    const theirs = openOf(one);
    const at = theirs.findIndex((a, k) => a.answer !== open[k]?.answer);
    if (at < 0) continue;
    const alone = theirs.slice(at + 1).every((a) => a.answer === a.question.usual);
    const sooner = first === undefined || (alone === first.alone ? at < first.at : alone);
    if (sooner) first = { at, alone, other: one.result.outcome };
  }
  const asked = first && open[first.at];
  return first && asked && { asked, other: first.other };
}

function tracedFlow({ request, proto, dst, dport, sport }: Plan, { sent }: Result, { machine: { texts } }: Walk): TracedFlow {
  const { id, from, to } = request;
  const src = sent === undefined ? undefined : texts.of(sent.src);
  if (id === undefined && src !== undefined && proto !== 'icmp') return { from, to, proto, src, sport, dst: texts.of(dst), dport };
  return {
    ...(id !== undefined && { id }),
    from,
    to,
    proto,
    ...(src !== undefined && { src }),
    ...(proto !== 'icmp' && { sport }),
    dst: texts.of(dst),
    ...(proto !== 'icmp' && { dport }),
  };
}

/** What parts the sides of a question. */
function partedBy({ asked: { question, answer, origin }, other }: Fork, usual: Outcome): Told {
  return told('unknown', {
    kind: 'undecided',
    what: question.detail,
    file: origin?.file,
    line: origin?.line ?? 0,
    category: question.category,
    taken: answer ? question.yes : question.no,
    usual,
    otherwise: answer ? question.no : question.yes,
    other,
  });
}

/** What is taken for granted and the user said as well (`--assume`) is given. */
function asGiven({ machine: { answers } }: Walk, taken: Assumption): Assumption {
  return answers.get(taken.category)?.some((word) => taken.choice === `${taken.category}=${word}`) === true
    ? { ...taken, given: true }
    : taken;
}

/** What a walk takes for granted besides the answers to its questions. */
function assumptionsOf(walk: Walk, { dst }: Plan): readonly Assumption[] {
  const blanks = walk.blankRules.size === 0 ? [] : [blanksAssumed([...walk.blankRules])];
  const taken = [...sameNumbers(walk.machine, dst), ...nativesTaken(walk), ...blanks].map((one) => asGiven(walk, one));
  return walk.assumptions.length === 0 ? taken : [...walk.assumptions, ...taken];
}

/** Whether a table of these steps told each of its rules once instead of each match. */
function cutIn(steps: readonly Step[]): { readonly rulesCut?: true } {
  return steps.some((step) => step.kind === 'table' && step.cut === true) ? { rulesCut: true } : {};
}

/** The usual case: nothing was asked, so there was but one way to walk. */
function certain(plan: Plan, { walk, result }: Outing): Trace {
  const { origin } = result;
  const { outcome, cause, reason } = told(result.outcome, result.reason);
  const { packets, rules, steps } = walk;
  const assumptions = assumptionsOf(walk, plan);
  const flow = tracedFlow(plan, result, walk);
  const missing = [...walk.missing];
  const unread = { ...walk.machine.unread, ...cutIn(steps) };
  return origin === undefined
    ? { format: 'dtrace-path-trace/1', flow, outcome, cause, reason, packets, rules, steps, assumptions, missing, ...unread }
    : {
        format: 'dtrace-path-trace/1',
        flow,
        outcome,
        cause,
        reason,
        decidedBy: origin,
        packets,
        rules,
        steps,
        assumptions,
        missing,
        ...unread,
      };
}

/** What there was too much of, where there was. */
function exceededBy({ walk: { exceeded, oracle } }: Outing, walks: number, complete: boolean): Exceeded | undefined {
  if (exceeded !== undefined || complete) return exceeded;
  return { what: 'sides', limit: walks, detail: oracle.asked.find((a) => !a.given)?.question.detail ?? 'nothing was asked' };
}

/** What the walks agree on, or why nothing can be said. */
function undivided(result: Result, agreed: boolean, exceeded: Exceeded | undefined): Told {
  if (agreed || exceeded === undefined) return told(result.outcome, result.reason);
  return told('unknown', { kind: 'too-much', ...exceeded });
}

/**
 * Makes one answer of the walks of all sides, the usual side first.
 * @param complete whether all sides were walked.
 */
export function assemble(plan: Plan, outings: readonly Outing[], complete: boolean): Trace {
  const [usual, ...others] = outings;
  if (usual === undefined) throw new Error('a flow was walked no way');
  const { walk, result } = usual;
  const { asked } = walk.oracle;
  if (asked.length === 0 && complete && others.length === 0) return certain(plan, usual);
  const agreed = complete && others.every((o) => o.result.outcome === result.outcome);
  const fork = agreed ? undefined : separating(usual, others);
  const exceeded = exceededBy(usual, outings.length, complete);
  const decidedBy = fork === undefined ? result.origin : fork.asked.origin;
  const { packets, rules, steps } = walk;
  const at = fork?.asked.at;
  return {
    format: 'dtrace-path-trace/1',
    flow: tracedFlow(plan, result, walk),
    ...(fork === undefined ? undivided(result, agreed, exceeded) : partedBy(fork, result.outcome)),
    ...(decidedBy !== undefined && { decidedBy }),
    packets: at === undefined ? packets : packets.slice(0, at.packets),
    rules: at === undefined ? rules : rules.slice(0, at.rules),
    ...cutIn(steps),
    steps: at === undefined ? steps : steps.slice(0, at.steps),
    assumptions: [...asked.filter((a) => a !== fork?.asked).map(toAssumption), ...assumptionsOf(walk, plan)],
    ...(exceeded !== undefined && fork === undefined && { exceeded }),
    missing: [...new Set([...walk.missing, ...asked.filter((a) => a.question.category === 'missing').map((a) => a.question.detail)])],
    ...walk.machine.unread,
  };
}

/** @returns the answer to a request that could not be walked. */
export function unresolved(request: FlowRequest, error: UnknownEndpoint, { unread }: Pick<Trace, 'unread'> = {}): Trace {
  const proto = request.proto ?? (request.dport === undefined ? 'icmp' : 'tcp');
  const { message: what } = error;
  return {
    format: 'dtrace-path-trace/1',
    flow: { ...(request.id !== undefined && { id: request.id }), from: request.from, to: request.to, proto },
    ...told('unknown', error instanceof LackingEndpoint ? { kind: 'missing', what, where: 'listing' } : { kind: 'unresolved', what }),
    packets: [],
    rules: [],
    steps: [],
    assumptions: [],
    missing: [what],
    ...(unread !== undefined && { unread }),
  };
}
