import { CompiledTable, type CompiledChain } from '../../datapath/index.js';
import { type CompiledRule, chainGraph, ruleWords } from '../../netfilter/iptables/index.js';
import type { Family } from '../../address/ip.js';
import type { EvidenceLine } from '../../model/audit.js';
import type { Ruleset } from '../../model/netfilter.js';
import { isHostNetns } from '../../model/netns.js';
import { isUserChainEnd, USER_CHAIN as CHAIN, writerOfTable, writesNftables } from '../../inventory/index.js';
import { uplinks } from '../../surface/index.js';
import type { Analysis } from '../analysis.js';
import { notApplicable, type Fix, type Proof } from '../proof.js';
import { namesPublishedPort } from './published-port.js';
import { makeEffective } from '../remedy/docker-user.js';
import { ownDrop } from '../remedy/native.js';
import { iptables } from '../remedy/rule-commands.js';
import { entersChain } from '../survey/reached.js';
import type { Survey } from '../survey/survey.js';

/** Docker's own end of the chain, or a place where rules are not shown. */
function isPlaceholder({ rule }: Pick<CompiledRule, 'rule'>): boolean {
  return rule.gap !== undefined || isUserChainEnd(rule);
}

function objectOf(rule: CompiledRule, family: Family): Proof['object'] {
  return { kind: 'rule', name: `IPv${family} ${rule.rule.text}`, origin: rule.rule.origin };
}

function lineOf(rule: CompiledRule, note: string): EvidenceLine {
  return { text: rule.rule.text, origin: rule.rule.origin, note };
}

/** A drop that iptables says, as nft says it in a chain of the operator's own. */
function inOwnChain({ rule, action }: CompiledRule, family: Family): readonly Fix[] {
  const words = ruleWords(rule);
  const target = words?.lastIndexOf('-j') ?? -1;
  const own = words === undefined || target < 0 || action.kind !== 'drop' ? undefined : ownDrop('forward', words.slice(0, target), family);
  return own === undefined ? [] : [{ title: 'Say it in a chain of your own, which Docker’s accepts do not overrule', ...own }];
}

function deadChain(survey: Survey, chain: CompiledChain, set: Ruleset): readonly Proof[] {
  const forward = set.tables.get('filter')?.chains.get('FORWARD');
  if (forward === undefined) return [];
  const native = writesNftables(survey.host) || survey.machine.root.natives.own.some((table) => writerOfTable(table)?.name === 'Docker');
  const why = native
    ? 'Docker writes its rules by nftables here and leads nothing to DOCKER-USER, so nothing in it is ever asked'
    : 'no rule of FORWARD leads to DOCKER-USER, so nothing in it is ever asked';
  return chain.rules
    .filter((rule) => !isPlaceholder(rule))
    .map((rule) => ({
      object: { ...objectOf(rule, set.family), detail: why },
      cause: 'no jump',
      traces: [],
      lines: [lineOf(rule, why), { text: `:FORWARD ${forward.policy ?? '-'}`, origin: forward.origin, note: 'has no jump to DOCKER-USER' }],
      fixes: [
        ...(native ? inOwnChain(rule, set.family) : []),
        { title: 'Lead FORWARD to it', commands: [iptables(set.family, 'filter', ['-I', 'FORWARD', '1', '-j', CHAIN])] },
      ],
    }));
}

/** Published ports whose packets are accepted before DOCKER-USER is asked. */
function passedBy(survey: Survey, chain: CompiledChain, family: Family): readonly Proof[] {
  const rules = chain.rules.filter((rule) => !isPlaceholder(rule));
  if (rules.length === 0) return [];
  const early = survey.services
    .flatMap((service) => (service.kind === 'published' ? survey.knock(service) : []))
    .find((asked) => {
      if (asked.family !== family || asked.trace.outcome !== 'connected') return false;
      const forward = asked.trace.steps.find(
        (s) => s.kind === 'table' && s.hook === 'FORWARD' && s.table === 'filter' && isHostNetns(s.netns) && !s.reply,
      );
      return forward?.kind === 'table' && !forward.hits.some((hit) => entersChain(hit, CHAIN));
    });
  const accept = early?.trace.rules.findLast((hit) => hit.table === 'filter' && hit.action?.kind === 'accept');
  if (early === undefined || accept === undefined) return [];
  const why = `\`${accept.rule}\` accepts before DOCKER-USER is asked`;
  return rules.map((rule) => ({
    object: { ...objectOf(rule, family), detail: why },
    cause: 'accepted before',
    traces: [early.trace],
    lines: [lineOf(rule, why), { text: accept.rule, origin: { file: accept.file, line: accept.line }, note: 'accepts first' }],
    fixes: [
      {
        title: 'Ask DOCKER-USER first',
        commands: [
          iptables(family, 'filter', ['-D', 'FORWARD', '-j', CHAIN]),
          iptables(family, 'filter', ['-I', 'FORWARD', '1', '-j', CHAIN]),
        ],
      },
    ],
  }));
}

function ofRuleset(survey: Survey, set: Ruleset): readonly Proof[] {
  const filter = set.tables.get('filter');
  if (filter === undefined) return [];
  const table = new CompiledTable(filter, set.family);
  const chain = table.chain(CHAIN);
  if (chain === undefined) return [];
  const graph = chainGraph(filter);
  const hooks = graph.hooksTo(CHAIN);
  if (hooks.size === 0) return deadChain(survey, chain, set);
  const named = (of: CompiledChain, rule: CompiledRule): readonly Proof[] => {
    const proof = namesPublishedPort(survey, { chain: of, rule, family: set.family }, objectOf(rule, set.family));
    return proof === undefined ? [] : [proof];
  };
  const single = chain.rules.flatMap((rule): readonly Proof[] => {
    if (isPlaceholder(rule)) return [];
    const never = survey.idleRules().why(survey.machine.root, rule, hooks);
    // what an earlier rule does already is done
    if (never?.how === 'redundant') return [];
    if (never === undefined) return named(chain, rule);
    return [
      {
        object: { ...objectOf(rule, set.family), detail: never.why },
        cause: never.how,
        traces: [],
        lines: [lineOf(rule, never.why), ...never.lines],
        fixes: [makeEffective(rule.rule, set.family, never, uplinks(survey.machine)[0]?.name)],
      },
    ];
  });
  // chains of the operator's own, to which nothing but DOCKER-USER leads
  const beyond = [...graph.below(CHAIN)].filter((name) => graph.isOnlyBy(name, CHAIN)).flatMap((name) => table.chain(name) ?? []);
  const further = beyond.flatMap((of) => of.rules.flatMap((rule) => named(of, rule)));
  return [...single, ...further, ...passedBy(survey, chain, set.family)];
}

/** Rules of DOCKER-USER that match nothing that they are meant for. */
export const dockerUserIneffective: Analysis = (survey) => {
  const sets = survey.machine.root.netns.rulesets.filter((set) => set.tables.get('filter')?.chains.has(CHAIN) === true);
  if (sets.length === 0) return notApplicable('no chain DOCKER-USER in the rules of the host');
  const own = sets.flatMap(
    (set) =>
      set.tables
        .get('filter')
        ?.chains.get(CHAIN)
        ?.rules.filter((rule) => !isPlaceholder({ rule })) ?? [],
  );
  if (own.length === 0) return notApplicable('DOCKER-USER holds no rule of yours');
  return { proofs: sets.flatMap((set) => ofRuleset(survey, set)), doubts: [], note: `${own.length} rules of DOCKER-USER looked at` };
};
