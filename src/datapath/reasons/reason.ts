import { formatIp, type Ip } from '../../address/ip.js';
import { CAUSES, type Cause, type CauseKind } from '../../model/cause.js';
import { END_WORDS, leavingText, type Leaving } from './ends.js';
import { LINK_WORDS } from './links.js';
import { ROUTING_WORDS } from './routing.js';
import { RULE_WORDS } from './rules.js';

const WORDS = { ...RULE_WORDS, ...ROUTING_WORDS, ...LINK_WORDS, ...END_WORDS };
type Words = typeof WORDS;

/** What decides by itself: a kind, and the data that its words are made of. */
type Plain = { [K in keyof Words]: { readonly kind: K } & (Parameters<Words[K]> extends [infer D] ? D : object) }[keyof Words];

/** Nobody answers for a next hop. */
type NoNeighbour = { readonly kind: 'no-neighbour' } & (
  | {
      readonly as: 'silent';
      readonly netns: string;
      readonly dev: string;
      readonly ip: Ip;
      /** Who has the address, and what keeps it from hearing: the kind of device that it has on the very one it is asked by. */
      readonly owner?: { readonly netns: string; readonly child: string | undefined };
    }
  | { readonly as: 'arp refused'; readonly netns: string; readonly ip: Ip; readonly since: Reason }
  | {
      readonly as: 'unresolved';
      readonly netns: string;
      readonly dev: string;
      readonly ip: Ip;
      readonly message: 'solicitation' | 'advertisement';
      readonly since: Reason;
    }
  | { readonly as: 'translated'; readonly bridge: string }
  /** A tunnel sends to nobody: no peer is for the address, or it is not known where the peer is. */
  | { readonly as: 'no peer' | 'nowhere'; readonly netns: string; readonly dev: string; readonly ip: Ip }
);

/** How a client hears of it: nothing that decides. */
export type Report =
  | { readonly by: 'reset' }
  | { readonly by: 'icmp'; readonly name: string; readonly note?: 'udp-deaf' | 'held' }
  | { readonly by: 'call'; readonly errno: string; readonly netns: string }
  | { readonly by: 'send'; readonly errno: string }
  /** `atOnce`: it asks nobody before. */
  | { readonly by: 'forwarder'; readonly netns: string; readonly atOnce?: true };

/** What leads from one reason to what the client sees. */
type Wrapped =
  | NoNeighbour
  /** Silent: what could not be routed is not answered either. */
  | { readonly kind: 'forwarding-off'; readonly as: 'transit'; readonly dst: Ip; readonly netns: string; readonly dev: string }
  | { readonly kind: 'forwarding-off'; readonly as: 'silent'; readonly netns: string; readonly since: Reason }
  | { readonly kind: 'reported'; readonly since: Reason; readonly how: Report }
  | { readonly kind: 'reply-lost'; readonly since: Reason }
  /** `refused`: what the lost answer says. */
  | { readonly kind: 'reply-lost'; readonly of: Reason; readonly back: Reason }
  | { readonly kind: 'reply-lost'; readonly leaving: Leaving; readonly back: Reason }
  /** Whose segment is lost once SYN and SYN-ACK have come through. */
  | { readonly kind: 'stalls'; readonly side: 'client' | 'server'; readonly since: Reason }
  | {
      readonly kind: 'proxied' | 'proxy-in-vain';
      readonly process: string;
      readonly whom: string;
      readonly since: Reason;
      readonly ends?: 'silent' | 'closed';
    };

/** Why a packet's way ends, with all that the words for it are made of. Nothing decides by those words, but by the kind. */
export type Reason = Plain | Wrapped;

function noNeighbour(reason: NoNeighbour): string {
  switch (reason.as) {
    case 'silent': {
      const { netns, dev, ip, owner } = reason;
      const apart =
        owner?.child === undefined
          ? 'cannot be asked by that device'
          : `sits on that device itself (${owner.child}): parent and child do not reach each other`;
      const who = owner === undefined ? '' : `; ${owner.netns}, which has the address, ${apart}`;
      return `no neighbour: nobody on ${netns}'s ${dev} answers for ${formatIp(ip)}${who}`;
    }
    case 'arp refused':
      return `no neighbour: ${reason.netns} does not answer ARP for ${formatIp(reason.ip)}, since ${wordsOf(reason.since)}`;
    case 'unresolved':
      return `no neighbour: ${formatIp(reason.ip)} on ${reason.netns}'s ${reason.dev} cannot be resolved, since the neighbour ${reason.message} is lost: ${wordsOf(reason.since)}`;
    case 'no peer':
      return `no peer of ${reason.netns}'s ${reason.dev} has ${formatIp(reason.ip)} among its allowed IPs: WireGuard has nobody to send it to`;
    case 'nowhere':
      return `the peer of ${reason.netns}'s ${reason.dev} that ${formatIp(reason.ip)} is for has no endpoint yet: WireGuard cannot send to it`;
    case 'translated':
      return `nobody on ${reason.bridge} answers for the translated destination (no neighbour)`;
  }
}

