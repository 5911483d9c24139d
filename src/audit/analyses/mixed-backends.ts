import type { Family } from '../../address/ip.js';
import { command } from '../../command/index.js';
import { isDockers, writerOfTable, runtimeBridges } from '../../inventory/index.js';
import type { Trace } from '../../model/trace.js';
import { nativeBaseChains, type NativeBaseChain } from '../../netfilter/nftables/index.js';
import type { Survey } from '../survey/survey.js';
import type { Analysis } from '../analysis.js';
import { notApplicable, type Proof } from '../proof.js';
import { listTable } from '../remedy/nft-commands.js';
import type { Ruleset } from '../../model/netfilter.js';
import { isHostNetns } from '../../model/netns.js';

function ruleCount(set: Ruleset): number {
  return [...set.tables.values()].reduce(
    (sum, table) => sum + [...table.chains.values()].reduce((n, chain) => n + chain.rules.filter(({ gap }) => gap === undefined).length, 0),
    0,
  );
}

/** Whether packets meet anything of iptables: a listing without rules, whose chains all accept, is there on every host. */
function decides(set: Ruleset): boolean {
  return ruleCount(set) > 0 || [...set.tables.values()].some((table) => [...table.chains.values()].some(({ policy }) => policy === 'DROP'));
}

/** Tables of a container runtime's own (Engine 29: `docker-bridges`; netavark: `netavark`): they are the very rules that it needs. */
function isOfRuntime({ table }: NativeBaseChain): boolean {
  return /^(?:docker-bridges|netavark)$/.test(table);
}

/** Published ports that a packet does not come to because a chain of iptables drops it. */
function closedBy(survey: Survey, family: Family): readonly Trace[] {
  const traces = survey.services.flatMap((one) => (one.kind === 'published' ? survey.knock(one).map(({ trace }) => trace) : []));
  return traces.filter((trace) =>
    trace.steps.some(
      (s) =>
        s.kind === 'table' &&
        isHostNetns(s.netns) &&
        !s.reply &&
        s.hook === 'FORWARD' &&
        s.nft === undefined &&
        s.family === family &&
        s.policy === 'DROP' &&
        s.verdict === 'drop',
    ),
  );
}

/** FORWARD's policy of DROP, which Docker set for iptables, beside rules that it writes by nftables: its accepts there do not overrule it. */
function leftBehind(survey: Survey): readonly Proof[] {
  const { netns, name } = survey.machine.root;
  const bridges = runtimeBridges(survey.host);
  if (!survey.machine.root.natives.own.some((table) => writerOfTable(table)?.name === 'Docker')) return [];
  return netns.rulesets.flatMap((set): readonly Proof[] => {
    const forward = set.tables.get('filter')?.chains.get('FORWARD');
    if (forward?.policy !== 'DROP' || forward.rules.some((rule) => rule.gap !== undefined || isDockers(rule, bridges))) return [];
    const traces = closedBy(survey, set.family).slice(0, 1);
    const detail = `policy DROP in FORWARD of ${name}, and Docker writes by nftables, where its accepts do not overrule it${
      traces.length === 0 ? '' : '; a published port is closed by it'
    }`;
    const tool = set.family === 4 ? 'iptables' : 'ip6tables';
    return [
      {
        object: { kind: 'chain', name: `IPv${set.family} filter FORWARD`, detail, origin: forward.origin },
        cause: 'left behind',
        title: 'A drop of iptables is left behind beside Docker’s rules of nftables',
        traces,
        lines: [{ text: ':FORWARD DROP', origin: forward.origin, note: 'is asked beside the chains of nftables' }],
        fixes: [{ title: 'Accept there, and drop in a chain of nftables', commands: [command(tool, '-P', 'FORWARD', 'ACCEPT')] }],
      },
    ];
  });
}

/** Rules of one family in two back ends, and native nftables chains beside them. */
export const mixedBackends: Analysis = (survey) => {
  const { netns } = survey.machine.root;
  const chains = nativeBaseChains(netns);
  if (netns.rulesets.length === 0 && chains.length === 0) return notApplicable('the snapshot holds no rules of the host');
  const proofs = ([4, 6] as const).flatMap((family): readonly Proof[] => {
    const filled = netns.rulesets.filter((set) => set.family === family && ruleCount(set) > 0);
    if (new Set(filled.map((set) => set.backend)).size < 2) return [];
    const lines = filled.map((set) => ({ text: `${ruleCount(set)} rules of ${set.backend}`, origin: { file: set.file, line: 0 } }));
    const detail = filled.map((set) => `${ruleCount(set)} rules in ${set.backend} (${set.file})`).join(', ');
    return [{ object: { kind: 'host', name: `IPv${family} rules`, detail }, cause: 'backends', traces: [], lines, fixes: [] }];
  });
  const foreign = chains.filter((f) => (f.rules > 0 || f.policy === 'drop') && !isOfRuntime(f));
  const beside = foreign.map((f): Proof => ({
    object: {
      kind: 'chain',
      name: `nftables ${f.family} ${f.table} ${f.chain}`,
      detail: `hook ${f.hook}, priority ${f.priority}, ${f.rules} rules, beside iptables`,
      origin: f.origin,
    },
    cause: 'nftables',
    traces: [],
    lines: [
      {
        text: `table ${f.family} ${f.table}, chain ${f.chain}: hook ${f.hook} priority ${f.priority} policy ${f.policy}`,
        origin: f.origin,
      },
    ],
    fixes: [{ title: 'See what it does', commands: [listTable({ family: f.family, name: f.table })] }],
  }));
  return {
    proofs: [...proofs, ...leftBehind(survey), ...(netns.rulesets.some(decides) ? beside : [])],
    doubts: [],
    note: 'one back end holds all the rules that were listed',
  };
};
