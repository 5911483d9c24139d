import { command, remark } from '../../command/index.js';
import { isHostNetns } from '../../model/netns.js';
import type { Trace } from '../../model/trace.js';
import type { Analysis } from '../analysis.js';
import { compareStart, type StartDifference } from '../persistence/index.js';
import { notApplicable, type Fix, type Proof } from '../proof.js';
import type { Survey } from '../survey/survey.js';

const DETAIL: Readonly<Record<StartDifference['what'], string>> = {
  lost: 'in force now, and no file that was given brings it back at a start',
  back: 'not in force now: a file brings it back at a start',
  set: 'another after a start',
};

const LOOK: Readonly<Record<StartDifference['kind'] & ('rule' | 'chain' | 'sysctl'), Fix>> = {
  rule: {
    title: 'Bring the file and the kernel to one state',
    commands: [
      remark`decide which of the two is meant: write what is in force now into the file (iptables-save, nft list ruleset), without the rules that Docker makes, or load the file`,
    ],
  },
  chain: { title: 'Bring the file and the kernel to one state', commands: [remark`set the policy that is meant in both`] },
  sysctl: { title: 'Load the files', commands: [command('sysctl', '--system')] },
};

/** Knocks from outside that a rule stops now. */
function stoppedBy(survey: Survey, { what, opens, origin }: StartDifference): readonly Trace[] {
  if (what !== 'lost' || !opens) return [];
  const traces = survey.services.flatMap((one) => survey.knock(one).map(({ trace }) => trace));
  return traces
    .filter((trace) => trace.outcome === 'timeout' || trace.outcome === 'refused')
    .filter(({ rules }) => rules.some((hit) => isHostNetns(hit.netns) && hit.file === origin.file && hit.line === origin.line))
    .slice(0, 1);
}

function proofOf(survey: Survey, one: StartDifference): Proof {
  const { what, opens, kind, name, text, origin, lines } = one;
  return {
    object: { kind, name, detail: what === 'set' ? text : DETAIL[what], origin },
    severity: opens ? 'medium' : 'low',
    cause: `${what} ${kind}`,
    traces: stoppedBy(survey, one),
    lines,
    fixes: [LOOK[kind === 'chain' || kind === 'sysctl' ? kind : 'rule']],
  };
}

/** What files of configuration and the kernel tell otherwise: rules and settings that the next start changes. */
export const notPersistent: Analysis = (survey) => {
  const { atStart } = survey.machine.root.netns;
  if (atStart === undefined) return notApplicable('no file of what is set at a start was given (rules.v4, nftables.conf, sysctl.conf)');
  const { differences, doubts } = compareStart(survey, atStart);
  return {
    proofs: differences.map((one) => proofOf(survey, one)),
    doubts,
    note: 'the files that were given and the kernel hold the same',
  };
};
