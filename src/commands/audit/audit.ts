import { stat } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import type { Audit, Severity } from '../../model/audit.js';
import { SEVERITIES } from '../../model/audit.js';
import { AUDIT_REPORTS, type AuditReportOptions } from '../../report/audit/index.js';
import { isDay } from '../../audit/index.js';
import { escapeTerminal, inertJson } from '../../report/index.js';
import { readRules } from './rules.js';
import { readConfig } from './config.js';
import { askGate, type Gate } from './gate.js';
import { auditHost, settingsFrom, type AuditSettings } from './host.js';
import { TargetList, type ReportTarget } from './targets.js';
import { addCaptureOptions } from '../common/capture-options.js';
import { readText } from '../common/read-text.js';
import { UsageError } from '../common/failure.js';
import { announce, counted, whileBusy } from '../common/announce.js';
import { addStyleOptions, OUTPUT_GROUP } from '../common/print-options.js';
import { styled, styledPieces } from '../common/run-style.js';
import { openOutput, wantsColor, widthOf, writeReport } from '../common/output.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from '../common/snapshot-options.js';

interface AuditOptions {
  readonly snapshot?: string;
  readonly fleet?: string;
  readonly rules: readonly string[];
  readonly only: readonly string[];
  readonly disable: readonly string[];
  readonly acceptUndetermined: readonly string[];
  readonly onlyProved?: boolean;
  readonly failOn: Severity | 'none';
  readonly baseline?: string;
  readonly updateBaseline?: boolean;
  readonly config?: string;
  readonly today?: string;
  readonly proveFixes?: boolean;
  readonly pcap?: readonly string[];
  readonly captures?: boolean;
  readonly color: boolean;
  readonly listRules?: boolean;
  readonly severity?: Severity;
}

const EXAMPLES = `
Examples:
  dtrace-path audit host.tgz
  dtrace-path audit host.tgz -o report.html -o report.sarif --fail-on critical
  dtrace-path audit host/ --prove-fixes --format md -o review.md
  dtrace-path audit host/ --baseline known.json --update-baseline
  dtrace-path audit --fleet hosts/ -o fleet.md -o fleet.sarif

The exit code is 1 where a finding, proved or possible, is as severe as --fail-on says, and new where a baseline is given; 2 where a rule that is undetermined could
hide such a finding, or where the audit (or, of a fleet, any) could not be made.
What one has accepted stands in dtrace-path.config.json or .yaml, with a reason and a last day:
  audit: { suppress: [ { rule: host-network, object: "node-exporter", reason: "reads the host's counters", expires: 2027-01-31 } ] }`;

const list = (text: string, sofar: readonly string[]): readonly string[] => [...sofar, ...text.split(',').map((word) => word.trim())];

/** Adds `audit`: findings proved by paths. */
export function registerAudit(program: Command): void {
  const targets = new TargetList();
  const command = program.command('audit').description('what is open that should not be, each finding proved by a path');
  command
    .optionsGroup('Question:')
    .option('--fleet <dir>', 'audit every snapshot of a folder, with all cores, into one report')
    .option(
      '--rules <dir>',
      'rules of your own, one JSON file each; repeatable',
      (dir: string, sofar: readonly string[]) => [...sofar, dir],
      [],
    )
    .option('--only <ids>', 'ask these rules only; separated by commas', list, [])
    .option('--disable <ids>', 'leave these rules out', list, [])
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices([...SEVERITIES.slice(0, 4), 'none']).default('high'),
    )
    .option('--only-proved', 'possible findings do not fail')
    .option('--accept-undetermined <ids>', 'rules that may stay undetermined; separated by commas, repeatable', list, [])
    .option('--baseline <file>', 'findings known before: only new ones fail')
    .option('--update-baseline', 'write the findings of today to the baseline')
    .option('--config <file>', 'configuration with suppressions (default: dtrace-path.config.json or .yaml here)')
    .option('--today <date>', 'the day by which suppressions expire, as 2026-12-31 (default: the clock)')
    .option('--prove-fixes', 'try each remedy on the model: what it closes, and what else')
    .option('--list-rules', 'list the rules, with those of --rules, and ask none');
  addCaptureOptions(addSnapshotOptions(addFiles(command)));
  command
    .optionsGroup(OUTPUT_GROUP)
    .addOption(
      new Option('-f, --format <name>', 'how to print it; repeatable, each before its -o')
        .choices([...AUDIT_REPORTS.keys()])
        .argParser((name: string) => knownFormat(name, targets)),
    )
    .option('-o, --output <file>', 'write to a file, whole or not at all; repeatable; its ending tells the format', (file: string) => {
      targets.file(file);
      return file;
    })
    .addOption(new Option('--severity <severity>', 'report findings from this severity on; the gate looks at all').choices(SEVERITIES));
  addStyleOptions(command)
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: AuditOptions & Readonly<Record<string, unknown>>) =>
      run(withFiles(options, files), targets.targets()),
    );
}

function knownFormat(name: string, targets: TargetList): string {
  if (!AUDIT_REPORTS.has(name)) throw new UsageError(`no format ${name}; there are ${[...AUDIT_REPORTS.keys()].join(', ')}`);
  targets.format(name);
  return name;
}

