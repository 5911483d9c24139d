import { escapeTerminal } from '../escape.js';
import type { FlowsReport } from './report.js';
import { timeText, wayText } from './words.js';
import { hostGroundTexts } from '../unread.js';

const COLUMNS = [
  'first', 'last', 'proto', 'client', 'client_port', 'client_name', 'server', 'server_port', 'server_name', 'outcome', 'text', 'packets', 'bytes',
  'retransmissions', 'translated_client', 'translated_client_port', 'translated_server', 'translated_server_port', 'way', 'answer_way', 'impossible',
] as const; // prettier-ignore

/** RFC 4180, one flow a record. */
export const report: FlowsReport = function* (document) {
  const { flows } = document;
  yield record(COLUMNS);
  for (const flow of flows) {
    const { client, server, translated } = flow;
    yield record([
      ...[timeText(flow.first), timeText(flow.last), flow.proto],
      ...[client.ip, client.port, client.name, server.ip, server.port, server.name],
      ...[flow.outcome, flow.text, flow.packets, flow.bytes, flow.retransmissions],
      ...[translated?.client.ip, translated?.client.port, translated?.server.ip, translated?.server.port],
      ...[wayText(flow.hops, false), wayText(flow.hops, true), flow.impossible?.join('; ')],
    ]);
  }
  // a record of the same fields for each thing that names and verdicts do not rest on: a table has no other place for them
  for (const text of hostGroundTexts(document))
    yield record(COLUMNS.map((column) => (column === 'outcome' ? 'note' : column === 'text' ? text : '')));
};

function record(fields: readonly (string | number | undefined)[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}

/** Quotes where the format asks for it; a leading quote keeps a spreadsheet from taking a name for a formula. */
function field(value: string | number | undefined): string {
  if (typeof value === 'number') return String(value);
  const text = escapeTerminal(value ?? '');
  const inert = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
