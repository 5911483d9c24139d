import { SEVERITIES, type Severity, type SuppressionNote } from '../../model/audit.js';
import type { Fleet, FleetFinding, FleetHost } from '../../model/fleet.js';
import { groundTexts } from '../unread.js';
import { setAsideLines } from '../audit/open-words.js';
import { countLine } from '../audit/words.js';
import { count } from '../words.js';

/** What several hosts have in common: one finding of a rule, by title and severity. */
export interface Common {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** Not proved on any of these hosts. */
  readonly isPossible: boolean;
  readonly on: readonly { readonly host: FleetHost; readonly finding: FleetFinding }[];
}

/** @returns findings by rule, severity and title: what any baseline lacks first, then the worst, then what most hosts have. */
export function inCommon({ hosts }: Fleet): readonly Common[] {
  const groups = new Map<string, Common & { on: { host: FleetHost; finding: FleetFinding }[] }>();
  for (const host of hosts)
    for (const finding of host.findings) {
      const { rule, severity, title } = finding;
      const isPossible = finding.possible !== undefined;
      const key = `${rule} ${severity} ${title} ${isPossible ? 1 : 0}`;
      const group = groups.get(key) ?? { rule, severity, title, isPossible, on: [] };
      group.on.push({ host, finding });
      groups.set(key, group);
    }
  const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);
  return [...groups]
    .sort(
      ([a, x], [b, y]) =>
        Number(isFresh(y)) - Number(isFresh(x)) ||
        rank(x.severity) - rank(y.severity) ||
        Number(x.isPossible) - Number(y.isPossible) ||
        hostsOf(y) - hostsOf(x) ||
        (a < b ? -1 : 1),
    )
    .map(([, group]) => group);
}

/** Whether it is new on any host. */
const isFresh = ({ on }: Common): boolean => on.some(({ finding }) => finding.isNew === true);

/** @returns on how many hosts it was found. */
export function hostsOf({ on }: Common): number {
  return new Set(on.map(({ host }) => host.name)).size;
}

/** @returns `2 critical, 1 high`, or `nothing found`. */
export function severityLine(findings: readonly FleetFinding[]): string {
  return countLine(findings);
}

/** @returns rules that were set aside on any host, by what says so. */
export function setAside({ hosts }: Fleet, which: 'disabled' | 'accepted'): readonly string[] {
  const all = new Map(hosts.flatMap((h) => h[which]).map((one) => [`${one.by} ${one.rule}`, one]));
  return setAsideLines([...all.values()]);
}

/** @returns what was suppressed on which host, and where that is written. */
export function suppressedLines({ hosts }: Fleet): readonly string[] {
  return hosts.flatMap(({ name, suppressed }) =>
    suppressed.map(
      (s) => `${name}: ${s.rule}: ${s.objects.join(', ')} (${s.reason}; until ${s.expires}${s.file === undefined ? '' : `; ${s.file}`})`,
    ),
  );
}

/** @returns what the answers about hosts do not rest on, and take for granted; what several have in common once. */
export function groundLines({ hosts }: Fleet): readonly string[] {
  const byText = new Map<string, string[]>();
  for (const host of hosts) for (const text of groundTexts(host)) byText.set(text, [...(byText.get(text) ?? []), host.name]);
  return [...byText].map(([text, names]) => `${names.join(', ')}: ${text}`);
}

/** @returns `12 hosts: 3 critical, 4 high; 1 snapshot could not be audited`. */
export function fleetLine({ hosts }: Fleet): string {
  const bad = hosts.filter((h) => h.problem !== undefined).length;
  const findings = hosts.flatMap((h) => h.findings);
  return `${count(hosts.length - bad, 'host')}: ${severityLine(findings)}${bad === 0 ? '' : `; ${count(bad, 'snapshot')} could not be audited`}`;
}

/** @returns suppressions that do nothing: expired ones, and those that match on no host that was audited. */
export function suppressionsToLookAt({ hosts }: Fleet): readonly SuppressionNote[] {
  const audited = hosts.filter((h) => h.problem === undefined);
  const notes = new Map<string, { readonly note: SuppressionNote; count: number }>();
  for (const note of audited.flatMap((h) => h.suppressionNotes)) {
    const key = JSON.stringify(note);
    const known = notes.get(key) ?? { note, count: 0 };
    known.count++;
    notes.set(key, known);
  }
  return [...notes.values()].filter(({ note, count: on }) => note.state === 'expired' || on === audited.length).map(({ note }) => note);
}