async function run(options: AuditOptions & Readonly<Record<string, unknown>>, targets: readonly ReportTarget[]): Promise<void> {
  if (options.updateBaseline === true && options.baseline === undefined)
    throw new UsageError('--update-baseline needs --baseline FILE to write to');
  if (options.listRules === true) {
    await listRules(options);
    return;
  }
  const { fleet } = options;
  if (fleet !== undefined) {
    process.exitCode = await runFleet(fleet, options, targets);
    return;
  }
  const [host, settings] = await Promise.all([readHost(options), settingsOf(options)]);
  const asked = await whileBusy(`asking the rules of ${counted(host.containers.length, 'container')}`, () =>
    auditHost(host, settings, options),
  );
  const audit = await compared(asked, options);
  await writeAll(shownOf(audit, options.severity), targets, options);
  const verdict = askGate([audit], gateOf(options, settings));
  if (verdict === undefined) return;
  process.stderr.write(`${verdict.line}\n`);
  process.exitCode = verdict.code;
}

/** The rules that would be asked, worst first, one a line. */
async function listRules({ rules: folders, only, disable }: AuditOptions): Promise<void> {
  const rules = await readRules({ folders, only, disable, known: [] });
  const sorted = [...rules].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const width = Math.max(...rules.map(({ id }) => id.length));
  const lines = sorted.map(({ id, severity, title }) => `${severity.padEnd(8)}  ${id.padEnd(width)}  ${escapeTerminal(title)}`);
  await writeReport(undefined, styled(`${lines.join('\n')}\n`, 'text'));
}

/** What a report shows: findings as severe as somebody wants to read of. */
function shownOf(audit: Audit, least: Severity | undefined): Audit {
  if (least === undefined) return audit;
  const wanted = SEVERITIES.slice(0, SEVERITIES.indexOf(least) + 1);
  return { ...audit, findings: audit.findings.filter(({ severity }) => wanted.includes(severity)) };
}

async function runFleet(fleet: string, options: AuditOptions, targets: readonly ReportTarget[]): Promise<number> {
  if (options.snapshot !== undefined || options.pcap !== undefined)
    throw new UsageError('--fleet reads the snapshots of a folder: it goes with neither a snapshot nor --pcap');
  const [{ auditMany }, settings] = await Promise.all([import('./many.js'), settingsOf(options)]);
  return auditMany({ ...options, fleet, gate: gateOf(options, settings) }, settings, targets);
}

function dayOf(given: string | undefined): string {
  if (given === undefined) return new Date().toISOString().slice(0, 10);
  if (!isDay(given)) throw new UsageError(`--today ${given}: there is no such day, write a day as 2026-12-31`);
  return given;
}

async function settingsOf(options: AuditOptions): Promise<AuditSettings> {
  const { rules: folders, only, disable, acceptUndetermined } = options;
  const [today, proveFixes] = [dayOf(options.today), options.proveFixes === true];
  return settingsFrom(await readConfig(options.config), { folders, only, disable, acceptUndetermined, today, proveFixes });
}

function gateOf({ failOn, onlyProved }: AuditOptions, { accepted }: AuditSettings): Gate {
  return { failOn, onlyProved: onlyProved === true, accepted: accepted.map(({ rule }) => rule) };
}

async function compared(audit: Audit, { baseline, updateBaseline }: AuditOptions): Promise<Audit> {
  if (baseline === undefined) return audit;
  const { baselineOf, markNew, parseBaseline } = await import('../../audit/baseline.js');
  if (updateBaseline === true) {
    await writeReport(baseline, `${inertJson(baselineOf(audit), 2)}\n`);
    return markNew(audit, new Set(audit.findings.flatMap((f) => f.objects.map((o) => o.fingerprint))));
  }
  const text = await readText(baseline).catch((error: unknown) => {
    throw new UsageError(`--baseline ${baseline}: cannot be read; write it first with --update-baseline`, { cause: error });
  });
  return markNew(audit, parseBaseline(text, baseline));
}

async function writeAll(audit: Audit, targets: readonly ReportTarget[], options: AuditOptions): Promise<void> {
  const { version } = await import('../common/version.js');
  const style: Omit<AuditReportOptions, 'color'> = { version: version(), root: await rootOf(options.snapshot) };
  for (const { format, file } of targets) {
    const load = AUDIT_REPORTS.get(format);
    if (load === undefined) throw new UsageError(`no format ${format}`);
    const color = file === undefined && options.color && wantsColor(await openOutput(undefined));
    await writeReport(
      file,
      styledPieces((await load())(audit, { ...style, color, ...(file === undefined ? widthOf(await openOutput(undefined)) : {}) }), format),
    );
    announce(file, counted(audit.findings.length, 'finding'));
  }
}

/** Files of a snapshot that is a folder below this one are named from here, so that a forge finds them. */
async function rootOf(snapshot: string | undefined): Promise<string> {
  if (snapshot === undefined || snapshot.startsWith('/') || snapshot.startsWith('..')) return '';
  const isFolder = await stat(snapshot).then(
    (s) => s.isDirectory(),
    () => false,
  );
  const path = snapshot.replace(/^\.\//, '').replace(/(?<!\/)\/+$/, '');
  return isFolder && path !== '.' ? `${path}/` : '';
}
