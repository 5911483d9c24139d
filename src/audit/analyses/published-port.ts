import { type CompiledChain, Tri, wouldMatch } from '../../datapath/index.js';
import type { Family, Ip, Prefix } from '../../address/ip.js';
import { isHostNetns } from '../../model/netns.js';
import type { RuleHit, Step } from '../../model/trace.js';
import { remark } from '../../command/index.js';
import { type CompiledRule, ruleWords } from '../../netfilter/iptables/index.js';
import { conjuncts } from '../../netfilter/index.js';
import type { Outsider, PublishedService } from '../../surface/index.js';
import type { Fix, Proof } from '../proof.js';
import { byAskedPort, portCondition, type PortCondition } from '../remedy/asked-port.js';
import { deletion, iptables } from '../remedy/rule-commands.js';
import { entersChain } from '../survey/reached.js';
import type { SurveyedFlow } from '../survey/asked.js';
import type { Survey } from '../survey/survey.js';

type TableStep = Extract<Step, { kind: 'table' }>;

/** A rule in its chain. */
export interface RuleInChain {
  readonly chain: CompiledChain;
  readonly rule: CompiledRule;
  readonly family: Family;
}

/** Somebody who reaches a published port past a rule that names it. */
interface Passed {
  readonly service: PublishedService;
  readonly asked: SurveyedFlow;
}

const next = (ip: Ip): Ip => (typeof ip === 'number' ? ip + 1 : ip + 1n);
const hostIn = ({ addr, length }: Prefix): Ip => (length < (typeof addr === 'number' ? 31 : 127) ? next(addr) : addr);

/** The first address that a condition on the source accepts. */
function firstSource(survey: Survey, rule: CompiledRule, family: Family): Ip | undefined {
  for (const one of conjuncts(rule.predicate)) {
    const [range] = one.op === 'in' && one.field === 'src' ? one.ranges : [];
    if (range !== undefined) return range[0] === range[1] ? range[0] : next(range[0]);
    if (one.op !== 'set' || one.dims[0] !== 'src') continue;
    const set = survey.machine.root.ipset(one.set);
    const part = set?.kind === 'elements' && set.set.family === family ? set.elements.find(({ nomatch }) => !nomatch)?.parts[0] : undefined;
    if (part?.kind === 'net') return hostIn(part.prefix);
    if (part?.kind === 'range') return part.lo;
  }
  return undefined;
}

/** An address that the rule is about: the source that it names, where nobody in the snapshot has it. */
function sourceOf(survey: Survey, rule: CompiledRule, outsider: Outsider): Ip | undefined {
  const ip = firstSource(survey, rule, outsider.family);
  if (ip === undefined || typeof ip !== typeof outsider.ip) return outsider.ip;
  return survey.machine.ownerOf(ip) === undefined ? ip : undefined;
}

/** Asks for a published port as those would whom the rule means: from its source. */
function askAsMeant(survey: Survey, service: PublishedService, rule: CompiledRule, family: Family): readonly SurveyedFlow[] {
  return survey.outsiders.flatMap((outsider) => {
    const ip = outsider.family === family ? sourceOf(survey, rule, outsider) : undefined;
    if (ip === undefined) return [];
    const asker = ip === outsider.ip ? outsider : { ...outsider, ip, name: survey.text(ip) };
    return survey.addressesFor(service, outsider).map((to) => survey.fromOutside(asker, to, service.proto, service.port.hostPort));
  });
}

function forwardOf({ trace }: SurveyedFlow): TableStep | undefined {
  return trace.steps.find(
    (s): s is TableStep =>
      s.kind === 'table' &&
      s.hook === 'FORWARD' &&
      s.table === 'filter' &&
      s.nft === undefined &&
      isHostNetns(s.netns) &&
      s.leg === 0 &&
      !s.reply,
  );
}

function placeIn({ chain }: CompiledChain, { file, line }: RuleHit): number {
  return chain.rules.findIndex(({ origin }) => origin.line === line && origin.file === file);
}

const LEAVES: ReadonlySet<string> = new Set(['accept', 'drop', 'reject', 'return', 'goto']);

