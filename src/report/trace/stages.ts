import type { Step, Trace } from '../../model/trace.js';
import { type HookStep, hookStage } from './hook-stage.js';
import { runs } from './runs.js';
import { singleStage } from './single-stage.js';
import type { StageRun, Stage } from './stage.js';

/** Groups a trace's steps into stages and those into directions. @param verbose unfolds the rules that changed nothing. */
export function sectionsOf(trace: Trace, verbose: boolean): readonly StageRun[] {
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
