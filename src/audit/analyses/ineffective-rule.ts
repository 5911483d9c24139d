import { CompiledTable, type NetnsState } from '../../datapath/index.js';
import type { Ruleset, Table } from '../../model/netfilter.js';
import { chainGraph } from '../../netfilter/iptables/index.js';
import type { Analysis } from '../analysis.js';
import type { IdleRules } from '../matching/never.js';
import { notApplicable, type Proof } from '../proof.js';
import { idleNatives } from './idle-natives.js';
import { overruledAccepts } from './overruled-accepts.js';
import { deletion, iptables } from '../remedy/rule-commands.js';
import { isDockers, USER_CHAIN, runtimeBridges } from '../../inventory/index.js';

/** Chains that a program fills with a frame of its own: their placeholders are nobody's fault. */
const FRAMES =
  /^(?:DOCKER|ufw6?-(?!user-(?:input|output|forward)$)|LIBVIRT_|KUBE-|cali-|f2b-|(?:IN|FWD|FWDI|FWDO|PRE|POST|FORWARD|INPUT|OUTPUT|PREROUTING|POSTROUTING)_)/;

function nameOf(ns: NetnsState, set: Ruleset, table: Table, text: string): string {
  return `${ns.isHost ? '' : `${ns.name} `}IPv${set.family} ${table.name} ${text}`;
}

function deadChains(ns: NetnsState, set: Ruleset, table: Table, used: ReadonlySet<string>): readonly Proof[] {
  const shown = [...table.chains.values()].map((chain) => ({ ...chain, rules: chain.rules.filter(({ gap }) => gap === undefined) }));
  return shown
    .filter((chain) => chain.policy === undefined && !used.has(chain.name) && chain.rules.length > 0 && !FRAMES.test(chain.name))
    .map((chain) => ({
      object: {
        kind: 'chain',
        name: nameOf(ns, set, table, chain.name),
        detail: `${chain.rules.length} rules, and nothing leads to the chain`,
        origin: chain.origin,
      } as const,
      cause: 'unused chain',
      traces: [],
      lines: chain.rules.slice(0, 5).map((rule) => ({ text: rule.text, origin: rule.origin, note: 'never asked' })),
      fixes: [
        {
          title: 'Delete the chain',
          commands: ['-F', '-X'].map((option) => iptables(set.family, table.name, [option, chain.name], true)),
        },
      ],
    }));
}

function ofTable(ns: NetnsState, set: Ruleset, table: Table, bridges: ReadonlySet<string>, idle: IdleRules): readonly Proof[] {
  const compiled = new CompiledTable(table, set.family);
  const graph = chainGraph(table);
  const used = graph.reached();
  const rules = [...used].flatMap((name): readonly Proof[] => {
    const chain = compiled.chain(name);
    if (chain === undefined || (FRAMES.test(name) && name !== USER_CHAIN)) return [];
    return chain.rules.flatMap((rule): readonly Proof[] => {
      if (isDockers(rule.rule, bridges)) return [];
      const never = idle.why(ns, rule, graph.hooksTo(name));
      // what has no effect in DOCKER-USER is told by a rule of its own; what is there twice has its effect
      if (never === undefined || (name === USER_CHAIN && never.how !== 'redundant')) return [];
      return [
        {
          object: { kind: 'rule', name: nameOf(ns, set, table, rule.rule.text), detail: never.why, origin: rule.rule.origin },
          cause: never.how,
          traces: [],
          lines: [{ text: rule.rule.text, origin: rule.rule.origin, note: never.why }, ...never.lines],
          fixes: [{ title: 'Delete it', commands: [deletion(rule.rule, set.family, table.name, true)] }],
        },
      ];
    });
  });
  return [...rules, ...deadChains(ns, set, table, used)];
}

/** Rules of the operator's that no packet can match; DOCKER-USER has a rule of its own. */
export const ineffectiveRule: Analysis = (survey) => {
  const bridges = runtimeBridges(survey.host);
  const tables = [...survey.machine.namespaces.values()].flatMap((ns) =>
    ns.netns.rulesets.flatMap((set) => [...set.tables.values()].map((table) => ({ ns, set, table }))),
  );
  const natives = [...survey.machine.namespaces.values()].map(idleNatives);
  const looked = natives.reduce((sum, one) => sum + one.tables, tables.length);
  if (looked === 0) return notApplicable('the snapshot holds no rules');
  return {
    proofs: [
      ...tables.flatMap(({ ns, set, table }) => ofTable(ns, set, table, bridges, survey.idleRules())),
      ...natives.flatMap(({ proofs }) => proofs),
      ...overruledAccepts(survey),
    ],
    doubts: [],
    note: `${looked} tables looked at`,
  };
};
