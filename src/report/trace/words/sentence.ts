import type { Account, AccountEnd } from '../../../model/account.js';
import type { CauseKind } from '../../../model/cause.js';
import type { Trace } from '../../../model/trace.js';
import { CAUSE_WORDS } from '../../causes/words.js';
import { asked, begin, listed, nameOf, shared, whoIs } from './names.js';
import { place } from '../../words.js';
import { handedOn, leadsTo, onItsWay } from './on-its-way.js';
import { placedSentence } from './placed.js';
import { ruleSentence } from './ruled.js';

function answered(trace: Trace, account: Account): string {
  const { flow } = trace;
  const { from, to, target } = account;
  const whom = whoIs(from);
  if (target !== undefined && target.name !== nameOf(to))
    return `${begin(whom)} reaches ${target.name}${to.kind === 'host' && target.published.length > 0 ? `, which publishes ${asked(flow)} of the host` : ` by ${asked(flow)} of ${whoIs(to)}`}${handedOn(trace)}`;
  const network = shared(account);
  const both =
    from.kind === 'container' && network !== undefined && nameOf(from) !== nameOf(to) ? `: both are on network ${network}, and` : ':';
  return `${begin(whom)} reaches ${whoIs(to)}${both} a program listens on ${asked(flow)}`;
}

/** Whether an address, as it is written, is a loopback one. */
const isLoopbackText = (text: string): boolean => text === '::1' || text.startsWith('127.');

/** Where a port is closed: at which addresses it is open, else the ports that are. */
function closed({ flow }: Trace, { from, to, target }: Account): string {
  const end: AccountEnd = target ?? to;
  const isItself = end.kind === 'container' && nameOf(end) === nameOf(from);
  const whom = isItself ? `itself${end.called === undefined ? '' : ` (${end.name})`}` : whoIs(end);
  const { elsewhere = [] } = end;
  const others = end.listens.length === 0 ? '' : `; it listens on ${listed(end.listens.map(String))}`;
  const fares =
    elsewhere.length === 0
      ? `nothing listens on ${asked(flow)}${others}`
      : elsewhere.every(isLoopbackText)
        ? `${asked(flow)} is open on loopback alone: only programs inside reach it`
        : `${asked(flow)} is open for ${listed(elsewhere)} alone`;
  return `${begin(whoIs(from))} comes to ${whom}, where ${fares}`;
}

/** Who is on internal networks alone. */
function confined({ name, networks }: AccountEnd): string {
  const many = networks.length > 1;
  return `${name} is on network${many ? 's' : ''} ${listed(networks)} alone, which ${many ? 'are' : 'is'} internal: nothing there leads out of the host`;
}

/** What a cause means: for this flow where that can be said, else for all. */
function told(trace: Trace, account: Account): string {
  return placedSentence(trace, account) ?? CAUSE_WORDS[trace.cause.kind].means.replace(/\.$/, '');
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
      return from.noWayOut === true ? confined(from) : told(trace, account);
    case 'rule':
    case 'chain-policy':
      return account.owner === undefined || account.purpose === undefined
        ? `A rule stops ${onItsWay(trace, account).sentBy}`
        : ruleSentence(trace, account, account.owner, account.purpose);
    default:
      return told(trace, account);
  }
}

/** @returns what an answer comes to, in a sentence for who does not know netfilter; the reason where nothing is known of the ends. */
export function sentenceOf(trace: Trace): string {
  const { account } = trace;
  if (account === undefined) return trace.reason;
  return `${leadsTo(trace, account)}${plain(trace, account)}.`;
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
