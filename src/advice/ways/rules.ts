import { formatIp } from '../../address/ip.js';
import type { Command } from '../../model/command.js';
import type { Machine } from '../../datapath/index.js';
import { ruleRemedy } from '../../change/index.js';
import type { RulePurpose } from '../../model/account.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { accountOf } from '../account/index.js';
import { keepsChains } from '../../inventory/index.js';
import type { Candidate } from './candidate.js';
import { lasting, standsFor } from './candidate.js';

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

/** Whether rules name an address that a container was given: made anew, it may be given another. */
function namesContainer({ host }: Machine, commands: readonly Command[]): boolean {
  const given = new Set(
    host.containers
      .flatMap(({ endpoints }) => endpoints.flatMap(({ ip, ip6 }) => [ip, ip6]))
      .filter((ip) => ip !== undefined)
      .map(formatIp),
  );
  return commands.some(({ words }) => words.some((word) => typeof word === 'string' && given.has(word.replace(/\/\d+$/, ''))));
}

/** @returns rules and settings that let this flow through and, as far as a rule can tell, no other. */
export function byRules(machine: Machine, request: FlowRequest, trace: Trace): readonly Candidate[] {
  const found = ruleRemedy(machine, request, trace);
  if (found === undefined) return [];
  const { commands, why, passed } = found;
  const program = (name: string): boolean => commands.some(({ words }) => words[0] === name);
  const setting = commands.every(({ words }) => words[0] === 'sysctl');
  const away = [
    ...(program('nft') || (firewalldFlushes(machine) && !setting) ? (['reload'] as const) : []),
    ...(namesContainer(machine, commands) ? (['recreate'] as const) : []),
  ];
  return [
    {
      way: setting ? 'setting' : 'rules',
      why: `${setting ? 'a setting of the kernel' : `${commands.length === 1 ? 'a rule' : 'rules'} for this flow`}: ${why}${setting ? '' : standsFor(request, trace)}`,
      commands,
      lasts: lasting('reboot', ...away),
      ...(passed.some(isHole) && { hole: true as const }),
    },
  ];
}
