import type { HookPoint } from '../../netfilter/index.js';
import { createMachine, traceFlow, type Machine } from '../../datapath/index.js';
import type { EvidenceLine } from '../../model/audit.js';
import type { HookName } from '../../model/netfilter.js';
import { isHostNetns } from '../../model/netns.js';
import type { Step, Trace } from '../../model/trace.js';
import type { Analysis } from '../analysis.js';
import { objectOf, some } from '../checks/words.js';
import { notApplicable, type Proof } from '../proof.js';
import { closeOutside, closingOf, mergeFixes } from '../remedy/close.js';
import { republish } from '../remedy/publish.js';
import { isReached } from '../survey/reached.js';
import type { SurveyedFlow } from '../survey/asked.js';
import type { Survey } from '../survey/survey.js';
import { keepRules, keepTables } from '../../change/index.js';
import { isDockers, writerOfTable, runtimeBridges } from '../../inventory/index.js';
import type { PublishedService } from '../../surface/index.js';

type TableStep = Extract<Step, { kind: 'table' }>;

/** The rule or policy that turns a packet down, as the operator wrote it. */
interface Trusted {
  readonly line: EvidenceLine;
  readonly hook: HookPoint;
}

function refusal(trace: Trace, hook: HookName): TableStep | undefined {
  return trace.steps.find(
    (s): s is TableStep =>
      s.kind === 'table' &&
      !s.reply &&
      s.leg === 0 &&
      isHostNetns(s.netns) &&
      s.hook === hook &&
      (s.nft !== undefined || s.table === 'filter') &&
      (s.verdict === 'drop' || s.verdict === 'reject'),
  );
}

function trustedBy(survey: Survey, step: TableStep, why: string): Trusted | undefined {
  if (step.policy === undefined) {
    const hit = step.hits.at(-1);
    if (hit?.nft !== undefined && writerOfTable({ name: hit.table })?.name === 'Docker') return undefined;
    return hit && { hook: step.hook, line: { text: hit.rule, origin: { file: hit.file, line: hit.line }, note: why } };
  }
  if (step.nft !== undefined) {
    const text = `chain ${step.nft} ${step.table} ${step.chain ?? ''}: policy ${step.policy.toLowerCase()}`;
    return step.origin && { hook: step.hook, line: { text, origin: step.origin, note: why } };
  }
  const set = survey.machine.root.netns.rulesets.find(
    (s) => s.family === step.family && s.tables.get('filter')?.chains.get(step.hook)?.policy === step.policy,
  );
  const chain = set?.tables.get('filter')?.chains.get(step.hook);
  return chain && { hook: step.hook, line: { text: `:${step.hook} ${step.policy}`, origin: chain.origin, note: why } };
}

/** The host with Docker's rules taken away: all of them, or only those of the filter table. */
function variants(survey: Survey): { readonly none: Machine; readonly unfiltered: Machine } {
  const bridges = runtimeBridges(survey.host);
  return {
    none: createMachine(
      keepTables(
        keepRules(survey.host, (rule) => !isDockers(rule, bridges)),
        (table) => writerOfTable(table)?.name !== 'Docker',
      ),
    ),
    unfiltered: createMachine(keepRules(survey.host, (rule, { table }) => table.name !== 'filter' || !isDockers(rule, bridges))),
  };
}

function bypassed(survey: Survey, asked: SurveyedFlow, { none, unfiltered }: ReturnType<typeof variants>): Trusted | undefined {
  const atInput = refusal(traceFlow(none, asked.request), 'INPUT');
  if (atInput !== undefined) return trustedBy(survey, atInput, 'turns the packet down in INPUT, where a forwarded packet never comes');
  const atForward = refusal(traceFlow(unfiltered, asked.request), 'FORWARD');
  // the policy of FORWARD is Docker's own doing; behind an accept of iptables, a native chain is asked all the same
  if (atForward === undefined || atForward.policy !== undefined || atForward.nft !== undefined) return undefined;
  return trustedBy(survey, atForward, 'would turn the packet down, but stands behind the accept of Docker');
}

/** What let the packet pass. */
function opener(trace: Trace): readonly EvidenceLine[] {
  const nat = trace.rules.find((hit) => isHostNetns(hit.netns) && hit.action?.kind === 'translate' && hit.action.manip === 'dst');
  const accept = trace.rules.findLast(
    (hit) => isHostNetns(hit.netns) && (hit.nft !== undefined || hit.table === 'filter') && hit.action?.kind === 'accept',
  );
  const lines = [
    [nat, 'turns the packet to the container before the firewall is asked'],
    [accept, 'accepts it in FORWARD'],
  ] as const;
  return lines.flatMap(([hit, note]) => (hit === undefined ? [] : [{ text: hit.rule, origin: { file: hit.file, line: hit.line }, note }]));
}

function isForwarded(trace: Trace): boolean {
  return trace.steps.some((s) => s.kind === 'table' && !s.reply && s.hook === 'FORWARD' && isHostNetns(s.netns));
}

function ofService(survey: Survey, service: PublishedService, machines: ReturnType<typeof variants>): readonly Proof[] {
  const open = survey.knock(service).filter((asked) => isReached(asked, service) && isForwarded(asked.trace));
  const found = open.flatMap((asked) => {
    const trusted = bypassed(survey, asked, machines);
    return trusted === undefined ? [] : [{ asked, trusted }];
  });
  const [first] = found;
  if (first === undefined) return [];
  const { line, hook } = first.trusted;
  const detail = `→ ${service.container.name}:${service.port.containerPort}; \`${line.text}\` (${line.origin.file}:${line.origin.line}) closes it, and it is reached from ${some(found.map((f) => f.asked.from))}`;
  return [
    {
      object: { ...objectOf(service), detail },
      cause: hook,
      traces: [first.asked.trace],
      paths: found.map((f) => f.asked.trace),
      lines: [line, ...opener(first.asked.trace)],
      fixes: mergeFixes([...found.flatMap((f) => closeOutside(f.asked, closingOf(survey, service)) ?? []), ...republish(service)]),
    },
  ];
}

/** Published ports that the host's own firewall would close, were Docker's rules not before it. */
export const firewallBypassed: Analysis = (survey) => {
  const published = survey.services.filter((s): s is PublishedService => s.kind === 'published');
  if (published.length === 0) return notApplicable('no running container publishes a port');
  if (survey.outsiders.length === 0) return notApplicable('the snapshot shows no way in from outside');
  const machines = variants(survey);
  const proofs = published.flatMap((service) => ofService(survey, service, machines));
  const doubts = published.flatMap((service) => {
    const open = survey.knock(service).find((asked) => asked.trace.outcome === 'unknown');
    return open === undefined ? [] : [`${objectOf(service).name} from ${open.from}: ${open.trace.reason}`];
  });
  return { proofs, doubts, note: `${published.length} published ports: none that the firewall closes is open` };
};
