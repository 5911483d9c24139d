import { createMachine, traceFlow, traceSides, type Machine } from '../../../src/datapath/index.js';
import type { Trace } from '../../../src/model/trace.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import type { Rng } from '../generate/rng.js';
import { Rng as Random } from '../generate/rng.js';
import { flowsFor, iptablesRules, nativesAmong, ruleset } from './generate.js';
import { CLIENTS, type Lab, type LabFlow } from './lab.js';
import { acknowledged, kernelRules, TRACING } from './observe.js';

/** What is loaded into the router, in this order. */
export interface Drawn {
  readonly legacy: readonly [v4: string, v6: string] | undefined;
  readonly iptables: readonly [v4: string, v6: string] | undefined;
  /** Commands of nft, a line each, once the rules of iptables stand. */
  readonly among: string;
  readonly native: string;
}

export interface Disagreement {
  readonly seed: number;
  readonly flow: LabFlow;
  readonly kernel: { readonly outcome: string; readonly rules: readonly string[] | 'lost' };
  /** The first rule that only one of them met, as it is listed. */
  readonly differ: string;
  readonly model: { readonly outcome: string; readonly rules: readonly string[]; readonly reason: string };
}

/** @returns random rules: native ones, alone or beside either iptables. */
export function drawn(rng: Rng): Drawn {
  const pair = (): readonly [string, string] => [iptablesRules(rng, 4), iptablesRules(rng, 6)];
  const iptables = rng.chance(0.35) ? pair() : undefined;
  const legacy = rng.chance(0.15) ? pair() : undefined;
  const among = iptables !== undefined && rng.chance(0.6) ? nativesAmong(rng, rng.pick(['ip', 'ip6'] as const)) : '';
  return { legacy, iptables, among, native: ruleset(rng) };
}

/** Loads lines of nft without those that nft or the kernel refuses. @returns what was left; undefined where nothing could be. */
function load(lab: Lab, text: string): string | undefined {
  let lines = text.split('\n');
  for (let tries = 0; tries < 60; tries++) {
    try {
      lab.run('r', ['nft', '-f', '-'], lines.join('\n'));
      return lines.join('\n');
    } catch (error) {
      const said = String((error as { readonly stderr?: unknown }).stderr);
      if (process.env['NFT_SHOW'] !== undefined) process.stdout.write(`${said.split('\n').slice(0, 2).join(' ')}\n`);
      const bad = Number(/\/dev\/stdin:(\d+):/.exec(said)?.[1] ?? 0) - 1;
      if (lines[bad] === undefined) return undefined;
      lines = lines.filter((_, i) => i !== bad);
    }
  }
  return undefined;
}

const EMPTY = '*filter\n-F\n-X\nCOMMIT\n*nat\n-F\nCOMMIT\n*mangle\n-F\nCOMMIT\n*raw\n-F\nCOMMIT\n';

/** Puts the rules into the router. @returns the native ones as they were written, without what it did not take; undefined where it took none. */
export function put(lab: Lab, { legacy, iptables, among, native }: Drawn): string | undefined {
  lab.run('r', ['nft', 'flush', 'ruleset']);
  const rest = [legacy ?? [EMPTY, EMPTY], iptables].flatMap((pair, i) =>
    pair === undefined ? [] : [[i === 0 ? '-legacy' : '-nft', pair] as const],
  );
  if (legacy !== undefined || lab.legacyInUse)
    for (const [i, name] of ['iptables', 'ip6tables'].entries()) lab.run('r', [`${name}-legacy-restore`], (legacy ?? [EMPTY, EMPTY])[i]);
  lab.legacyInUse = legacy !== undefined;
  for (const [back, pair] of rest)
    if (back === '-nft') ['iptables', 'ip6tables'].forEach((name, i) => lab.run('r', [`${name}-nft-restore`], pair[i]));
  if (among !== '') for (const line of among.split('\n')) load(lab, line);
  return load(lab, native);
}

/** What a command prints; nothing where it gives up, as iptables-save does before some native rules. */
function printed(lab: Lab, command: readonly string[]): string | undefined {
  try {
    return lab.run('r', command);
  } catch {
    return undefined;
  }
}

