import type { Audit, Coverage, RuleNote } from '../../../model/audit.js';
import { groundTexts } from '../../unread.js';
import { count, place } from '../../words.js';
import { setAsideLines, undeterminedReasons, wantedLine } from '../open-words.js';
import { suppressionText } from '../words.js';
import { code, folded, list, listOfMany, text } from './text.js';

const MOST_NAMES = 5;
const MOST_PROBLEMS = 20;
const MOST_ITEMS = 12;

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

function lookedAt(audit: Audit): string {
  const c = audit.coverage;
  const problems = c.problems.slice(0, MOST_PROBLEMS).map((p) => `${code(place(p.origin))} ${text(p.message)}`);
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

/** @returns what was looked at, and of the rules that found nothing what was not decided, asked or shown, and what passed. */
export function coverage(audit: Audit): string {
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
    `<section id="coverage" class="rest">${lookedAt(audit)}`,
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
