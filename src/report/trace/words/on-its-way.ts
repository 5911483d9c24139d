import type { Account } from '../../../model/account.js';
import type { CauseKind } from '../../../model/cause.js';
import type { Trace } from '../../../model/trace.js';
import { asked, begin, whoIs } from './names.js';

const PROXIED: ReadonlySet<CauseKind> = new Set(['proxied', 'proxy-in-vain']);

/** What was stopped, in two phrases. */
interface Stopped {
  /** `tcp port 80 from web to db`. */
  readonly portOf: string;
  /** `what web sends to db`. */
  readonly sentBy: string;
}

/** @returns what was on its way when it was stopped: what was asked, its answer, or what a proxy asks in its place. */
export function onItsWay({ cause, flow, steps }: Trace, { from, to, target }: Account): Stopped {
  const within = cause.within ?? [];
  if (within.includes('reply-lost')) {
    const answer = `the answer to ${whoIs(from)} of ${whoIs(target ?? to)}`;
    return { portOf: answer, sentBy: answer };
  }
  if (!within.some((kind) => PROXIED.has(kind)) || target === undefined)
    return { portOf: `${asked(flow)} from ${whoIs(from)} to ${whoIs(to)}`, sentBy: `what ${whoIs(from)} sends to ${whoIs(to)}` };
  const dport = steps.findLast(({ reply }) => !reply)?.packet.dport ?? flow.dport;
  return {
    portOf: `${asked({ ...flow, ...(dport !== undefined && { dport }) })} from the proxy to ${whoIs(target)}`,
    sentBy: `what the proxy sends to ${whoIs(target)}`,
  };
}

/** @returns by whom a connection that is answered was handed on, as the end of a sentence. */
export const handedOn = ({ cause }: Trace): string =>
  cause.within?.some((kind) => PROXIED.has(kind)) === true ? '; a proxy of the host hands it on' : '';

/** @returns what led to a cause, as a sentence before the one about it; empty where nothing did. */
export function leadsTo({ cause, outcome }: Trace, { from, to, target }: Account): string {
  const within = cause.within ?? [];
  if (outcome === 'connected') return '';
  if (within.includes('proxy-in-vain')) return 'A proxy of the host takes the connection and cannot hand it on. ';
  if (within.includes('proxied'))
    return `A proxy of the host takes the connection and opens one of its own to ${target?.name ?? 'a container'}. `;
  if (within.includes('stalls'))
    return `${begin(whoIs(from))} connects to ${whoIs(target ?? to)}, and what follows the handshake is lost. `;
  if (!within.includes('reply-lost')) return '';
  return to.kind === 'outside'
    ? `${begin(whoIs(from))} gets out to ${whoIs(to)}, and an answer would be lost on its way back. `
    : `What ${whoIs(from)} sends comes to ${whoIs(target ?? to)}, and the answer is lost on its way back. `;
}