/** @returns the machine that the listings of the lab make, of native rules as they were written where that is given. */
export function machineOf(lab: Lab, written?: string): Machine {
  const files = new Map(lab.common());
  files.set('host/nft-ruleset.txt', written ?? lab.run('r', ['nft', '-a', 'list', 'ruleset']));
  for (const name of ['iptables', 'ip6tables']) {
    const listings = [
      [`host/${name}-save.txt`, printed(lab, [`${name}-nft-save`])],
      [`host/${name}-legacy-save.txt`, lab.legacyInUse ? printed(lab, [`${name}-legacy-save`]) : undefined],
    ] as const;
    for (const [file, text] of listings)
      if (text === undefined) files.delete(file);
      else files.set(file, text);
  }
  return createMachine(loadFiles(files));
}

/** Rules of iptables' tables, and of chains that stand where they are called: the monitor does not know their handles. */
const NOT_COMPARED = /^ip6? (?:filter|nat|mangle|raw|security) |^\S+ \S+ __chain/;

function rulesOf(trace: Trace): readonly string[] {
  return trace.rules
    .filter((hit) => hit.netns === 'host' && hit.nft !== undefined)
    .map(({ nft, table, chain, handle, verdict }) => `${nft} ${table} ${chain} ${handle} ${verdict}`)
    .filter((rule) => !NOT_COMPARED.test(rule));
}

const placeOf = (rule: string): string => rule.split(' ').slice(0, 4).join(' ');

/** Rules that may have matched, to no effect on the way: by their place, whatever their verdict. */
function possibleOf(trace: Trace): ReadonlySet<string> {
  const hits = trace.steps.flatMap((step) => (step.kind === 'table' ? [...step.hits, ...(step.besides ?? [])] : []));
  return new Set(hits.filter((hit) => hit.possible === true).map(({ nft, table, chain, handle }) => `${nft} ${table} ${chain} ${handle}`));
}

/** The kernel numbers the chains that stand where they are called; no listing tells how. */
const numbered = (rules: readonly string[]): string =>
  JSON.stringify(rules)
    .replace(/__chain\d+/g, '__chain')
    .replaceAll(' stolen"', ' continue"');

/** Rules of a device that hands the packet on are told after those of the next, and once however often they are met. */
const inOrder = (rules: readonly string[]): readonly string[] =>
  rules.some((rule) => rule.endsWith(' stolen')) ? [...new Set(rules)].sort() : rules;

/** What gives a connection another source port, or a frame a type of which the monitor tells no ports. */
const MOVES_PORT = /\b(?:random|fully-random)\b|masquerade to :|\bsport set |\bether type set /;

/** Whether a packet may be met again, by `lo` or in a bridge, with another source port: the monitor's lines of it are not told apart from other flows'. */
function isLostSight(way: Trace): boolean {
  return way.rules.some((hit) => hit.netns === 'host' && MOVES_PORT.test(hit.rule));
}

/** What the model tells of a packet that a rule rewrites: it is lost, by whatever meets it later. */
const REWRITTEN = 'a packet that is rewritten in place';

function isLostLater(way: Trace): boolean {
  return (
    way.outcome === 'timeout' && way.assumptions.some(({ choice, detail }) => choice.endsWith('=drop') && detail.startsWith(REWRITTEN))
  );
}

function sameRules(way: Trace, kernel: readonly string[]): boolean {
  const possible = possibleOf(way);
  const sure = (rules: readonly string[]): string => numbered(inOrder(rules.filter((rule) => !possible.has(placeOf(rule)))));
  const seen = kernel.filter((rule) => !NOT_COMPARED.test(rule));
  const traced = rulesOf(way);
  if (sure(traced) === sure(seen)) return true;
  if (isLostLater(way)) return sure(seen).startsWith(sure(traced.slice(0, -1)).slice(0, -1));
  return isLostSight(way) && sure(traced).startsWith(sure(seen).slice(0, -1));
}

/** @returns a rule's line by its place, `family table chain handle`. */
function ruleText(listing: string, place: string): string {
  const [family, table, chain, handle] = place.split(' ');
  const [, body = ''] = listing.split(`table ${family} ${table} {`);
  const [, rules = ''] = body.split(`chain ${chain} {`);
  return (
    rules
      .split('\n')
      .find((line) => line.endsWith(`# handle ${handle}`))
      ?.trim() ?? ''
  );
}

