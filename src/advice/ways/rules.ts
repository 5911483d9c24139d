import type { Machine } from '../../datapath/index.js';
import { ruleRemedy } from '../../change/index.js';
import type { RulePurpose } from '../../model/account.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { accountOf } from '../account/index.js';
import { keepsChains } from '../account/owner.js';
import type { Candidate } from './candidate.js';
import { lasting } from './candidate.js';

/** By these Docker keeps networks and containers apart: a rule that passes them is a hole that nobody sees in docker's own settings. */
const APART: ReadonlySet<RulePurpose> = new Set(['networks-apart', 'direct-access', 'loopback-publish', 'icc-off', 'internal-network']);

function isHole({ machine, trace }: { readonly machine: Machine; readonly trace: Trace }): boolean {
  const { owner, purpose } = accountOf(machine, trace);
  return (owner?.kind === 'docker' || owner?.kind === 'netavark') && purpose !== undefined && APART.has(purpose);
}

/** Whether firewalld keeps the tables of iptables: it flushes them when it loads its rules again. */
function firewalldFlushes({ root }: Machine): boolean {
  return root.netns.rulesets.some((ruleset) => keepsChains(ruleset, /^INPUT_(?:ZONES|direct)/));
}

/** @returns rules and settings that let this flow through and, as far as a rule can tell, no other. */
export function byRules(machine: Machine, request: FlowRequest, trace: Trace): readonly Candidate[] {
  const found = ruleRemedy(machine, request, trace);
  if (found === undefined) return [];
  const { commands, why, passed } = found;
  const program = (name: string): boolean => commands.some(({ words }) => words[0] === name);
  const setting = commands.every(({ words }) => words[0] === 'sysctl');
  return [
    {
      way: setting ? 'setting' : 'rules',
      why: `${setting ? 'a setting of the kernel' : `${commands.length === 1 ? 'a rule' : 'rules'} for this flow`}: ${why}`,
      commands,
      lasts: program('nft') || (firewalldFlushes(machine) && !setting) ? lasting('reload', 'reboot') : lasting('reboot'),
      ...(passed.some(isHole) && { hole: true as const }),
    },
  ];
}
