import type { Account, AccountEnd } from '../../../model/account.js';
import type { CauseKind } from '../../../model/cause.js';
import type { Trace } from '../../../model/trace.js';
import { CAUSE_WORDS } from '../../causes/words.js';
import { asked, begin, listed, shared, whoIs } from './names.js';
import { place } from '../../words.js';
import { ruleSentence } from './ruled.js';

function answered({ flow }: Trace, account: Account): string {
  const { from, to, target } = account;
  const whom = whoIs(from);
  if (target !== undefined && target.name !== to.name)
    return `${begin(whom)} reaches ${target.name}${to.kind === 'host' && target.published.length > 0 ? `, which publishes ${asked(flow)} of the host` : ` by ${asked(flow)} of ${whoIs(to)}`}`;
  const network = shared(account);
  const both = from.kind === 'container' && network !== undefined && from.name !== to.name ? `: both are on network ${network}, and` : ':';
  return `${begin(whom)} reaches ${whoIs(to)}${both} a program listens on ${asked(flow)}`;
}

/** Where a port is closed, those that are not. */
function closed({ flow }: Trace, { from, to, target }: Account): string {
  const end: AccountEnd = target ?? to;
  const others = end.listens.length === 0 ? '' : `; it listens on ${listed(end.listens.map(String))}`;
  if (end.onLoopback === true)
    return `${begin(whoIs(from))} comes to ${whoIs(end)}, where ${asked(flow)} is open on loopback alone: only programs inside reach it`;
  return `${begin(whoIs(from))} comes to ${whoIs(end)}, where nothing listens on ${asked(flow)}${others}`;
}

/** Who is on internal networks alone. */
function confined({ name, networks }: AccountEnd): string {
  const many = networks.length > 1;
  return `${name} is on network${many ? 's' : ''} ${listed(networks)} alone, which ${many ? 'are' : 'is'} internal: nothing there leads out of the host`;
}

/** What led to a cause, before the sentence about it. */
function leadsTo(within: readonly CauseKind[], { from, to }: Account): string {
  if (within.includes('proxied') || within.includes('proxy-in-vain'))
    return 'A proxy of the host takes the connection and cannot hand it on. ';
  return within.includes('reply-lost') ? `What ${whoIs(from)} sends comes to ${whoIs(to)}, and the answer is lost on its way back. ` : '';
}

function plain(trace: Trace, account: Account): string {
  const { cause, flow } = trace;
  const { from, to } = account;
  switch (cause.kind) {
    case 'answered':
      return answered(trace, account);
    case 'echo-answered':
      return `${begin(whoIs(to))} answers the ping of ${whoIs(from)}`;
    case 'left-host':
      return `${begin(whoIs(from))} gets out: what it sends to ${flow.to} leaves this host, and what lies beyond is not in the snapshot`;
    case 'no-listener':
      return closed(trace, account);
    case 'container-stopped':
      return `${begin(whoIs(to))} does not answer: the container is not running`;
    case 'no-route':
      return from.noWayOut === true ? confined(from) : CAUSE_WORDS[cause.kind].means.replace(/\.$/, '');
    case 'rule':
    case 'chain-policy':
      return account.owner === undefined || account.purpose === undefined
        ? `A rule stops what ${whoIs(from)} sends to ${whoIs(to)}`
        : ruleSentence(trace, account, account.owner, account.purpose);
    default:
      return CAUSE_WORDS[cause.kind].means.replace(/\.$/, '');
  }
}

/** @returns what an answer comes to, in a sentence for who does not know netfilter; the reason where nothing is known of the ends. */
export function sentenceOf(trace: Trace): string {
  const { account, cause } = trace;
  if (account === undefined) return trace.reason;
  return `${leadsTo(cause.within ?? [], account)}${plain(trace, account)}.`;
}

const GOOD: ReadonlySet<CauseKind> = new Set(['answered', 'echo-answered', 'left-host']);

/** @returns what to look at, where nothing is offered to be typed. */
export function hintOf({ cause, remedy, decidedBy, heldBack }: Trace): string | undefined {
  if (remedy !== undefined || GOOD.has(cause.kind)) return undefined;
  if (heldBack === true)
    return 'Nothing but a hole in the rules by which Docker keeps networks and containers apart would open it; --remedies any shows it.';
  const where = decidedBy === undefined ? 'FILE:LINE' : place(decidedBy);
  return CAUSE_WORDS[cause.kind].next.replace('FILE:LINE', where);
}
