import { expect, it } from 'vitest';
import { traceFlow, traceSides, createMachine, type Machine } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import type { Trace } from '../../src/model/trace.js';
import { readNftText } from '../../src/netfilter/nftables/read-text.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { Rng } from './generate/rng.js';
import { flowsFor, ruleset } from './nft/generate.js';
import { Lab, type LabFlow } from './nft/lab.js';
import { kernelRules, TRACING } from './nft/observe.js';

const MINUTE = 60_000;
const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

interface Disagreement {
  readonly seed: number;
  readonly flow: LabFlow;
  readonly kernel: { readonly outcome: string; readonly rules: readonly string[] };
  readonly model: { readonly outcome: string; readonly rules: readonly string[]; readonly reason: string };
}

function rulesOf(trace: Trace): readonly string[] {
  return trace.rules
    .filter((hit) => hit.netns === 'host' && hit.nft !== undefined)
    .map(({ nft, table, chain, handle, verdict }) => `${nft} ${table} ${chain} ${handle} ${verdict}`);
}

/** Rules that may have matched, to no effect on the way: by their place, whatever their verdict. */
function possibleOf(trace: Trace): ReadonlySet<string> {
  const hits = trace.steps.flatMap((step) => (step.kind === 'table' ? [...step.hits, ...(step.besides ?? [])] : []));
  return new Set(hits.filter((hit) => hit.possible === true).map(({ nft, table, chain, handle }) => `${nft} ${table} ${chain} ${handle}`));
}

const placeOf = (rule: string): string => rule.split(' ').slice(0, 4).join(' ');

/** Whether the kernel's rules are those of a way, but for such as may match or not. */
function sameRules(way: Trace, kernel: readonly string[]): boolean {
  const possible = possibleOf(way);
  const sure = (rules: readonly string[]): string => JSON.stringify(rules.filter((rule) => !possible.has(placeOf(rule))));
  return sure(rulesOf(way)) === sure(kernel);
}

function waysOf(machine: Machine, flow: LabFlow): readonly Trace[] {
  const { id, from, proto, sport, dst, dport } = flow;
  const request = { id, from: from === 'r' ? 'host' : from, to: dst, proto, sport, dport };
  const trace = traceFlow(machine, request);
  return trace.outcome === 'unknown' ? traceSides(machine, request) : [trace, ...traceSides(machine, request)];
}

/** A SYN of which nothing comes back is all that a client sees of these. */
/** An error that the sender's own kernel tells is unreachable, as an ICMP error other than port-unreachable. */
const alike = (model: string, kernel: string): boolean =>
  model === kernel || (model === 'unreachable' && (kernel === 'refused' || kernel.startsWith('error ')));

/** Loads a rule set without the lines that the kernel, or nft, refuses. @returns what was loaded; undefined where nothing was. */
function load(lab: Lab, text: string): string | undefined {
  let lines = text.split('\n');
  for (let tries = 0; tries < 40; tries++) {
    try {
      lab.run('r', ['nft', '-f', '-'], ['flush ruleset', ...lines].join('\n'));
      return lines.join('\n');
    } catch (error) {
      const said = String((error as { readonly stderr?: unknown }).stderr);
      if (process.env['NFT_SHOW']) tell(said.split('\n').slice(0, 2).join(' '));
      const bad = Number(/\/dev\/stdin:(\d+):/.exec(said)?.[1] ?? 0) - 2;
      if (lines[bad] === undefined) return undefined;
      lines = lines.filter((_, i) => i !== bad);
    }
  }
  return undefined;
}

async function oneTrial(
  lab: Lab,
  seed: number,
  trial: number,
  host: Host,
): Promise<{ flows: number; found: Disagreement[]; refused: boolean }> {
  const rng = new Rng(seed);
  if (load(lab, ruleset(rng)) === undefined) return { flows: 0, found: [], refused: true };
  const listing = lab.run('r', ['nft', '-a', 'list', 'ruleset']);
  lab.run('r', ['nft', '-f', '-'], TRACING);
  const flows = flowsFor(rng, setting('NFT_FLOWS', 24), 12_000 + (trial % 900) * 50);
  const monitor = await lab.monitor();
  const seen = new Map<string, string>();
  for (const from of ['a', 'r'] as const) {
    const own = flows.filter((flow) => flow.from === from);
    (await lab.send(from, own)).forEach((outcome, i) => seen.set(own[i]!.id, outcome));
  }
  const raw = await monitor.stop();
  const kernel = kernelRules(raw, flows);
  const complaints: string[] = [];
  const nftables = readNftText(listing, {
    file: 'host/nft-ruleset.txt',
    whole: true,
    complain: (line, what, why) => complaints.push(`${line} ${what} ${why}`),
  });
  if (complaints.length > 0) tell(`seed ${seed}: ${complaints.slice(0, 3).join('; ')}`);
  const netns = { ...host.netns.get('host')!, nftables };
  const machine = createMachine({ ...host, netns: new Map(host.netns).set('host', netns) });
  const found: Disagreement[] = [];
  for (const flow of flows) {
    const ways = waysOf(machine, flow);
    const rules = kernel.get(flow.id);
    const outcome = seen.get(flow.id) ?? '';
    const agrees = ways.some((way) => alike(way.outcome, outcome) && (rules === undefined || sameRules(way, rules)));
    const [first] = ways;
    if (!agrees && first !== undefined)
      found.push({
        seed,
        flow,
        kernel: { outcome, rules: rules ?? ['lost'] },
        model: { outcome: first.outcome, rules: rulesOf(first), reason: first.reason },
      });
  }
  if (found.length > 0 && process.env['NFT_SHOW'] !== undefined) tell(`${listing}\n@@@ seed ${seed}\n${raw}\n@@@ end`);
  return { flows: flows.length, found, refused: false };
}

it('random native rule sets: the kernel does what the datapath predicts', { timeout: 30 * MINUTE }, async () => {
  const lab = new Lab();
  const start = setting('KERNEL_SEED', Math.floor(Math.random() * 1e9));
  try {
    await lab.up();
    await new Promise((done) => setTimeout(done, 600));
    const files = new Map<string, string>([
      ['meta.json', '{"format":"dtrace-path-snapshot/1","hostname":"lab"}'],
      ...lab.listings('r', 'host'),
      ...lab.listings('a', 'netns/a'),
      ...lab.listings('b', 'netns/b'),
    ]);
    const host = loadFiles(files);
    const all: Disagreement[] = [];
    let [flows, refused] = [0, 0];
    const trials = setting('NFT_RULESETS', 40);
    for (let i = 0; i < trials; i++) {
      const trial = await oneTrial(lab, start + i, i, host);
      flows += trial.flows;
      if (trial.refused) refused++;
      all.push(...trial.found);
    }
    tell(`KERNEL_SEED=${start}: ${flows} flows over ${trials - refused} rule sets (${refused} refused): ${all.length} disagreements`);
    for (const one of all.slice(0, setting('NFT_LIST', 6))) tell(JSON.stringify(one, null, 1));
    expect(all.length).toBe(0);
  } finally {
    lab.down();
  }
});
