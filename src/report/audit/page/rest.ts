import type { Audit, CapturedUse, Coverage, RuleNote } from '../../../model/audit.js';
import { groundTexts } from '../../unread.js';
import { setAsideLines, undeterminedReasons, wantedLine } from '../open-words.js';
import { count, suppressionText } from '../words.js';
import { code, folded, list, listOfMany, text } from './text.js';

const MOST_NAMES = 5;
const MOST_PROBLEMS = 20;
const MOST_ITEMS = 12;

function usedCell(used: CapturedUse | undefined): string {
  if (used === undefined) return '';
  return used.status === 'seen' ? `${used.answered} of ${used.flows} answered` : 'not seen';
}

function rows(head: readonly string[], cells: readonly (readonly string[])[]): string {
  const titles = head.map((title) => `<th scope="col">${title}</th>`).join('');
  const body = cells.map((row) => `<tr data-find>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<table><thead><tr>${titles}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** @returns every door, a line each. */
function doors({ exposures }: Audit): string {
  if (exposures.length === 0) return '';
  const isCaptured = exposures.some(({ used }) => used !== undefined);
  const cells = exposures.map(({ from, at, proto, to, process, how, used }) => [
    text(from.join(', ')),
    code(`${at}/${proto}`),
    text(to),
    text(process ?? ''),
    text(how),
    ...(isCaptured ? [text(usedCell(used))] : []),
  ]);
  const head = ['From', 'At', 'Reaches', 'Process', 'How', ...(isCaptured ? ['In captures'] : [])];
  return folded(`Who reaches what: ${count(exposures.length, 'door')}, a line each`, rows(head, cells));
}

/** Namespaces of which the same was read are told as one. */
function namespaces({ files }: Coverage): string {
  const groups = new Map<string, { readonly names: string[]; readonly read: number; readonly missing: readonly string[] }>();
  for (const { netns, read, missing } of files) {
    const plain = missing.map((file) => file.slice(file.lastIndexOf('/') + 1));
    const key = `${read.length} ${plain.join(' ')}`;
    const group = groups.get(key) ?? { names: [], read: read.length, missing: plain };
    group.names.push(netns);
    groups.set(key, group);
  }
  const items = [...groups.values()].map(({ names, read, missing }) => {
    const more = names.length - MOST_NAMES;
    const named = `${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
    return `<b>${text(named)}</b>: ${count(read, 'listing')} read${missing.length === 0 ? '' : `, missing ${text(missing.join(', '))}`}`;
  });
  return list(items);
}

function coverage(audit: Audit): string {
  const c = audit.coverage;
  const problems = c.problems.slice(0, MOST_PROBLEMS).map((p) => `${code(`${p.origin.file}:${p.origin.line}`)} ${text(p.message)}`);
  const more = c.problems.length > MOST_PROBLEMS ? `<p>${c.problems.length - MOST_PROBLEMS} more lines were not understood.</p>` : '';
  const asked =
    c.outsiders.length === 0
      ? 'The snapshot shows no way in from outside, so nothing was asked from there.'
      : `Asked from outside as ${text(c.outsiders.join(', '))}.`;
  return [
    '<h2>What was looked at</h2>',
    `<p>${count(c.running, 'running container')} of ${c.containers}, ${count(c.networks, 'network')}, ${count(c.rules, 'rule')} of iptables, ${count(c.listeners, 'listener')}; ${count(c.traces, 'path')} traced. ${asked}</p>`,
    listOfMany(groundTexts(audit).map(text), MOST_ITEMS, 'of these'),
    folded('Listings by namespace', namespaces(c)),
    folded(`${count(c.problems.length, 'line')} not understood`, problems.length === 0 ? '' : list(problems) + more),
  ].join('');
}

function notes(title: string, given: readonly RuleNote[]): string {
  return folded(
    `${title}: ${count(given.length, 'rule')}`,
    list(given.map((n) => `${code(n.rule)} ${text(n.title)}${n.note === '' ? '' : `: ${text(n.note)}`}`)),
  );
}

/** @returns all that is not a finding: every door, what was looked at, and what was not decided, asked or shown. */
export function rest(audit: Audit): string {
  const { undetermined, wanted, suppressed } = audit;
  const open = [
    ...wanted.map((w) => text(wantedLine(w))),
    ...undetermined.map((u) => `${code(u.rule)} ${u.severity}: ${undeterminedReasons(u).map(text).join('<br>')}`),
  ];
  const hidden = suppressed.map(
    (s) =>
      `${code(s.rule)} ${text(s.objects.join(', '))}: ${text(s.reason)}, until ${text(s.expires)}${s.file === undefined ? '' : ` (${code(s.file)})`}`,
  );
  return [
    `<section id="exposure" class="rest">${doors(audit)}</section>`,
    `<section id="coverage" class="rest">${coverage(audit)}`,
    folded(`Undetermined: ${count(undetermined.length, 'rule')}, which do not count as passed`, list(open)),
    folded('Not asked', list(setAsideLines(audit.disabled).map(text))),
    folded('May stay undetermined', list(setAsideLines(audit.accepted).map(text))),
    folded(`Suppressed: ${count(suppressed.length, 'finding')}`, list(hidden)),
    folded('Suppressions to look at', list(audit.suppressionNotes.map(suppressionText).map(text))),
    notes('Passed', audit.passed),
    notes('Not applicable', audit.notApplicable),
    '</section>',
  ].join('');
}
