import type { Audit, Finding, OpenCause, SetAside, Undetermined, Wanted } from '../../model/audit.js';
import type { Lack } from '../../model/lack.js';
import { lackText } from '../lacks.js';
import { count } from '../words.js';

/** More than this are counted. */
const MOST = 3;

/** @returns `possible critical`, or `critical`: how sure and how severe. */
export function severityOf({ severity, possible }: Pick<Finding, 'severity' | 'possible'>): string {
  return possible === undefined ? severity : `possible ${severity}`;
}

/** @returns why a possible finding is not decided, and what would decide it; each a sentence. */
export function openLines({ reasons, lacking }: OpenCause): readonly string[] {
  return [...reasons, ...(lacking.length === 0 ? [] : [`${commandsOf(lacking)} would decide it`])];
}

function commandsOf(lacking: readonly Lack[]): string {
  const shown = lacking.slice(0, MOST).map(({ command, file }) => `\`${command}\` (${file})`);
  const more = lacking.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${count(more, 'other listing')}` : ''}`;
}

/** @returns what would decide undetermined rules: "`iptables-save` would decide 22 rules: host/iptables-save.txt (…) is not there". */
export function wantedLine(wanted: Wanted): string {
  const { command, decides, asked } = wanted;
  const others = asked.length - decides.length;
  const more =
    others === 0
      ? ''
      : `, ${others === asked.length ? 'together with what else they lack' : `${others} of them together with what else they lack`}`;
  return `\`${command}\` would decide ${count(asked.length, 'rule')}${more}: ${lackText(wanted)}`;
}

/** @returns the reasons of an undetermined rule: its own doubts, then what it lacks. */
export function undeterminedReasons({ reasons, lacking }: Undetermined): readonly string[] {
  return [...reasons, ...lacking.map(lackText)];
}

/** @returns rules that doubts of their own leave undetermined, whatever the snapshot lacks beside. */
export function withDoubts(audit: Pick<Audit, 'undetermined'>): readonly Undetermined[] {
  return audit.undetermined.filter(({ reasons }) => reasons.length > 0);
}

/** @returns rules that were set aside, by what says so: `dtrace-path.config.yaml: host-network, net-admin`. */
export function setAsideLines(rules: readonly SetAside[]): readonly string[] {
  const byPlace = new Map<string, string[]>();
  for (const { rule, by } of rules) byPlace.set(by, [...(byPlace.get(by) ?? []), rule]);
  return [...byPlace].map(([by, names]) => `${by}: ${names.join(', ')}`);
}

/** @returns what was set aside, and by what: rules that were not asked, that may stay undetermined, and suppressed findings; a line each. */
export function asideLines({ disabled, accepted, suppressed }: Pick<Audit, 'disabled' | 'accepted' | 'suppressed'>): readonly string[] {
  return [
    ...setAsideLines(disabled).map((line) => `not asked: ${line}`),
    ...setAsideLines(accepted).map((line) => `may stay undetermined: ${line}`),
    ...suppressed.map(
      ({ rule, objects, reason, expires, file }) =>
        `suppressed: ${rule}: ${objects.join(', ')} (${reason}; until ${expires}${file === undefined ? '' : `; ${file}`})`,
    ),
  ];
}
