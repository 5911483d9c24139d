import { addressBits, parseIp } from '../../address/ip.js';
import { leavingText } from '../../datapath/index.js';
import { withOwnNetns } from '../../inventory/index.js';
import type { FindingObject, Severity } from '../../model/audit.js';
import type { Container } from '../../model/host.js';
import type { RuleHead } from '../../model/netfilter.js';
import { isHostNetns } from '../../model/netns.js';
import type { RuleHit, Trace } from '../../model/trace.js';
import { boundTo } from '../../surface/index.js';
import { isWorse, notApplicable, type CheckResult, type Fix, type PossibleProof, type Proof } from '../proof.js';
import { closeBetween, closeInside, closeOutside, closingOf, mergeFixes } from '../remedy/close.js';
import { republish } from '../remedy/publish.js';
import type { AuditRule, PathCheck } from '../rules/rule.js';
import { chosenMode } from './chosen.js';
import { cloudHint } from '../survey/cloud.js';
import { endedIn, isReached } from '../survey/reached.js';
import { strayDoors } from '../survey/strays.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';
import { askAll, type CheckedFlow } from './ask.js';
import { hidesEntry, isOpenByBinding, possibleProof } from './possible.js';
import { chooseTargets } from './target.js';
import { behind, objectOf, some } from './words.js';

interface Group {
  readonly object: Omit<FindingObject, 'fingerprint'>;
  readonly questions: CheckedFlow[];
}

function subject({ target, asked }: CheckedFlow): Omit<FindingObject, 'fingerprint'> {
  if ('service' in target) return objectOf(target.service);
  if ('address' in target) return { kind: 'container', name: `${asked.from} → ${target.address}`, container: asked.from };
  const { name, origin } = target.pair.to;
  const port = asked.trace.flow.dport;
  return { kind: 'container', name: port === undefined ? name : `${name} ${port}/${asked.trace.flow.proto}`, container: name, origin };
}

/** Another container that the path leads through: it joins the two, nothing is broken. */
function throughOthers(trace: Trace, from: string): boolean {
  const answered = trace.steps.filter((s) => !s.reply).map((s) => s.netns);
  const last = answered.at(-1);
  return answered.some((netns) => !isHostNetns(netns) && netns !== from && netns !== last);
}

/** A legacy link (`--link`) accepts one container's connections to another by both addresses: that is wanted. */
function byLink(survey: Survey, trace: Trace): boolean {
  return trace.rules.some((hit) => hit.chain === 'DOCKER' && hit.action?.kind === 'accept' && namesBoth(survey, hit));
}

/** Whether a rule of the host's names one sender and one destination. */
function namesBoth({ machine }: Survey, { family, file, line }: RuleHit): boolean {
  const chains = machine.root.netns.rulesets.map((set) =>
    set.family === family ? set.tables.get('filter')?.chains.get('DOCKER') : undefined,
  );
  const rule = chains.flatMap((chain) => chain?.rules ?? []).find(({ origin }) => origin.line === line && origin.file === file);
  const isOne = (condition: RuleHead['src']): boolean => condition?.negated === false && condition.value.length === addressBits(family);
  return isOne(rule?.head?.src) && isOne(rule?.head?.dst);
}

function counts(survey: Survey, check: PathCheck, { asked, target }: CheckedFlow): boolean {
  const { trace } = asked;
  const { outcome } = trace;
  if (outcome !== 'connected' && !(outcome === 'leaves-host' && check.outcomes?.includes('leaves-host') === true)) return false;
  if (check.outcomes !== undefined && !check.outcomes.includes(outcome)) return false;
  if (check.via === 'proxy' && !trace.steps.some((s) => s.kind === 'proxy')) return false;
  if ('service' in target && !isReached(asked, target.service)) return false;
  if ('pair' in target && endedIn(trace) !== target.pair.to.netns) return false;
  return !('pair' in target) || (!throughOthers(trace, asked.from) && !byLink(survey, trace));
}

function containerOf({ target }: CheckedFlow): Container | undefined {
  if ('service' in target) return target.service.container;
  return 'pair' in target ? target.pair.to : undefined;
}

/** Turned down on IPv4 wherever IPv6 reaches it. */
function onlyBy6(questions: readonly CheckedFlow[], reached: readonly CheckedFlow[]): boolean {
  const four = questions.filter((q) => q.asked.family === 4);
  return four.length > 0 && reached.every((q) => q.asked.family === 6) && four.every((q) => q.asked.trace.outcome !== 'unknown');
}

