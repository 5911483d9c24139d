import type { Analysis } from '../analysis.js';
import { notApplicable, type Proof } from '../proof.js';
import { listTable } from '../remedy/nft-commands.js';
import type { ForeignBaseChain, Ruleset } from '../../model/netfilter.js';

function ruleCount(set: Ruleset): number {
  return [...set.tables.values()].reduce(
    (sum, table) => sum + [...table.chains.values()].reduce((n, chain) => n + chain.rules.length, 0),
    0,
  );
}

/** Whether packets meet anything of iptables: a listing without rules, whose chains all accept, is there on every host. */
function decides(set: Ruleset): boolean {
  return ruleCount(set) > 0 || [...set.tables.values()].some((table) => [...table.chains.values()].some(({ policy }) => policy === 'DROP'));
}

/** Tables of a container runtime's own (Engine 29: `docker-bridges`; netavark: `netavark`): they are the very rules that it needs. */
function isOfRuntime({ table }: ForeignBaseChain): boolean {
  return /^(?:docker-bridges|netavark)$/.test(table);
}

/** Rules of one family in two back ends, and native nftables chains beside them. */
export const mixedBackends: Analysis = (survey) => {
  const { netns } = survey.machine.root;
  if (netns.rulesets.length === 0 && netns.foreign.length === 0) return notApplicable('the snapshot holds no rules of the host');
  const proofs = ([4, 6] as const).flatMap((family): readonly Proof[] => {
    const filled = netns.rulesets.filter((set) => set.family === family && ruleCount(set) > 0);
    if (new Set(filled.map((set) => set.backend)).size < 2) return [];
    const lines = filled.map((set) => ({ text: `${ruleCount(set)} rules of ${set.backend}`, origin: { file: set.file, line: 0 } }));
    const detail = filled.map((set) => `${ruleCount(set)} rules in ${set.backend} (${set.file})`).join(', ');
    return [{ object: { kind: 'host', name: `IPv${family} rules`, detail }, cause: 'backends', traces: [], lines, fixes: [] }];
  });
  const foreign = netns.foreign.filter((f) => (f.rules > 0 || f.policy === 'drop') && !isOfRuntime(f));
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
    proofs: [...proofs, ...(netns.rulesets.some(decides) ? beside : [])],
    doubts: [],
    note: 'one back end holds all the rules that were listed',
  };
};
