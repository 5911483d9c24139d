import type { Family } from '../address/ip.js';
import { createMachine, traceFlow, type Machine } from '../datapath/index.js';
import type { Audit, FixProof, FlowChange } from '../model/audit.js';
import type { Host } from '../model/host.js';
import type { Rule, TableName } from '../model/netfilter.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import type { AuditDraft } from './engine.js';
import type { Change } from './proof.js';
import { everydayFlows } from './survey/everyday.js';
import { insertRule, setPolicy, setSysctl, withNft } from './variant.js';

/** Reads one line of iptables-save; undefined where it cannot. Given by the caller, since parsing is not the audit's. */
export type RuleReader = (line: string, table: TableName, family: Family) => Rule | undefined;

function apply(host: Host, change: Change, read: RuleReader): Host {
  switch (change.kind) {
    case 'insert': {
      const rule = read(change.line, change.table, change.family);
      if (rule === undefined) throw new Error(`the remedy \`${change.line}\` cannot be read back`);
      return insertRule(host, rule, change.family, change.table, change.chain, change.netns);
    }
    case 'nft':
      return withNft(host, change.text);
    case 'policy':
      return setPolicy(host, change.family, change.chain, change.policy);
    case 'sysctl':
      return setSysctl(host, change.netns, change.name, change.value);
  }
}

function isOpen(trace: Trace): boolean {
  return trace.outcome === 'connected' || trace.outcome === 'leaves-host';
}

function requestOf({ flow }: Trace): FlowRequest {
  return { from: flow.from, to: flow.dst ?? flow.to, proto: flow.proto, ...(flow.dport !== undefined && { dport: flow.dport }) };
}

function changeOf(before: Trace, after: Trace): FlowChange {
  return { flow: before.flow, before: before.outcome, after: after.outcome, reason: after.reason };
}

/** The door that a flow knocks at: the finding is about all who do. */
function doorOf({ flow }: Trace): string {
  return `${flow.proto} ${flow.dst ?? flow.to} ${flow.dport ?? ''}`;
}

function prove(paths: readonly Trace[], machine: Machine, open: readonly Trace[]): FixProof {
  const proofs = paths.filter(isOpen).map((before) => changeOf(before, traceFlow(machine, requestOf(before))));
  const mine = new Set(paths.map(doorOf));
  const others = open.filter((trace) => !mine.has(doorOf(trace)));
  const changes = others.map((before) => changeOf(before, traceFlow(machine, requestOf(before))));
  const shut = (change: FlowChange): boolean => change.after !== 'connected' && change.after !== 'leaves-host';
  return {
    closed: proofs.filter(shut),
    stillOpen: proofs.filter((change) => !shut(change)),
    alsoCloses: changes.filter(shut),
    compared: changes.length,
  };
}

/**
 * Tries the remedy of every finding on the model: the host with it made is asked for the same flows, and for all others that were open.
 * @param read reads rules as the snapshot's parser does.
 * @returns the audit with a proof in each remedy that the model can try.
 */
export function proveFixes({ audit, drafts, survey }: AuditDraft, read: RuleReader): Audit {
  const open = [...new Map([...survey.openTraces(), ...everydayFlows(survey)].map((t) => [`${t.flow.from} ${doorOf(t)}`, t])).values()];
  const draftOf = new Map(drafts.map((draft) => [draft.finding, draft]));
  const findings = audit.findings.map((finding) => {
    const { changes, paths } = draftOf.get(finding) ?? { changes: [], paths: [] };
    if (changes.length === 0 || !paths.some(isOpen)) return finding;
    const host = changes.reduce((sum, change) => apply(sum, change, read), survey.host);
    return { ...finding, remedy: { ...finding.remedy, proof: prove(paths, createMachine(host), open) } };
  });
  return { ...audit, findings };
}
