import type { Audit } from '../../model/audit.js';
import type { Outcome, Trace } from '../../model/trace.js';
import { escapeHtml } from '../escape.js';
import { asks, hopsOf } from './words.js';

const CHAR = 7.3;
const PAD = 10;
const BOX = 40;
const GAP = 30;

interface Stop {
  readonly title: string;
  readonly sub: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'open';
}

function clipped(text: string): string {
  return text.length > 34 ? `${text.slice(0, 33)}…` : text;
}

function widthOf(...texts: readonly string[]): number {
  return Math.round(Math.max(...texts.map((text) => clipped(text).length), 6) * CHAR + 2 * PAD);
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text x="${x}" y="${y}" class="${kind}">${escapeHtml(clipped(content))}</text>`;
}

function box(x: number, y: number, width: number, { title, sub, tone }: Stop): string {
  return `<g><title>${escapeHtml(`${title} ${sub}`)}</title><rect x="${x}" y="${y}" width="${width}" height="${BOX}" rx="6" class="b ${tone}"/>${text(x + PAD, y + 17, title, 't')}${text(x + PAD, y + 32, sub, 's')}</g>`;
}

const ENDS: Readonly<Record<Outcome, Stop['tone']>> = {
  connected: 'bad',
  'leaves-host': 'bad',
  refused: 'good',
  unreachable: 'good',
  timeout: 'good',
  unknown: 'open',
};

function stopsOf(trace: Trace): readonly Stop[] {
  const hops = hopsOf(trace).map((hop): Stop => ({ title: `${hop.netns} ${hop.iface}`.trim(), sub: hop.note ?? '', tone: 'plain' }));
  const end: Stop = {
    title: trace.outcome,
    sub: trace.flow.dport === undefined ? trace.flow.proto : `${trace.flow.dport}/${trace.flow.proto} asked for`,
    tone: ENDS[trace.outcome],
  };
  const from: Stop = {
    title: trace.flow.from,
    sub: trace.flow.src === trace.flow.from ? 'outside' : (trace.flow.src ?? ''),
    tone: 'plain',
  };
  return [from, ...hops, end];
}

/** How wide a strip may grow before it goes on in the next row. */
const ROW = 900;

/** @returns a path as a strip of its stops, in as many rows as it takes. */
export function hopStrip(trace: Trace): string {
  let x = 1;
  let y = 1;
  let right = 0;
  const parts: string[] = [];
  for (const [index, stop] of stopsOf(trace).entries()) {
    const width = widthOf(stop.title, stop.sub);
    if (index > 0 && x + GAP + width > ROW) {
      x = 1 + GAP;
      y += BOX + 16;
      parts.push(`<path d="M${x - GAP + 6} ${y + BOX / 2}h${GAP - 10}" class="l" marker-end="url(#tip)"/>`);
    } else if (index > 0) {
      parts.push(`<path d="M${x + 3} ${y + BOX / 2}h${GAP - 8}" class="l" marker-end="url(#tip)"/>`);
      x += GAP;
    }
    parts.push(box(x, y, width, stop));
    x += width;
    right = Math.max(right, x);
  }
  return figure(right + 1, y + BOX + 1, parts, asks(trace));
}

function figure(width: number, height: number, parts: readonly string[], label: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeHtml(label)}">${parts.join('')}</svg>`;
}

/** @returns the arrow head that all drawings of a page share. */
export function arrowHead(): string {
  return '<svg width="0" height="0" aria-hidden="true" class="defs"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" class="tip"/></marker></defs></svg>';
}

const COLUMN = [1, 260, 560] as const;

/** @returns the host with its uplinks, its networks and who is on them; containers that are reached from outside stand out. */
export function topologyDrawing(audit: Audit): string {
  const { uplinks, networks, hostNetwork } = audit.topology;
  const reached = new Set(audit.exposures.flatMap((e) => e.container ?? []));
  const parts: string[] = [];
  let y = 1;
  let middle = 1;
  const guests = hostNetwork.length === 0 ? [] : [{ name: 'host network', device: 'no bridge', subnets: [], containers: hostNetwork }];
  for (const network of [...networks, ...guests]) {
    const top = y;
    for (const container of network.containers) {
      parts.push(
        `<path d="M${COLUMN[1] + 220} ${top + BOX / 2}C${COLUMN[2] - 30} ${top + BOX / 2} ${COLUMN[1] + 250} ${y + BOX / 2} ${COLUMN[2] - 2} ${y + BOX / 2}" class="l"/>`,
      );
      const open = reached.has(container);
      parts.push(box(COLUMN[2], y, 260, { title: container, sub: open ? 'reached from outside' : '', tone: open ? 'bad' : 'plain' }));
      y += BOX + 8;
    }
    parts.push(box(COLUMN[1], top, 220, { title: network.name, sub: [network.device, ...network.subnets].join(' '), tone: 'plain' }));
    parts.push(
      `<path d="M${COLUMN[0] + 190} 21C${COLUMN[1] - 20} 21 ${COLUMN[0] + 200} ${top + BOX / 2} ${COLUMN[1] - 2} ${top + BOX / 2}" class="l"/>`,
    );
    y += 10;
  }
  for (const uplink of uplinks) {
    parts.push(box(COLUMN[0], middle, 190, { title: uplink.name, sub: uplink.addresses[0] ?? '', tone: 'plain' }));
    middle += BOX + 8;
  }
  const height = Math.max(y, middle);
  return uplinks.length === 0 && networks.length === 0
    ? ''
    : figure(COLUMN[2] + 262, height, parts, 'uplinks, networks and containers of the host');
}
