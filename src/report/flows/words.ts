import type { CaptureHop, FlowEnd, JudgedFlow } from '../../model/capture.js';
import { endpoint } from '../words.js';

/** @returns `web (172.17.0.2:80)`, or the address where it has no name. */
export function endText(end: FlowEnd): string {
  const address = endpoint(end.ip, end.port);
  return end.name === undefined ? address : `${end.name} (${address})`;
}

/** @returns a time in microseconds since 1970 as ISO 8601 in UTC, to the microsecond. */
export function timeText(micros: number): string {
  return clock()(micros);
}

/** @returns `timeText` for many times in turn: what neighbours share is written once. */
export function clock(): (micros: number) => string {
  let shown = NaN;
  let base = '';
  return (micros) => {
    const seconds = Math.floor(micros / 1e6);
    if (seconds !== shown) base = secondText(seconds);
    shown = seconds;
    return `${base}.${String(Math.floor(micros - seconds * 1e6)).padStart(6, '0')}Z`;
  };
}

function secondText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} s` : date.toISOString().slice(0, 19);
}

/** @returns a span of microseconds in a unit that suits it. */
export function spanText(micros: number): string {
  const size = Math.abs(micros);
  if (size < 1000) return `${Math.round(micros)} µs`;
  return size < 1e6 ? `${(micros / 1e3).toFixed(1)} ms` : `${(micros / 1e6).toFixed(3)} s`;
}

/** @returns the interfaces that one direction was seen at, in order, namespaces named where they change: `web eth0 → host docker0 → up0`. */
export function wayText(hops: readonly CaptureHop[], reply: boolean): string {
  let netns: string | undefined;
  let text = '';
  for (const hop of hops) {
    if (hop.reply !== reply) continue;
    const iface = hop.iface === '' ? '?' : hop.iface;
    text += `${netns === undefined ? '' : ' → '}${hop.netns === netns ? '' : `${hop.netns} `}${iface}`;
    netns = hop.netns;
  }
  return text;
}

/** @returns what became of it, in words, with the addresses that NAT gave it. */
export function fateText(flow: JudgedFlow): string {
  const { translated, proxied } = flow;
  let { text } = flow;
  if (translated) text += `; translated to ${endpoint(translated.client.ip, translated.client.port)} → ${endText(translated.server)}`;
  if (proxied) text += `; proxied to ${endText(proxied.server)}: ${proxied.outcome}`;
  if (flow.retransmissions > 0) text += `; ${flow.retransmissions} retransmitted`;
  return text;
}
