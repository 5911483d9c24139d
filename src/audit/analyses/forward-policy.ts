import type { Family } from '../../address/ip.js';
import { endpointAddresses } from '../../inventory/index.js';
import { isHostNetns } from '../../model/netns.js';
import type { Trace } from '../../model/trace.js';
import type { Analysis } from '../analysis.js';
import { notApplicable, type CheckResult, type Proof } from '../proof.js';
import { iptables } from '../remedy/rule-commands.js';
import { strangers } from '../survey/pairs.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';

const FORWARDING: Readonly<Record<Family, string>> = { 4: 'net.ipv4.ip_forward', 6: 'net.ipv6.conf.all.forwarding' };

/** Whether no rule but the policy of FORWARD let the packet pass. */
function byPolicy(trace: Trace): boolean {
  const forward = trace.steps.find(
    (s) => s.kind === 'table' && !s.reply && s.hook === 'FORWARD' && s.table === 'filter' && isHostNetns(s.netns),
  );
  const arrived = trace.outcome === 'connected' || trace.outcome === 'leaves-host' || trace.outcome === 'refused';
  return arrived && forward?.kind === 'table' && forward.policy === 'ACCEPT';
}

function asks(survey: Survey): readonly SurveyedFlow[] {
  const apart = strangers(survey).map((pair) => survey.fromInside(pair.from.name, pair.ip, 'tcp', 1));
  const outside = survey.services.flatMap((service) => (service.kind === 'container' ? survey.knock(service) : []));
  return [...apart, ...outside];
}

function pairName(survey: Survey, asked: SurveyedFlow): string {
  const to = survey.host.containers.find((c) => endpointAddresses(c).some((ip) => asked.request.to === survey.text(ip)));
  const from = survey.host.containers.find((c) => c.name === asked.from);
  const networks = (c: typeof to): string =>
    c === undefined
      ? ''
      : survey
          .networksOf(c)
          .map((n) => n.name)
          .join(', ');
  return `${from === undefined ? asked.from : `${networks(from)} (${from.name})`} → ${to === undefined ? asked.request.to : `${networks(to)} (${to.name})`}`;
}

function ofFamily(survey: Survey, family: Family): CheckResult | undefined {
  const { root } = survey.machine;
  const forwarding = root.netns.sysctl.get(FORWARDING[family]);
  const set = root.netns.rulesets.find((s) => s.family === family && s.tables.get('filter')?.chains.get('FORWARD')?.policy === 'ACCEPT');
  const chain = set?.tables.get('filter')?.chains.get('FORWARD');
  if (chain === undefined) return undefined;
  if (chain.policyUnseen !== undefined) return { proofs: [], doubts: [`IPv${family}: ${chain.policyUnseen}`] };
  if (forwarding === undefined)
    return {
      proofs: [],
      doubts: [`IPv${family}: FORWARD accepts, and whether the host forwards (${FORWARDING[family]}) is not in the snapshot`],
    };
  if (forwarding.value === '0') return undefined;
  const open = asks(survey).filter((asked) => asked.family === family && byPolicy(asked.trace));
  const pairs = [...new Set(open.map((asked) => pairName(survey, asked)))];
  const proof: Proof = {
    object: {
      kind: 'chain',
      name: `IPv${family} filter FORWARD`,
      origin: chain.origin,
      detail:
        pairs.length === 0
          ? 'decides none of the paths that were traced'
          : `opens ${pairs.slice(0, 8).join('; ')}${pairs.length > 8 ? ` and ${pairs.length - 8} more` : ''}`,
    },
    ...(pairs.length === 0 && { severity: 'info' }),
    cause: 'policy',
    traces: open.slice(0, 1).map((asked) => asked.trace),
    paths: open.map((asked) => asked.trace),
    lines: [
      { text: ':FORWARD ACCEPT', origin: chain.origin },
      { text: `${FORWARDING[family]} = ${forwarding.value}`, origin: forwarding.origin },
    ],
    fixes: [
      {
        title: 'Drop what no rule accepts',
        commands: [iptables(family, 'filter', ['-P', 'FORWARD', 'DROP'])],
        tried: true,
      },
    ],
  };
  return { proofs: [proof], doubts: [] };
}

/** FORWARD accepting by policy while the host forwards, with the pairs that only the policy lets through. */
export const forwardPolicy: Analysis = (survey) => {
  if (survey.machine.root.netns.rulesets.every((set) => !set.tables.has('filter')))
    return notApplicable('the snapshot holds no filter table of the host');
  const results = ([4, 6] as const).flatMap((family) => ofFamily(survey, family) ?? []);
  return {
    proofs: results.flatMap((r) => r.proofs),
    doubts: results.flatMap((r) => r.doubts),
    note: 'FORWARD drops by policy, or the host does not forward',
  };
};
