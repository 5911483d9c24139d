import type { Origin } from '../model/origin.js';
import type { Step, Trace } from '../model/trace.js';
import { hookStage } from './hook-stage.js';
import type { HookStep } from './hook-stage.js';
import { runs } from './runs.js';
import { singleStage } from './single-stage.js';
import type { Tone } from './words.js';

/** One line under a stage's title. */
export interface StageLine {
  readonly text: string;
  readonly origin?: Origin;
  readonly tone: Tone;
}

/** What happened at one place: a hook with all its tables, a routing decision, an interface … */
export interface Stage {
  readonly netns: string;
  readonly title: string;
  readonly lines: readonly StageLine[];
  /** Says nothing that a reader in a hurry needs. */
  readonly quiet: boolean;
  /** The packet ends here, or is turned down. */
  readonly bad: boolean;
  /** A hook with its tables. */
  readonly hook?: true;
  /** The addresses change here. */
  readonly rewrites: boolean;
}

/** A run of stages in one direction of one connection. */
export interface Section {
  readonly leg: number;
  readonly reply: boolean;
  /** The answer of a machine beyond an uplink, which nobody saw. */
  readonly assumed: boolean;
  readonly stages: readonly Stage[];
}

/** Groups a trace's steps into stages and those into directions. @param verbose unfolds the rules that changed nothing. */
export function sectionsOf(trace: Trace, verbose: boolean): readonly Section[] {
  return runs(trace.steps, (a, b) => a.leg === b.leg && a.reply === b.reply && a.assumed === b.assumed).map((steps) => ({
    leg: steps[0].leg,
    reply: steps[0].reply,
    assumed: steps[0].assumed === true,
    stages: stagesOf(steps, verbose),
  }));
}

function stagesOf(steps: readonly Step[], verbose: boolean): readonly Stage[] {
  return runs(steps, sameHook).map((run) => {
    const atHook = run.filter(isAtHook);
    return atHook.some((step) => step.kind !== 'conntrack') ? hookStage(atHook, verbose) : singleStage(run[0], verbose);
  });
}

function isAtHook(step: Step): step is HookStep {
  return step.kind === 'table' || step.kind === 'nat' || step.kind === 'conntrack';
}

function sameHook(a: Step, b: Step): boolean {
  if (!isAtHook(a) || !isAtHook(b) || a.netns !== b.netns) return false;
  return a.kind === 'conntrack' || b.kind === 'conntrack' || a.hook === b.hook;
}
