import type { Audit, CapturedUse } from '../../../model/audit.js';
import { count } from '../../words.js';
import { code, folded, text } from './text.js';

function usedCell(used: CapturedUse | undefined): string {
  if (used === undefined) return '';
  return used.status === 'seen' ? `${used.answered} of ${used.flows} answered` : 'not seen';
}

function rows(head: readonly string[], cells: readonly (readonly string[])[]): string {
  const titles = head.map((title) => `<th scope="col">${title}</th>`).join('');
  const body = cells.map((row) => `<tr data-find>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<table><thead><tr>${titles}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

/** @returns every way in that was found, a line each; nothing where there is none. */
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

/** @returns who reaches what from outside. */
export function exposure(audit: Audit): string {
  return `<section id="exposure" class="rest">${doors(audit)}</section>`;
}
