import type { TableName } from '../../model/netfilter.js';
import { listingCall, unquoted } from './paste-noise.js';
import { tableOfChains } from './table-told.js';

/** One listing of `iptables -L` among several in one text. */
export interface ListedSection {
  /** The whole text with all other lines emptied, so that lines keep their numbers. */
  readonly text: string;
  /** The table that its call, or its chains, tell; undefined where it may be of more than one. */
  readonly table: TableName | undefined;
  /** Its first line. */
  readonly line: number;
}

const TITLE = /^Chain (\S+)/;
const TARGET = /(?:^|\s)(DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP|DROP|REJECT|MARK|CONNMARK|CT|NOTRACK)\s/;

/** There are five tables in two families; each listing costs a walk over the whole text. */
const MOST = 16;

interface Draft {
  readonly from: number;
  called: TableName | undefined;
  readonly chains: Set<string>;
}

const LATER = ['FORWARD', 'OUTPUT', 'POSTROUTING'];

/**
 * Whether a chain begins another listing: it was there before, or stands before those that were. Every version of iptables lists PREROUTING
 * first, and INPUT before what comes behind routing; the order of the others has changed.
 */
function isFirst(chain: string, before: ReadonlySet<string>): boolean {
  if (before.has(chain)) return true;
  const later = LATER.some((name) => before.has(name));
  return (chain === 'PREROUTING' && (later || before.has('INPUT'))) || (chain === 'INPUT' && later);
}

/** The lines at which another listing begins: a call of iptables behind chains, or a chain that comes first in a table. */
function draftsOf(lines: readonly string[]): readonly Draft[] {
  const first: Draft = { from: 0, called: undefined, chains: new Set() };
  const drafts = [first];
  let last = first;
  const begin = (from: number): void => {
    last = { from, called: undefined, chains: new Set() };
    drafts.push(last);
  };
  lines.forEach((line, at) => {
    const chain = TITLE.exec(line)?.[1];
    const call = chain === undefined ? listingCall(line) : undefined;
    if (call !== undefined) {
      if (last.chains.size > 0 && drafts.length < MOST) begin(at);
      last.called = call.table ?? 'filter';
    } else if (chain !== undefined) {
      if (isFirst(chain, last.chains) && drafts.length < MOST) begin(at);
      last.chains.add(chain);
    }
  });
  return drafts;
}

/** Parts a text into the listings of `iptables -L` that stand in it, each of one table. */
export function listedSections(text: string): readonly ListedSection[] {
  const lines = unquoted(text).split('\n');
  const drafts = draftsOf(lines);
  return drafts.map(({ from, called, chains }, i) => {
    const end = drafts[i + 1]?.from ?? lines.length;
    const own = lines.slice(from, end);
    const targets = own.flatMap((line) => TARGET.exec(line)?.[1] ?? []).map((target) => ` -j ${target}`);
    const empty = new Array<string>(from).fill('');
    return { text: [...empty, ...own].join('\n'), table: called ?? tableOfChains(chains, targets), line: from + 1 };
  });
}