function firstDiffering(listing: string, kernel: readonly string[], model: readonly string[]): string {
  const at = [...kernel, ''].findIndex((rule, i) => numbered([rule]) !== numbered([model[i] ?? '']));
  return [kernel[at], model[at]].map((rule) => (rule === undefined ? '-' : ruleText(listing, placeOf(rule)))).join('  |  ');
}

function waysOf(machine: Machine, flow: LabFlow): readonly Trace[] {
  const { id, from, proto, sport, dst, dport } = flow;
  const request = { id, from: from === 'r' ? 'host' : from, to: dst, proto, sport, dport };
  const trace = traceFlow(machine, request);
  return trace.outcome === 'unknown' ? traceSides(machine, request) : [trace, ...traceSides(machine, request)];
}

/** What a flow may come to, as text: of a rule set and of its listing it is the same. */
const endsOf = (ways: readonly Trace[]): string => [...new Set(ways.map(({ outcome }) => outcome))].sort().join(' or ');

/** How it is told that nobody has the next hop's address: clients do not wait so long here. */
const TOO_LATE = 'after three seconds';

/** How it is told that a connection comes to stand and carries nothing: clients do no more than connect here. */
const STALLED = 'the handshake completes, and ';

/** An error that the sender's own kernel tells is unreachable, as an ICMP error other than port-unreachable. */
const alike = ({ outcome: model, reason }: Trace, kernel: string): boolean =>
  model === kernel ||
  (kernel === 'timeout' && reason.includes(TOO_LATE)) ||
  (kernel === 'connected' && reason.startsWith(STALLED)) ||
  (model === 'unreachable' && (kernel === 'refused' || kernel.startsWith('error ')));

/** What became of the flows of a trial. */
export interface Trial {
  readonly flows: number;
  /** Of so many the monitor told nothing. */
  readonly lost: number;
  /** What the client saw, by flow. */
  readonly outcomes: ReadonlyMap<string, string>;
  readonly found: readonly Disagreement[];
}

/** @returns where the kernel and the model go different ways; undefined where the kernel refuses all rules. */
export async function runTrial(
  lab: Lab,
  rules: Drawn,
  { seed, index, flows: count, only }: { readonly seed: number; readonly index: number; readonly flows: number; readonly only?: LabFlow },
): Promise<Trial | undefined> {
  const loaded = put(lab, rules);
  if (loaded === undefined) return undefined;
  const machine = machineOf(lab);
  const written = rules.iptables === undefined && rules.legacy === undefined ? machineOf(lab, loaded) : undefined;
  const listing = lab.run('r', ['nft', '-a', 'list', 'ruleset']);
  lab.run('r', ['nft', '-f', '-'], TRACING);
  const flows = only === undefined ? flowsFor(new Random(seed), count, 12_000 + (index % 500) * 50) : [only];
  const monitor = await lab.monitor();
  const seen = new Map<string, string>();
  for (const from of CLIENTS) {
    const own = flows.filter((flow) => flow.from === from);
    (await lab.send(from, own)).forEach((outcome, i) => seen.set(own[i]!.id, outcome));
  }
  const log = await monitor.stop();
  const kernel = kernelRules(log, flows);
  const found: Disagreement[] = [];
  for (const flow of flows) {
    const ways = waysOf(machine, flow);
    const told = kernel.get(flow.id);
    const said = seen.get(flow.id) ?? '';
    // connect() fails as well where a rule resets what the client says after the answer: the answer was there
    const outcome = said === 'refused' && acknowledged(log, flow) ? 'connected' : said;
    const [first] = ways;
    if (written !== undefined && endsOf(waysOf(written, flow)) !== endsOf(ways))
      found.push({
        seed,
        flow,
        kernel: { outcome: `as written: ${endsOf(waysOf(written, flow))}`, rules: [] },
        differ: '',
        model: { outcome: endsOf(ways), rules: [], reason: '' },
      });
    if (first === undefined || ways.some((way) => alike(way, outcome) && (told === undefined || sameRules(way, told)))) continue;
    const model = { outcome: first.outcome, rules: rulesOf(first), reason: first.reason };
    const rules = told?.filter((rule) => !NOT_COMPARED.test(rule));
    const differ = rules === undefined ? '' : firstDiffering(listing, rules, model.rules);
    found.push({ seed, flow, kernel: { outcome, rules: rules ?? 'lost' }, differ, model });
  }
  return { flows: flows.length, lost: flows.filter(({ id }) => !kernel.has(id)).length, outcomes: seen, found };
}
