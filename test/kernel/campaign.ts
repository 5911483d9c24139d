import { generate } from './generate/index.js';
import type { Abilities } from './generate/world.js';
import type { Scenario } from './generate/scenario.js';
import { tryScenario, type FlowTrial, type Trial } from './trial.js';

export interface Disagreement {
  readonly seed: number;
  readonly scenario: Scenario;
  readonly flow: FlowTrial;
}

export interface Score {
  flows: number;
  rulesets: number;
  /** Flows about which the datapath takes no side. */
  open: number;
  /** Flows that agree alone and not in company: they share a kernel's memory (neighbours, rate limits) with others. */
  company: number;
  readonly disagreements: Disagreement[];
  readonly outcomes: Map<string, number>;
  /** Commands of the generator that the kernel refused. */
  gaps: number;
}

export interface CampaignOptions {
  readonly seed: number;
  readonly rulesets: number;
  readonly flows: number;
  /** How many twins stand at the same time. */
  readonly able: Abilities;
  readonly lanes: number;
  readonly tell: (line: string) => void;
}

/** @returns whether a flow of a scenario, sent alone, still goes another way than predicted; and that trial. */
export async function aloneDisagrees(scenario: Scenario, id: string | undefined): Promise<{ trial: Trial; flow: FlowTrial } | undefined> {
  const flows = scenario.flows.filter((f) => f.id === id);
  const trial = await tryScenario({ ...scenario, flows });
  const flow = trial.flows.find((f) => !f.comparison.agrees);
  return flow && { trial, flow };
}

async function runOne(seed: number, options: CampaignOptions, score: Score): Promise<void> {
  const scenario = generate(seed, options.flows, options.able);
  const trial = await tryScenario(scenario);
  score.rulesets++;
  score.flows += trial.flows.length;
  score.open += trial.open.length;
  score.gaps += trial.gaps.length;
  for (const { comparison } of trial.flows) {
    const { kernel } = comparison.outcome;
    score.outcomes.set(kernel, (score.outcomes.get(kernel) ?? 0) + 1);
  }
  for (const suspect of trial.flows.filter((f) => !f.comparison.agrees)) {
    const confirmed = await aloneDisagrees(scenario, suspect.request.id);
    if (confirmed === undefined) score.company++;
    else score.disagreements.push({ seed, scenario, flow: confirmed.flow });
  }
}

/** Builds random hosts, sends their flows, and counts where kernel and datapath part. */
export async function runCampaign(options: CampaignOptions): Promise<Score> {
  const score: Score = { flows: 0, rulesets: 0, open: 0, company: 0, disagreements: [], outcomes: new Map(), gaps: 0 };
  let next = options.seed;
  const end = options.seed + options.rulesets;
  const lane = async (): Promise<void> => {
    while (next < end) {
      const seed = next++;
      await runOne(seed, options, score);
      if ((seed - options.seed) % 20 === 19)
        options.tell(`${score.rulesets} rule sets, ${score.flows} flows, ${score.disagreements.length} disagreements`);
    }
  };
  await Promise.all(Array.from({ length: options.lanes }, lane));
  return score;
}

/** @returns a disagreement for people: both sides, and where they part. */
export function describeDisagreement({ seed, flow: { request, trace, comparison } }: Disagreement): string {
  const { outcome, packets, rules } = comparison;
  const side = (title: string, { predicted, kernel }: typeof packets): string[] => [
    `  ${title}`,
    ...predicted.map((row) => `    predicted ${kernel.includes(row) ? ' ' : '!'} ${row}`),
    ...kernel.filter((row) => !predicted.includes(row)).map((row) => `    kernel    ! ${row}`),
  ];
  return [
    `seed ${seed}: ${request.from} → ${request.to} ${request.proto ?? ''} ${request.dport ?? ''} (${request.id ?? ''})`,
    `  predicted ${outcome.predicted}: ${trace.reason}`,
    `  kernel    ${outcome.kernel}${outcome.detail === undefined ? '' : ` (${outcome.detail})`}`,
    ...(packets.agrees ? [] : side('packets', packets)),
    ...(rules.agrees ? [] : side('rules', rules)),
  ].join('\n');
}