const NOTES = {
  'udp-deaf': (name: string) => `a UDP socket is not told of ${name}`,
  held: (name: string) =>
    `the ${name} comes back while connect() still holds the socket, so the client learns of it only when it tries again, a second later`,
} as const;

function reported(since: string, how: Report): string {
  switch (how.by) {
    case 'reset':
      return `${since} with a TCP reset`;
    case 'icmp':
      return `${since} (${how.name})${how.note === undefined ? '' : `; ${NOTES[how.note](how.name)}`}`;
    case 'call':
      return `${since} (${how.errno} in ${how.netns})`;
    case 'send':
      return `${since}; send() fails with ${how.errno}`;
    case 'forwarder':
      return `${since}; ${how.netns} tells the client so${how.atOnce === true ? '' : ' after three seconds'}`;
  }
}

function replyLost(reason: Extract<Reason, { kind: 'reply-lost' }>): string {
  if ('since' in reason) return `the answer is lost on the way back: ${wordsOf(reason.since)}`;
  if ('of' in reason) return `${wordsOf(reason.of)}; ${wordsOf(reason.back)}`;
  return `${leavingText(reason.leaving)}, but ${wordsOf(reason.back)}`;
}

const STALLS = { client: "the client's next segment does not arrive", server: 'what the server sends after it does not' } as const;

function proxied({ kind, process, whom, since, ends }: Extract<Reason, { kind: 'proxied' | 'proxy-in-vain' }>): string {
  const via = `${process} takes it and dials ${whom}`;
  if (kind === 'proxied') return `${via}: ${wordsOf(since)}`;
  return ends === 'silent'
    ? `${via}, in vain: ${wordsOf(since)}; the client hears nothing`
    : `${via}, in vain (${wordsOf(since)}); the client is connected to the proxy and then closed`;
}

/** @returns a reason in one sentence that a person can act on: the only place where such sentences are made. */
export function wordsOf(reason: Reason): string {
  switch (reason.kind) {
    case 'no-neighbour':
      return noNeighbour(reason);
    case 'forwarding-off':
      return reason.as === 'transit'
        ? `${formatIp(reason.dst)} is not an address of ${reason.netns}, and forwarding is off on ${reason.dev}`
        : `${wordsOf(reason.since)}; ${reason.netns} does not forward, so it says nothing`;
    case 'reported':
      return reported(wordsOf(reason.since), reason.how);
    case 'reply-lost':
      return replyLost(reason);
    case 'stalls':
      return `the handshake completes, and ${STALLS[reason.side]}: ${wordsOf(reason.since)}`;
    case 'proxied':
    case 'proxy-in-vain':
      return proxied(reason);
    default:
      // each entry takes what the reason of its own kind holds: TypeScript does not follow a union through a record
      return (WORDS[reason.kind] as (reason: Plain) => string)(reason);
  }
}

const PLAIN: ReadonlyMap<string, Cause> = new Map(Object.entries(CAUSES).map(([kind, code]) => [kind, { kind: kind as CauseKind, code }]));

/** @returns a cause that leads to nothing else. */
export function causeOfKind(kind: CauseKind): Cause {
  return PLAIN.get(kind)!;
}

/** What a reason rests on, where it is not the end of it. */
function sinceOf(reason: Reason): Reason | undefined {
  switch (reason.kind) {
    case 'no-neighbour':
    case 'forwarding-off':
      return 'since' in reason ? reason.since : undefined;
    case 'reported':
    case 'stalls':
    case 'proxied':
    case 'proxy-in-vain':
      return reason.since;
    case 'reply-lost':
      return 'since' in reason ? reason.since : 'of' in reason ? reason.of : reason.back;
    default:
      return undefined;
  }
}

/** @returns what a reason comes down to, and by which ways. */
export function causeOf(reason: Reason): Cause {
  const within: CauseKind[] = [];
  let at = reason;
  for (let next = sinceOf(at); next !== undefined; next = sinceOf(at)) {
    if (at.kind !== 'reported' && within.at(-1) !== at.kind) within.push(at.kind);
    at = next;
  }
  if (at.kind === 'reported') throw new Error('a report is of something');
  // a question that a listing answers comes down to the listing
  const kind = at.kind === 'undecided' && at.category === 'missing' ? 'missing' : at.kind;
  return within.length === 0 ? causeOfKind(kind) : { ...causeOfKind(kind), within };
}

/** @returns whether a cause is of a kind, or came to it. */
export function hasCause({ kind, within }: Cause, wanted: CauseKind): boolean {
  return kind === wanted || within?.includes(wanted) === true;
}
