import type { Fleet } from '../../model/fleet.js';
import { BY_PIECES, FLEET_REPORTS } from '../../report/fleet/index.js';
import { inertJson } from '../../report/index.js';
import { auditFleet, pathOf, snapshotsIn } from './fleet.js';
import { askGate, type Gate } from './gate.js';
import type { AuditSettings } from './host.js';
import { readRules } from './rules.js';
import type { ReportTarget } from './targets.js';
import type { FleetTask } from './worker.js';
import { readText } from '../common/read-text.js';
import { UsageError } from '../common/failure.js';
import { openOutput, wantsColor, widthOf, writeReport } from '../common/output.js';
import { announce, counted } from '../common/announce.js';
import { styledPieces } from '../common/run-style.js';
import { version } from '../common/version.js';

/** The options of `audit --fleet`. */
export interface FleetOptions {
  readonly fleet: string;
  readonly gate: Gate;
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly captures?: boolean;
  readonly color: boolean;
}

/** Files of a fleet below this folder are named from here, so that a forge finds them. */
function rootOf(folder: string, name: string): string {
  const path = folder.replace(/^\.\//, '').replace(/(?<!\/)\/+$/, '');
  const near = folder.startsWith('/') || folder.startsWith('..') || path === '.' ? '' : `${path}/`;
  return `${near}${name}/`;
}

async function knownByHost({ baseline, updateBaseline }: FleetOptions): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
  if (baseline === undefined || updateBaseline === true) return undefined;
  const { parseFleetBaseline } = await import('../../audit/baseline.js');
  const text = await readText(baseline).catch((error: unknown) => {
    throw new UsageError(`--baseline ${baseline}: cannot be read; write it first with --update-baseline`, { cause: error });
  });
  return parseFleetBaseline(text, baseline);
}

async function tasksFor(options: FleetOptions, settings: AuditSettings, formats: readonly string[]): Promise<readonly FleetTask[]> {
  const [names, known] = await Promise.all([snapshotsIn(options.fleet), knownByHost(options)]);
  const ours = version();
  return names.map((name) => ({
    name,
    path: pathOf(options.fleet, name),
    settings,
    captures: options.captures !== false,
    pieces: formats.filter((format) => BY_PIECES.includes(format)),
    version: ours,
    root: rootOf(options.fleet, name),
    ...(known && { known: known.get(name) ?? [] }),
  }));
}

async function writeAll(fleet: Fleet, targets: readonly ReportTarget[], options: FleetOptions): Promise<void> {
  for (const { format, file } of targets) {
    const load = FLEET_REPORTS.get(format);
    if (load === undefined) continue;
    const color = file === undefined && options.color && wantsColor(await openOutput(undefined));
    await writeReport(
      file,
      styledPieces(
        (await load())(fleet, { color, version: version(), root: '', ...(file === undefined ? widthOf(await openOutput(undefined)) : {}) }),
        format,
      ),
    );
    announce(file, counted(fleet.hosts.length, 'host'));
  }
}

/** All that was found becomes known: nothing is new against a baseline that was written now. */
async function updated(fleet: Fleet, { baseline, updateBaseline }: FleetOptions): Promise<Fleet> {
  if (baseline === undefined || updateBaseline !== true) return fleet;
  const { baselineOfFleet } = await import('../../audit/baseline.js');
  await writeReport(baseline, `${inertJson(baselineOfFleet(fleet), 2)}\n`);
  return { ...fleet, hosts: fleet.hosts.map((h) => ({ ...h, findings: h.findings.map((f) => ({ ...f, isNew: false })) })) };
}

/**
 * Audits a folder of snapshots and writes one report of all.
 * @returns the exit code: 1 where the gate fails, else 2 where a snapshot could not be audited.
 * @throws UsageError where the folder, the baseline or a format will not do.
 */
export async function auditMany(options: FleetOptions, settings: AuditSettings, targets: readonly ReportTarget[]): Promise<number> {
  const formats = targets.map(({ format }) => format);
  const none = formats.find((format) => !FLEET_REPORTS.has(format));
  if (none !== undefined) throw new UsageError(`no format ${none} for a fleet; there are ${[...FLEET_REPORTS.keys()].join(', ')}`);
  // a rule that cannot be read is told once, before any host
  await readRules(settings.choice);
  const fleet = await updated(await auditFleet(await tasksFor(options, settings, formats), process.stderr.isTTY), options);
  await writeAll(fleet, targets, options);
  const verdict = askGate(fleet.hosts, options.gate);
  if (verdict !== undefined) process.stderr.write(`${verdict.line}\n`);
  return verdict?.code ?? (fleet.hosts.some((host) => host.problem !== undefined) ? 2 : 0);
}
