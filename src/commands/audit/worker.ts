import type { Audit } from '../../model/audit.js';
import type { FleetFinding, FleetHost } from '../../model/fleet.js';
import { AUDIT_REPORTS, asks, wayLine } from '../../report/audit/index.js';
import { auditHost, type AuditSettings } from './host.js';

/** One snapshot of a fleet, and how it is to be audited: plain data, sent to a thread. */
export interface FleetTask {
  readonly name: string;
  readonly path: string;
  readonly settings: AuditSettings;
  readonly captures: boolean;
  /** Formats whose text is made here. */
  readonly pieces: readonly string[];
  readonly version: string;
  /** What comes before the snapshot's own paths in reports. */
  readonly root: string;
  /** Fingerprints that the baseline has for this host; absent without a baseline. */
  readonly known?: readonly string[];
}

type PieceOptions = Pick<FleetTask, 'pieces' | 'version' | 'root'>;

function inShort(finding: Audit['findings'][number]): FleetFinding {
  const { rule, severity, title, objects, evidence, remedy, fingerprint, isNew, possible, used } = finding;
  return {
    rule,
    severity,
    title,
    objects: objects.map((o) => ({ name: o.name, ...(o.detail !== undefined && { detail: o.detail }), fingerprint: o.fingerprint })),
    paths: evidence.traces.map((trace) => `${asks(trace)} ${trace.outcome} by ${wayLine(trace)}`),
    remedy: { text: remedy.text, steps: remedy.steps },
    fingerprint,
    ...(isNew !== undefined && { isNew }),
    ...(possible !== undefined && { possible }),
    ...(used && { used }),
  };
}

async function piecesOf(audit: Audit, { pieces, version, root }: PieceOptions): Promise<Readonly<Record<string, string>>> {
  const made = await Promise.all(
    pieces.map(async (format) => {
      const load = AUDIT_REPORTS.get(format);
      return load === undefined ? [] : [[format, [...(await load())(audit, { color: false, version, root })].join('')] as const];
    }),
  );
  return Object.fromEntries(made.flat());
}

/** Why a snapshot could not be audited, in one line. */
function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const NOTHING: Omit<FleetHost, 'name'> = {
  findings: [],
  exposures: [],
  undetermined: [],
  wanted: [],
  disabled: [],
  accepted: [],
  suppressed: [],
  suppressionNotes: [],
  passed: 0,
  notApplicable: 0,
  traces: 0,
  pieces: {},
};

/** @returns what is left of one audit to sum up many. @param name of its file or folder. */
export async function fleetHost(name: string, audit: Audit, options: PieceOptions): Promise<FleetHost> {
  return {
    name,
    ...(audit.meta.hostname !== undefined && { hostname: audit.meta.hostname }),
    findings: audit.findings.map(inShort),
    exposures: audit.exposures,
    undetermined: audit.undetermined,
    wanted: audit.wanted,
    disabled: audit.disabled,
    accepted: audit.accepted,
    suppressed: audit.suppressed,
    suppressionNotes: audit.suppressionNotes,
    passed: audit.passed.length,
    notApplicable: audit.notApplicable.length,
    traces: audit.coverage.traces,
    ...(audit.unread !== undefined && { unread: audit.unread }),
    ...(audit.assumed !== undefined && { assumed: audit.assumed }),
    pieces: await piecesOf(audit, options),
  };
}

/** Audits one snapshot of a fleet. @returns what is left to sum up; a snapshot that cannot be audited is told, never thrown. */
export default async function auditOne(task: FleetTask): Promise<FleetHost> {
  try {
    const [{ loadSnapshot }, { markNew }] = await Promise.all([import('../../snapshot/load.js'), import('../../audit/baseline.js')]);
    const host = await loadSnapshot(task.path);
    const audited = await auditHost(host, task.settings, { snapshot: task.path, captures: task.captures });
    const audit = task.known === undefined ? audited : markNew(audited, new Set(task.known));
    return await fleetHost(task.name, audit, task);
  } catch (error) {
    return { name: task.name, ...NOTHING, problem: problemOf(error) };
  }
}
