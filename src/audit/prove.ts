import { afterCommands } from '../change/index.js';
import { createMachine, traceFlow, type Machine } from '../datapath/index.js';
import type { Audit, FixProof, FlowChange } from '../model/audit.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import type { AuditDraft } from './engine.js';
import { everydayFlows } from './survey/everyday.js';

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
 * @returns the audit with a proof in each remedy that the model can try.
 */
export function proveFixes({ audit, drafts, survey }: AuditDraft): Audit {
  const open = [...new Map([...survey.openTraces(), ...everydayFlows(survey)].map((t) => [`${t.flow.from} ${doorOf(t)}`, t])).values()];
  const { toil } = survey.machine;
  const draftOf = new Map(drafts.map((draft) => [draft.finding, draft]));
  const findings = audit.findings.map((finding) => {
    const { commands, paths } = draftOf.get(finding) ?? { commands: [], paths: [] };
    if (commands.length === 0 || !paths.some(isOpen) || toil.isOver) return finding;
    const host = afterCommands(survey.host, commands);
    if (host === undefined) return finding;
    const proof = prove(paths, createMachine(host, { toil }), open);
    return toil.isOver ? finding : { ...finding, remedy: { ...finding.remedy, proof } };
  });
  return { ...audit, findings };
}