/** Whether the packet came to the chain, and went on beyond the rule without meeting it. */
function goesPast({ hits }: TableStep, { chain, rule }: RuleInChain): boolean {
  if (!hits.some((hit) => entersChain(hit, chain.name))) return false;
  const at = chain.chain.rules.indexOf(rule.rule);
  const here = hits.filter((hit) => hit.chain === chain.name);
  const left = here.find(({ action }) => action !== undefined && LEAVES.has(action.kind));
  return here.every((hit) => placeIn(chain, hit) !== at) && (left === undefined || placeIn(chain, left) > at);
}

/** Whether the rule would take the packet if it still bore the port that the client asked for, and does not. */
function missesBy(survey: Survey, asked: SurveyedFlow, place: RuleInChain, hostPort: number): boolean {
  const step = asked.trace.outcome === 'connected' ? forwardOf(asked) : undefined;
  if (step?.packet.dport === undefined || step.packet.dport === hostPort || !goesPast(step, place)) return false;
  const holds = (port: number): Tri => wouldMatch(survey.machine.root, place.rule.predicate, asked.trace, step, port);
  return holds(hostPort) !== Tri.No && holds(step.packet.dport) === Tri.No;
}

/** A port or range of a list, as numbers. */
function inList(listed: readonly string[], port: number): boolean {
  return listed.some((text) => {
    const [low = '', high = low] = text.split(':');
    return Number(low || 0) <= port && port <= Number(high || 65_535);
  });
}

function isContainers(survey: Survey, port: number): boolean {
  return survey.services.some((s) =>
    s.kind === 'published' ? s.port.containerPort === port : s.kind === 'container' && s.listener.port === port,
  );
}

function passedBy(survey: Survey, place: RuleInChain, { listed }: PortCondition): readonly Passed[] {
  const { rule, family } = place;
  return survey.services.flatMap((service): readonly Passed[] => {
    if (service.kind !== 'published' || service.port.containerPort === service.port.hostPort) return [];
    const { hostPort } = service.port;
    // where a container has a port of that number, the rule may mean that one
    if ((listed !== undefined && !inList(listed, hostPort)) || isContainers(survey, hostPort)) return [];
    const asked = askAsMeant(survey, service, rule, family).find((one) => missesBy(survey, one, place, hostPort));
    return asked === undefined ? [] : [{ service, asked }];
  });
}

/** The rule anew, and the old one away; by hand where not all of it was understood, or a set holds more than ports. */
function matchAsked({ chain, rule: { rule }, family }: RuleInChain, found: PortCondition, ports: readonly number[]): Fix {
  const title = 'Match what the client asked for';
  const old = deletion(rule, family, 'filter');
  if (ruleWords(rule) === undefined) return { title, commands: [old] };
  const better = byAskedPort(rule.spec, found, ports);
  if (better === undefined) {
    const byHand = remark`in place of the set, name each port: -m conntrack --ctorigdstport ${ports.join(', ')} --ctdir ORIGINAL`;
    return { title, commands: [byHand] };
  }
  const words = better.map((spec) => ruleWords({ spec }) ?? []);
  return {
    title,
    commands: [...words.map((one) => iptables(family, 'filter', ['-I', chain.name, '1', ...one])), old],
    tried: true,
  };
}

function saidOf({ service: { port, container } }: Passed): string {
  return `${port.containerPort} of ${container.name}`;
}

/** A rule that names published ports, where the packet already bears the container's. */
export function namesPublishedPort(survey: Survey, place: RuleInChain, object: Proof['object']): Proof | undefined {
  const { rule } = place.rule;
  const found = rule.hidden === undefined ? portCondition(rule.spec) : undefined;
  if (found === undefined) return undefined;
  const passed = [...passedBy(survey, place, found)].sort((a, b) => a.service.port.hostPort - b.service.port.hostPort);
  const [first, ...more] = passed;
  if (first === undefined) return undefined;
  const others = more.map((one) => `; likewise ${one.service.port.hostPort} (${saidOf(one)})`).join('');
  const why = `it names port ${first.service.port.hostPort}, and DNAT has made it ${saidOf(first)} before DOCKER-USER is asked${others}`;
  const ports = [...new Set(passed.map(({ service }) => service.port.hostPort))];
  return {
    object: { ...object, container: first.service.container.name, detail: `${why}; ${first.asked.from} reaches it` },
    traces: passed.map(({ asked }) => asked.trace),
    lines: [{ text: rule.text, origin: rule.origin, note: why }],
    fixes: [matchAsked(place, found, ports)],
  };
}