function severityOf(
  rule: AuditRule,
  check: PathCheck,
  survey: Survey,
  reached: readonly CheckedFlow[],
): { readonly severity: Severity; readonly note?: string } {
  const [first] = reached;
  const named = first !== undefined && 'service' in first.target ? first.target.recognised?.spec.severity : undefined;
  const severity = named ?? rule.severity;
  const modes = reached.map((q) => chosenMode(survey, containerOf(q), q.asked));
  if (check.chosen !== undefined && modes.every((mode) => mode !== undefined))
    return { severity: check.chosen, ...(modes[0] !== undefined && { note: modes[0] }) };
  const hint = check.onCloud === undefined ? undefined : cloudHint(survey.machine);
  if (hint !== undefined && check.onCloud !== undefined) return { severity: check.onCloud, note: hint };
  const zones = new Set(reached.map((q) => q.asked.outsider?.zone));
  const onlyLan = zones.has('lan') && !zones.has('internet') && survey.outsiders.some((o) => o.zone === 'internet');
  if (onlyLan && check.lanOnly !== undefined && isWorse(severity, check.lanOnly))
    return { severity: check.lanOnly, note: 'only machines on the link reach it' };
  return { severity };
}

/** The trace that shows most: of the widest source, with a listener at the end. */
function best(reached: readonly SurveyedFlow[]): readonly Trace[] {
  const [first] = reached;
  if (first === undefined) return [];
  const otherFamily = reached.find((a) => a.family !== first.family && a.outsider !== undefined);
  return [first.trace, ...(otherFamily === undefined ? [] : [otherFamily.trace])];
}

/** How a packet left for the world beyond. */
function howItLeaves({ steps }: Trace): string | undefined {
  const step = steps.findLast((s) => s.kind === 'leave' && !s.reply);
  const [src, dst] = step === undefined ? [] : [parseIp(step.packet.src), parseIp(step.packet.dst)];
  if (step?.kind !== 'leave' || src === undefined || dst === undefined) return undefined;
  const { sport, dport } = step.packet;
  const packet = { src, sport: sport ?? 0, dst, dport: dport ?? 0 };
  return leavingText({ netns: step.netns, dev: step.iface, packet, icmp: sport === undefined });
}

/** Who reaches it, and at which address; for the world beyond the host, what becomes of the packet. */
function howReached(asked: readonly SurveyedFlow[]): string {
  const from = some(asked.map((a) => a.from));
  const [first] = asked;
  if (first?.trace.outcome === 'leaves-host') return howItLeaves(first.trace) ?? `reached from ${from}`;
  return first?.outsider === undefined ? `reached from ${from}` : `reached at ${some(asked.map((a) => a.request.to))} from ${from}`;
}

/** Ports that lead to somebody whom the snapshot does not show: whether they answer cannot be told. */
function strayDoubts(check: PathCheck, survey: Survey): readonly string[] {
  const asksForAll = check.to.bind === 'any' && (check.to.kind ?? ['published']).includes('published');
  return asksForAll ? strayDoors(survey).map(({ name, asked }) => `${name} from ${asked.from}: ${asked.trace.reason}`) : [];
}

/** What closes one path: between networks by their bridges, for an address of the world whoever asks, else by who asks for what. */
function closing(check: PathCheck, survey: Survey, { asked, target }: CheckedFlow): readonly Fix[] {
  // no rule tells whoever shares the host's namespace from the host
  if (check.via === 'proxy' || (asked.outsider === undefined && isHostNetns(asked.request.from))) return [];
  const fix =
    asked.outsider !== undefined
      ? closeOutside(asked, 'service' in target ? closingOf(survey, target.service) : undefined)
      : check.to.relation !== undefined
        ? closeBetween(survey, asked)
        : closeInside(asked, check.to.address === undefined);
  return fix === undefined ? [] : [fix];
}

/** What one change would mend: a network's setting, or a rule of the operator's. */
function causeOf(first: CheckedFlow | undefined): Pick<Proof, 'cause' | 'title'> {
  if (first?.network !== undefined) return { cause: first.network };
  const service = first !== undefined && 'service' in first.target ? first.target.service : undefined;
  if (service?.kind !== 'published' || service.door === undefined) return {};
  return { cause: service.door.rule.text, title: 'A rule of your own leads to a container past what Docker publishes' };
}

