import {
  doubtedBlanks,
  foreignListings,
  hostsStrangeRoute,
  misplacedListings,
  takenBlanks,
  unheldPort,
  type Doubt,
} from '../inventory/index.js';
import type { Host, Netns, SourceKind } from '../model/host.js';
import { HOST_NETNS, isHostNetns } from '../model/netns.js';
import type { Problem } from '../model/origin.js';

function problemOf({ listing, why }: Doubt): Problem {
  const message =
    listing.blank === true
      ? `the file is empty, but ${why}: the command failed, and the file is not used; take the listing again`
      : `${why}: the file is of another namespace or another moment, and is not used; take the listing again`;
  return { origin: { file: listing.file, line: 0 }, text: '', message, kind: 'contradiction' };
}

/** Without the listings in doubt: what they would show is not known. */
function without(netns: Netns, doubts: readonly Doubt[]): Netns {
  const kinds = new Set(doubts.map(({ kind }) => kind));
  const files = new Set(doubts.map(({ listing }) => listing.file));
  return {
    ...netns,
    sources: new Map([...netns.sources].filter(([kind]) => !kinds.has(kind))),
    ...(kinds.has('addr') && { interfaces: [] }),
    ...(kinds.has('sockets') && { sockets: [] }),
    routes: netns.routes.filter(({ origin }) => !files.has(origin.file)),
    rulesets: netns.rulesets.filter((set) => !kinds.has(set.family === 4 ? 'iptables' : 'ip6tables')),
  };
}

/** Blank listings that nothing bears out are marked, so that answers can say what they take for granted. */
function withTaken(host: Host): Host {
  const marked = [...host.netns].map(([name, netns]) => {
    const sources = new Map(netns.sources);
    for (const kind of takenBlanks(host, netns)) {
      const listing = sources.get(kind);
      if (listing !== undefined) sources.set(kind, { ...listing, takenEmpty: true });
    }
    return [name, { ...netns, sources }] as const;
  });
  return { ...host, netns: new Map(marked) };
}

/** Where one published port has no socket and others have theirs, the end of the listing was not seen. */
function withUnheld(host: Host): Host {
  const port = unheldPort(host);
  return port === undefined ? host : inPart(host, 'sockets', `it lacks the socket of published port ${port}, and shows those of others`);
}

/** Where the host's routes lead by what its interfaces are not, one of both is not known in whole. */
function withStrangeRoute(host: Host): Host {
  const doubt = hostsStrangeRoute(host);
  return doubt === undefined ? host : inPart(host, doubt.kind, doubt.why);
}

/** A listing of the host's that another one contradicts: it is known in part. */
function inPart(host: Host, kind: SourceKind, message: string): Host {
  const own = host.netns.get(HOST_NETNS);
  const listing = own?.sources.get(kind);
  if (own === undefined || listing === undefined) return host;
  const part = { ...listing, state: 'part' as const, why: [...listing.why, message] };
  const problem: Problem = { origin: { file: listing.file, line: 0 }, text: '', message, kind: 'contradiction' };
  return {
    ...host,
    netns: new Map([...host.netns, [HOST_NETNS, { ...own, sources: new Map([...own.sources, [kind, part]]) }]]),
    problems: [...host.problems, problem],
    files: host.files.map((one) => (one.file === listing.file ? { ...one, used: 'part' as const } : one)),
  };
}

/**
 * Decides, once all files are read, which listings are believed that seem whole: a blank one that others contradict is not
 * there, nor is one of another namespace; any other of rules is taken at its word, and what others go beyond is known in part.
 */
export function believed(host: Host): Host {
  const doubts = new Map(
    [...host.netns].map(
      ([name, netns]) =>
        [name, [...doubtedBlanks(host, netns), ...(isHostNetns(name) ? foreignListings(host) : misplacedListings(host, netns))]] as const,
    ),
  );
  const all = [...doubts.values()].flat();
  if (all.length === 0) return withTaken(withUnheld(withStrangeRoute(host)));
  const refused = new Set(all.map(({ listing }) => listing.file));
  const left = {
    ...host,
    netns: new Map([...host.netns].map(([name, netns]) => [name, without(netns, doubts.get(name) ?? [])])),
    problems: [...host.problems, ...all.map(problemOf)],
    files: host.files.map((one) => (refused.has(one.file) ? { ...one, used: 'none' as const, unread: 1 } : one)),
  };
  return withTaken(withUnheld(withStrangeRoute(left)));
}
