import {
  advise,
  auditMachine,
  createMachine,
  diffReachability,
  flowRequest,
  hostOfTexts,
  listenersInPart,
  QuestionError,
  reachabilityMatrix,
  topologyOf,
  traceFlow,
  unknownNameIn,
  whatIf,
  type HostTexts,
  type Machine,
} from '../core.js';
import type { Audit } from '../model/audit.js';
import type { Host } from '../model/host.js';
import type { Matrix, ReachDiff } from '../model/reachability.js';
import type { Topology } from '../model/topology.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import { textsOf, type ExplorerData } from './data.js';
import type { TypedQuestion } from './question.js';

/** A host that is asked, as it is or as it would be after some commands. Each answer is computed when it is first asked for. */
export class ExploredHost {
  readonly machine: Machine;
  private keptMatrix: Matrix | undefined;
  private keptAudit: Audit | undefined;
  private keptTopology: Topology | undefined;

  constructor(
    readonly host: Host,
    private readonly rules: ExplorerData['rules'],
    /** What is supposed to have been run. */
    readonly supposed: readonly string[] = [],
    /** What is to be known besides of what was supposed: what stands for a choice of Docker's, say. */
    readonly notes: readonly string[] = [],
  ) {
    this.machine = createMachine(host);
  }

  /** @returns the question as the command would take it. @throws QuestionError where it is none, or names nobody. */
  request({ from, to, proto, src, sport }: TypedQuestion): FlowRequest {
    if (sport !== undefined && !(/^\d{1,5}$/.test(sport) && Number(sport) >= 1 && Number(sport) <= 65535))
      throw new QuestionError(`"${sport}" is no source port: a number from 1 to 65535`);
    const request = flowRequest({ from, to, proto, src, sport: sport === undefined ? undefined : Number(sport) });
    const unknown = unknownNameIn(this.machine, request);
    if (unknown !== undefined) throw new QuestionError(unknown);
    return request;
  }

  /** @returns the answer of `dtrace-path trace`. @throws QuestionError where the question is none. */
  trace(question: TypedQuestion): Trace {
    return this.answer(this.request(question));
  }

  /** @returns the answer to a question that was read already. */
  answer(request: FlowRequest): Trace {
    return advise(this.machine, request, traceFlow(this.machine, request));
  }

  /** @returns the answer of `dtrace-path matrix`. */
  get matrix(): Matrix {
    return (this.keptMatrix ??= reachabilityMatrix(this.machine, { unlistened: listenersInPart(this.host) }));
  }

  /** @returns the answer of `dtrace-path audit`, without proofs of its remedies. */
  get audit(): Audit {
    return (this.keptAudit ??= auditMachine(this.machine, this.rules).audit);
  }

  get topology(): Topology {
    return (this.keptTopology ??= topologyOf(this.machine));
  }

  /** @returns the same host after some commands. @throws WhatIfError on one that cannot be understood or would fail. */
  after(commands: readonly string[]): ExploredHost {
    const notes = [...this.notes];
    const host = whatIf(this.host, commands, ({ origin, message }) =>
      notes.push(`${commands[origin.line - 1] ?? origin.file}: ${message}`),
    );
    return new ExploredHost(host, this.rules, [...this.supposed, ...commands], notes);
  }

  /** @returns the answer of `dtrace-path diff --no-findings`: what opens and closes from this host to another. */
  changesTo(after: ExploredHost): ReachDiff {
    return diffReachability(this.machine, after.machine, []);
  }

  /** @returns names that a question may use. */
  get names(): readonly string[] {
    const running = this.host.containers.filter((container) => container.running).map(({ name }) => name);
    return [...new Set(['internet', 'host', ...[...running].sort()])];
  }

  /** @returns what may be asked for, as `web:80`. */
  get destinations(): readonly string[] {
    return [...new Set(this.names.concat(this.matrix.services.flatMap((s) => (s.port === undefined ? [] : [`${s.target}:${s.port}`]))))];
  }
}

/** @returns the host of a page. @throws SnapshotError where its texts hold none. */
export function explorationOf(texts: HostTexts, { rules, whatIf: commands }: Pick<ExplorerData, 'rules' | 'whatIf'>): ExploredHost {
  const asIs = new ExploredHost(hostOfTexts(texts), rules);
  return commands.length === 0 ? asIs : asIs.after(commands);
}

/** @returns the host that a page was written for; undefined in an empty page. */
export function explorationIn(data: ExplorerData): ExploredHost | undefined {
  return data.texts === undefined ? undefined : explorationOf(textsOf(data.texts), data);
}