function proofOf(rule: AuditRule, check: PathCheck, survey: Survey, group: Group, reached: readonly CheckedFlow[]): Proof {
  const { severity, note } = severityOf(rule, check, survey, reached);
  const [first] = reached;
  const target = first?.target;
  const recognised = target !== undefined && 'service' in target ? target.recognised : undefined;
  const asked = reached.map((q) => q.asked);
  const taken = recognised === undefined || recognised.by === '' ? [] : [`taken for ${recognised.spec.name} ${recognised.by}`];
  const what = target !== undefined && 'service' in target ? [behind(target.service)] : [];
  const detail = [...what, ...taken, howReached(asked), ...(note === undefined ? [] : [note])].join('; ');
  const fixes = mergeFixes([
    ...reached.flatMap((q) => closing(check, survey, q)),
    ...(target !== undefined && 'service' in target && check.via === undefined ? republish(target.service) : []),
  ]);
  return {
    object: { ...group.object, detail },
    severity,
    ...causeOf(first),
    traces: best(asked),
    paths: asked.map((a) => a.trace),
    lines: [],
    fixes,
  };
}

/** A listener on every address that all who asked were turned away from: only what turned them away keeps it shut. */
function shutProof(check: PathCheck, { object, questions }: Group): readonly Proof[] {
  const [first] = questions;
  if (check.shut === undefined || first === undefined || !('service' in first.target)) return [];
  const { service } = first.target;
  if (service.kind === 'container' || service.door !== undefined || boundTo(service) !== undefined) return [];
  const { severity, title } = check.shut;
  const detail = `${behind(service)}; ${first.asked.from}: ${first.asked.trace.outcome}, ${first.asked.trace.reason}`;
  return [
    { object: { ...object, detail }, severity, cause: 'shut', title, traces: [first.asked.trace], lines: [], fixes: republish(service) },
  ];
}

/** Names what there was to ask, or why there was nothing. */
function nothingToAsk(survey: Survey, check: PathCheck): string {
  const outside = check.from.every((from) => from === 'internet' || from === 'lan');
  if (outside && survey.outsiders.length === 0) return 'the snapshot shows no way in from outside: no uplink with an address and a route';
  if (!outside && withOwnNetns(survey.host).length === 0) return 'no running container with a network namespace of its own';
  return 'nothing on this host is what the rule asks about';
}

/** What nobody outside could be asked from for, because the ways in are not known: it is open as far as is seen. */
function unaskedTargets(rule: AuditRule, check: PathCheck, survey: Survey): readonly PossibleProof[] {
  const outside = check.from.some((from) => from === 'internet' || from === 'lan');
  if (!outside || check.via !== undefined || !hidesEntry(survey)) return [];
  const reason = 'from where others may ask cannot be told, and whether rules of the host turn them away';
  return chooseTargets(survey.services, check.to).flatMap((chosen) =>
    isOpenByBinding(chosen.service) ? [possibleProof(rule, check, survey, chosen, [reason])] : [],
  );
}

/**
 * Evaluates a path check: every question is traced, and what is reached is an object of a finding.
 * @returns doubts for every question that the snapshot does not decide.
 */
export function checkPath(rule: AuditRule, check: PathCheck, survey: Survey): CheckResult {
  const questions = askAll(survey, check);
  const strays = strayDoubts(check, survey);
  const unasked = unaskedTargets(rule, check, survey);
  if (questions.length === 0 && strays.length === 0 && unasked.length === 0) return notApplicable(nothingToAsk(survey, check));
  const groups = new Map<string, Group>();
  for (const question of questions) {
    const object = subject(question);
    const key = `${question.network ?? ''} ${object.name}`;
    const group = groups.get(key) ?? { object, questions: [] };
    group.questions.push(question);
    groups.set(key, group);
  }
  const proofs: Proof[] = [];
  const possible: PossibleProof[] = [];
  const doubts: string[] = [...strays];
  for (const group of groups.values()) {
    const reached = group.questions.filter((q) => counts(survey, check, q));
    if (reached.length > 0 && !(check.unlessOnly6 === true && onlyBy6(group.questions, reached)))
      proofs.push(proofOf(rule, check, survey, group, reached));
    const open = group.questions.filter((q) => q.asked.trace.outcome === 'unknown');
    if (reached.length === 0 && open.length === 0) proofs.push(...shutProof(check, group));
    if (reached.length > 0 || open.length === 0) continue;
    const [{ target }] = open as [CheckedFlow, ...CheckedFlow[]];
    const doubt = `${group.object.name} from ${some(open.map((q) => q.asked.from))}: ${open[0]?.asked.trace.reason ?? ''}`;
    if (check.via === undefined && 'service' in target && isOpenByBinding(target.service))
      possible.push(possibleProof(rule, check, survey, target, [doubt]));
    else doubts.push(doubt);
  }
  const known = new Set([...proofs, ...possible].map((proof) => proof.object.name));
  for (const proof of unasked) if (!known.has(proof.object.name)) possible.push(proof);
  return { proofs, possible, doubts, note: `${questions.length} ${questions.length === 1 ? 'path' : 'paths'} traced, none of them open` };
}
