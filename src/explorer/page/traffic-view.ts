import type { CapturedFlow, HopEvidence, CaptureEvidence } from '../../model/capture.js';
import { endText, fateText, spanText, timeText, wayText } from '../../report/flows/words.js';
import { arrow, count } from '../../report/words.js';
import type { TypedQuestion } from '../question.js';
import type { CapturedTraffic } from './captures.js';
import { button, el } from './dom.js';
import { placeButton, type SourceView } from './sources.js';

/** So many conversations are listed; the rest are counted. */
const MOST_LISTED = 500;

/** What the view of the captures asks for. */
export interface TrafficWishes {
  readonly ask: (question: TypedQuestion) => void;
  readonly take: (files: readonly File[]) => void;
  /** A person says where a capture was taken. */
  readonly placeAt: (file: string, netns: string) => void;
}

const STATUS: Readonly<Record<HopEvidence['status'], string>> = {
  seen: 'seen',
  'not-seen': 'not seen',
  'not-observable': 'no capture here',
};

function hopOf({ predicted, status, seen, packets = 0, at, after, retransmissions = 0 }: HopEvidence): HTMLElement {
  const { netns, iface, dir, reply } = predicted;
  const when = at === undefined ? '' : ` at ${timeText(at).slice(11, -1)}${after === undefined ? '' : ` (+${spanText(after)})`}`;
  const count =
    packets === 0
      ? ''
      : `, ${packets} ${packets === 1 ? 'packet' : 'packets'}${retransmissions > 0 ? `, ${retransmissions} retransmitted` : ''}`;
  const told = status === 'seen' ? `${when}: ${arrow(seen ?? predicted)}${count}` : '';
  return el(
    'li',
    { class: `hop ${status}` },
    el('strong', {}, STATUS[status]),
    ` ${reply ? 'answer, ' : ''}${netns} ${iface} ${dir}${told}`,
  );
}

/** @returns an answer beside the captures: hop by hop what was seen. */
export function evidenceOf(evidence: CaptureEvidence, view: SourceView): HTMLElement {
  const { verdict, text, contradictions, hops, missing, stopped } = evidence;
  const origin = missing?.origin ?? stopped?.origin;
  return el(
    'section',
    { class: `evidence ${verdict}` },
    el('h3', {}, 'Beside the captures'),
    el('p', {}, el('strong', {}, verdict), `: ${text} `, origin && placeButton(origin, view)),
    contradictions.length > 0 && el('ul', { class: 'against' }, ...contradictions.map((one) => el('li', {}, one))),
    el('ol', { class: 'hops' }, ...hops.map(hopOf)),
  );
}

/** @returns the question that a conversation was: its client by its name where it has one, as rules see an outside machine by its address. */
export function questionOfFlow({ client, server, proto }: CapturedFlow): TypedQuestion | undefined {
  if (proto !== 'tcp' && proto !== 'udp' && proto !== 'icmp') return undefined;
  const host = server.ip.includes(':') && server.port !== undefined ? `[${server.ip}]` : server.ip;
  return {
    from: client.name ?? client.ip,
    to: server.port === undefined ? host : `${host}:${server.port}`,
    proto,
    ...(client.port === undefined ? {} : { sport: String(client.port) }),
  };
}

function flowRow(flow: CapturedFlow, ask: TrafficWishes['ask']): HTMLElement {
  const question = questionOfFlow(flow);
  const good = flow.outcome === 'established' || flow.outcome === 'joined';
  return el(
    'tr',
    {},
    el('td', {}, timeText(flow.first).slice(0, 23).replace('T', ' ')),
    el('td', {}, endText(flow.client)),
    el('td', {}, `${endText(flow.server)} ${flow.proto}`),
    el('td', { class: good ? 'tone-good' : 'tone-bad' }, `${flow.outcome}: ${fateText(flow)}`),
    el('td', {}, wayText(flow.hops, false)),
    el(
      'td',
      {},
      question &&
        button('Show the path', () => ask(question), {
          class: 'place-link',
          'aria-label': `Show the path of ${endText(flow.client)} to ${endText(flow.server)}`,
        }),
    ),
  );
}

function tableOf({ flows }: CapturedTraffic, ask: TrafficWishes['ask']): HTMLElement {
  const heads = ['First seen', 'Client', 'Server', 'What became of it', 'Way', 'Path'];
  return el(
    'div',
    { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Conversations' },
    el(
      'table',
      { class: 'matrix' },
      el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, ...flows.slice(0, MOST_LISTED).map((flow) => flowRow(flow, ask))),
    ),
  );
}

/** Asks where a capture was taken that does not tell. */
function placeAsked(file: string, namespaces: readonly string[], placeAt: TrafficWishes['placeAt']): HTMLElement {
  const id = `place-of-${file.replace(/[^\w-]/g, '-')}`;
  const select = el(
    'select',
    { id },
    el('option', { value: '' }, 'not known'),
    ...namespaces.map((name) => el('option', { value: name }, name)),
  );
  select.addEventListener('change', () => {
    if (select.value !== '') placeAt(file, select.value);
  });
  return el('div', { class: 'field' }, el('label', { for: id }, `${file} does not tell where it was captured. It was taken in`), select);
}

function shownOf(traffic: CapturedTraffic, namespaces: readonly string[], { ask, placeAt }: TrafficWishes): readonly HTMLElement[] {
  const { flows, sources } = traffic;
  const read = sources.map(({ file, packets, interfaces, problem }) =>
    el('li', {}, `${file}: ${packets} packets at ${interfaces.join(', ')}`, problem === undefined ? '' : `; ${problem}`),
  );
  const more = flows.length > MOST_LISTED ? `, the first ${MOST_LISTED} are listed` : '';
  return [
    el('ul', {}, ...read),
    ...traffic.ofUnknownPlace.map((file) => placeAsked(file, namespaces, placeAt)),
    el(
      'p',
      { class: 'hint' },
      `${count(flows.length, 'conversation')}${more}. Where they went is coloured on the map; a path is set beside them, and cells of the matrix in use are marked.`,
    ),
    tableOf(traffic, ask),
  ];
}

/** @returns where captures are given, and what they show. @param told what went wrong with the last one. */
export function trafficOf(
  traffic: CapturedTraffic | undefined,
  namespaces: readonly string[],
  wishes: TrafficWishes,
  told?: string,
): HTMLElement {
  const input = el('input', { type: 'file', id: 'captures', multiple: true, accept: '.pcap,.pcapng,.cap,.gz' });
  input.addEventListener('change', () => wishes.take([...(input.files ?? [])]));
  return el(
    'div',
    {},
    el(
      'div',
      { class: 'field' },
      el('label', { for: 'captures' }, 'Captures of this host (.pcap, .pcapng, also .gz): choose them, or drop them anywhere on this page'),
      input,
    ),
    told !== undefined && el('p', { class: 'error', role: 'alert' }, told),
    ...(traffic === undefined ? [] : shownOf(traffic, namespaces, wishes)),
  );
}
