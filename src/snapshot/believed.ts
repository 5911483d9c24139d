import {
  discords,
  doubtedBlanks,
  foreignListings,
  misplacedListings,
  otherInfo,
  otherNetworks,
  takenBlanks,
  type Doubt,
} from '../inventory/index.js';
import type { Host, Netns } from '../model/host.js';
import type { Listing } from '../model/listing.js';
import { isHostNetns } from '../model/netns.js';
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

/** Listings that others contradict: known in part, or under reserve. */
function withDiscords(host: Host): Host {
  return [...host.netns.values()].reduce(
    (now, netns) => discords(host, netns).reduce((one, doubt) => marked(one, netns.name, doubt), now),
    host,
  );
}

function marked(host: Host, name: string, { kind, listing, why, leaves }: Doubt): Host {
  const netns = host.netns.get(name);
  if (netns === undefined) return host;
  const left: Listing = leaves === 'part' ? { ...listing, state: 'part', why: [...listing.why, why] } : { ...listing, doubt: why };
  const sources = new Map([...netns.sources, [kind, left]]);
  return told({ ...host, netns: new Map([...host.netns, [name, { ...netns, sources }]]) }, listing.file, why);
}

/** Says of a file in every answer what others say against it. */
function told(host: Host, file: string, why: string): Host {
  const problem: Problem = { origin: { file, line: 0 }, text: '', message: why, kind: 'contradiction' };
  const files = host.files.map((one) =>
    one.file === file ? { ...one, used: 'part' as const, notes: [...(one.notes ?? []), `${file}: ${why}`] } : one,
  );
  return { ...host, problems: [...host.problems, problem], files };
}

/** What Docker tells of itself, held against the rest: docker info of another host is not used. */
function withDocker(host: Host): Host {
  const file = (stem: string): string | undefined =>
    host.files.find((one) => one.used !== 'none' && (one.file === `docker/${stem}.json` || one.file === `docker/${stem}.txt`))?.file;
  const [info, networks] = [file('info'), file('networks')];
  const against = info === undefined || host.info === undefined ? undefined : otherInfo(host);
  const beside = networks === undefined ? undefined : otherNetworks(host);
  const { info: _, ...without } = host;
  const left = against === undefined || info === undefined ? host : told(without, info, against);
  return beside === undefined || networks === undefined ? left : told(left, networks, beside);
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
  if (all.length === 0) return withTaken(withDiscords(withDocker(host)));
  const refused = new Set(all.map(({ listing }) => listing.file));
  const left = {
    ...host,
    netns: new Map([...host.netns].map(([name, netns]) => [name, without(netns, doubts.get(name) ?? [])])),
    problems: [...host.problems, ...all.map(problemOf)],
    files: host.files.map((one) => (refused.has(one.file) ? { ...one, used: 'none' as const, unread: 1 } : one)),
  };
  return withTaken(withDiscords(withDocker(left)));
}
