import { answerFromBeyond } from '../../src/kernel/compare.js';
import type { Trace } from '../../src/model/trace.js';
import { generateDocker } from './generate/docker/index.js';
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
  /** Flows sent of which the datapath tells several ways: the kernel went one of them. */
  sided: number;
  /** Flows about which it takes no side, sent or not, by what they depend on. */
  readonly open: Map<string, number>;
  /** Flows that agree alone and not in company, by the reason. */
  readonly company: Map<CompanyReason, number>;
  readonly disagreements: Disagreement[];
  /** What became of answers from outside, as the client saw it. */
  readonly beyond: Map<string, number>;
  readonly outcomes: Map<string, number>;
  /** Commands of the generator that the kernel refused. */
  readonly gaps: Map<string, number>;
}

/** Why a flow may go another way in company than alone and the prediction stands. */
export type CompanyReason = 'another flow made a neighbour known' | 'did not come again';

const count = <K>(map: Map<K, number>, key: K): void => void map.set(key, (map.get(key) ?? 0) + 1);

/** Hosts with rules of every kind, hosts as Docker sets them up with slips on them, or each in turn. */
export type Hosts = 'rules' | 'docker' | 'both';

export interface CampaignOptions {
  readonly seed: number;
  readonly rulesets: number;
  readonly flows: number;
  /** How many twins stand at the same time. */
  readonly able: Abilities;
  readonly lanes: number;
  readonly hosts: Hosts;
  readonly tell: (line: string) => void;
}

/** @returns whether a flow of a scenario, sent alone, still goes another way than predicted; and that trial. */
export async function aloneDisagrees(scenario: Scenario, id: string | undefined): Promise<{ trial: Trial; flow: FlowTrial } | undefined> {
  const flows = scenario.flows.filter((f) => f.id === id);
  const trial = await tryScenario({ ...scenario, flows });
  const flow = trial.flows.find((f) => !f.comparison.agrees);
  return flow && { trial, flow };
}

/** What an open flow depends on: the word of `--assume`, or the reason itself. */
function dependsOn({ reason }: Trace): string {
  return /--assume ([a-z-]+)=/.exec(reason)?.[1] ?? reason;
}

/**
 * Judges a flow that went another way than predicted beside others.
 * @param again the same flows once more, all at once.
 * @returns the disagreement to report, or why there is none.
 */
async function judge(scenario: Scenario, suspect: FlowTrial, again: () => Promise<Trial>): Promise<FlowTrial | CompanyReason> {
  const { id } = suspect.request;
  const alone = await aloneDisagrees(scenario, id);
  if (alone !== undefined) return (await aloneDisagrees(scenario, id))?.flow ?? 'did not come again';
  if (/neighbour|does not answer ARP/.test(suspect.trace.reason)) return 'another flow made a neighbour known';
  return (await again()).flows.find((f) => f.request.id === id && !f.comparison.agrees) ?? 'did not come again';
}

async function runOne(seed: number, options: CampaignOptions, score: Score): Promise<void> {
  const isDocker = options.hosts === 'docker' || (options.hosts === 'both' && seed % 2 === 1);
  const scenario = isDocker ? generateDocker(seed, options.flows) : generate(seed, options.flows, options.able);
  const trial = await tryScenario(scenario);
  score.rulesets++;
  score.flows += trial.flows.length;
  for (const gap of trial.gaps) count(score.gaps, gap.why);
  for (const trace of [...trial.open, ...trial.flows.map((f) => f.trace)])
    if (trace.outcome === 'unknown') count(score.open, dependsOn(trace));
  for (const { comparison, observed, sides, side: trace } of trial.flows) {
    count(score.outcomes, comparison.outcome.kernel);
    const answer = answerFromBeyond(trace, observed);
    if (answer !== undefined) count(score.beyond, answer ? 'arrived' : 'dropped by this host');
    if (sides > 1) score.sided++;
  }
  let second: Promise<Trial> | undefined;
  for (const suspect of trial.flows.filter((f) => !f.comparison.agrees)) {
    const judged = await judge(scenario, suspect, () => (second ??= tryScenario(scenario)));
    if (typeof judged === 'string') {
      count(score.company, judged);
      options.tell(`${judged}: ${describeDisagreement({ seed, scenario, flow: suspect })}`);
    } else {
      const found = { seed, scenario, flow: judged };
      score.disagreements.push(found);
      options.tell(describeDisagreement(found));
    }
  }
}

/** Builds random hosts, sends their flows, and counts where kernel and datapath part. */
export async function runCampaign(options: CampaignOptions): Promise<Score> {
  const score: Score = {
    flows: 0,
    rulesets: 0,
    sided: 0,
    open: new Map(),
    company: new Map(),
    disagreements: [],
    beyond: new Map(),
    outcomes: new Map(),
    gaps: new Map(),
  };
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
export function describeDisagreement({ seed, flow: { request, side, sides, comparison, observed } }: Disagreement): string {
  const { outcome, packets, rules } = comparison;
  const part = (title: string, { predicted, kernel }: typeof packets): string[] => [
    `  ${title}`,
    ...predicted.map((row) => `    predicted ${kernel.includes(row) ? ' ' : '!'} ${row}`),
    ...kernel.filter((row) => !predicted.includes(row)).map((row) => `    kernel    ! ${row}`),
  ];
  return [
    `seed ${seed}: ${request.from} → ${request.to} ${request.proto ?? ''} ${request.dport ?? ''} (${request.id ?? ''})`,
    `  predicted ${outcome.predicted}: ${side.reason}${sides > 1 ? ` (the closest of ${sides} ways)` : ''}`,
    `  kernel    ${outcome.kernel}${outcome.detail === undefined ? '' : ` (${outcome.detail})`}`,
    ...observed.errors.map(({ netns, iface, dir, src, dst, body }) =>
      body.proto === 'icmp-error' ? `  ICMP error  ${netns} ${iface} ${dir} ${src} > ${dst} type ${body.type}/${body.code}` : '',
    ),
    ...(packets.agrees ? [] : part('packets', packets)),
    ...(rules.agrees ? [] : part('rules', rules)),
  ].join('\n');
}
