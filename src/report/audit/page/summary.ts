import { SEVERITIES, type Audit, type Exposure, type Finding } from '../../../model/audit.js';
import { anchor } from '../parts.js';
import { severityOf } from '../open-words.js';
import { newFirst } from '../words.js';
import { count } from '../../words.js';
import { picture } from './picture.js';
import { code, listOfMany, text } from './text.js';

type Tone = 'red' | 'amber' | 'green';

/** More doors of one audience, and more objects of one finding, are folded or counted. */
const MOST_DOORS = 6;
const NAMED_OBJECTS = 3;

const isSevere = ({ severity }: Pick<Finding, 'severity'>): boolean => severity === 'critical' || severity === 'high';

/** What a manager reads first: how bad it is, in one sentence. */
function verdictLine({ findings, undetermined }: Audit): readonly [Tone, string] {
  const urgent = findings.filter(isSevere);
  const rest = findings.length - urgent.length;
  const proved = urgent.filter(({ possible }) => possible === undefined).length;
  if (urgent.length > 0) {
    const possible = urgent.length - proved;
    const sure = possible === 0 ? '' : ` (${possible} of them possible, not proved)`;
    return ['red', `${count(urgent.length, 'finding')} to act on now${sure}${rest === 0 ? '' : `, ${rest} to look at after that`}.`];
  }
  const after = rest === 0 ? '' : ` ${count(rest, 'finding')} to look at.`;
  return undetermined.some(isSevere)
    ? ['amber', `Nothing critical or high was found, but rules that would find it could not be decided.${after}`]
    : ['green', `Nothing critical or high was found.${after}`];
}

function tiles({ findings }: Audit): string {
  const items = SEVERITIES.flatMap((severity) => {
    const own = findings.filter((f) => f.severity === severity);
    const possible = own.filter((f) => f.possible !== undefined).length;
    const some = possible === 0 ? '' : ` <small>${possible === own.length ? 'possible' : `${possible} possible`}</small>`;
    return own.length === 0 ? [] : [`<li class="${severity}"><b>${own.length}</b> ${severity}${some}</li>`];
  });
  return items.length === 0 ? '' : `<ul class="tiles">${items.join('')}</ul>`;
}

/** Doors of one audience: who it is, in the words of a title, and how bad that is. */
interface Audience {
  readonly title: string;
  readonly tone: Tone;
  readonly doors: readonly Exposure[];
}

function audienceOf({ from }: Exposure): { readonly title: string; readonly tone: Tone } {
  if (from.some((name) => name.startsWith('internet'))) return { title: 'Anyone on the internet reaches', tone: 'red' };
  return { title: `Only machines of ${from.join(', ')} reach`, tone: 'amber' };
}

function audiences(exposures: readonly Exposure[]): readonly Audience[] {
  const found = new Map<string, { readonly title: string; readonly tone: Tone; readonly doors: Exposure[] }>();
  for (const exposure of exposures) {
    const { title, tone } = audienceOf(exposure);
    const audience = found.get(title) ?? { title, tone, doors: [] };
    audience.doors.push(exposure);
    found.set(title, audience);
  }
  return [...found.values()].sort((a, b) => Number(a.tone !== 'red') - Number(b.tone !== 'red'));
}

/** What is behind a door, once, with every address at which it is asked for. */
function doorItems(doors: readonly Exposure[]): readonly string[] {
  const byEnd = new Map<string, Exposure[]>();
  for (const door of doors) byEnd.set(`${door.to}/${door.proto}`, [...(byEnd.get(`${door.to}/${door.proto}`) ?? []), door]);
  return [...byEnd].map(([end, own]) => {
    const process = own.find((one) => one.process !== undefined)?.process;
    const at = own.map((one) => code(one.at)).join(', ');
    const how = [...new Set(own.map((one) => one.how))].join(', ');
    return `<b>${text(end)}</b>${process === undefined ? '' : ` ${text(process)}`} at ${at} <small>${text(how)}</small>`;
  });
}

function exposed(audit: Audit): string {
  if (audit.exposures.length > 0) {
    const groups = audiences(audit.exposures).map(({ title, tone, doors }) => {
      const items = doorItems(doors);
      return `<section class="${tone}"><h3>${text(title)} <b>${count(items.length, 'service')}</b></h3>${listOfMany(items, MOST_DOORS, 'services')}</section>`;
    });
    return `<div class="doors">${groups.join('')}</div>`;
  }
  if (audit.coverage.outsiders.length === 0)
    return '<p class="verdict amber">The snapshot shows no way in from outside, so nothing was asked from there: what is exposed is not known.</p>';
  const doubt = audit.undetermined.length === 0 ? '' : ' What could not be decided may be open all the same.';
  return `<div class="doors"><section class="${doubt === '' ? 'green' : 'amber'}"><h3>No door was found that outside machines get through.</h3>${doubt}</section></div>`;
}

function objectsOf({ objects }: Finding): string {
  const names = objects.slice(0, NAMED_OBJECTS).map(({ name }) => text(name));
  const more = objects.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function findingRow(finding: Finding, isCompared: boolean): string {
  const mark = finding.isNew === true ? '<b>new</b>' : 'known';
  return `<tr class="${finding.severity}"><td class="sev">${severityOf(finding)}</td><td><a href="#${anchor(finding)}">${text(finding.title)}</a></td><td class="hide">${objectsOf(finding)}</td>${isCompared ? `<td>${mark}</td>` : ''}</tr>`;
}

/** @returns the first screen: how bad it is, what is exposed to whom, and what was found. */
export function summary(audit: Audit): string {
  const [tone, line] = verdictLine(audit);
  const isCompared = audit.findings.some((f) => f.isNew !== undefined);
  const rows = newFirst(audit.findings).map((finding) => findingRow(finding, isCompared));
  const table =
    rows.length === 0
      ? ''
      : `<table><thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col" class="hide">What</th>${isCompared ? '<th scope="col">Baseline</th>' : ''}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return `<section id="summary"><h2>Summary</h2><p class="verdict ${tone}">${text(line)}</p>${exposed(audit)}${picture(audit)}${tiles(audit)}${table}</section>`;
}
