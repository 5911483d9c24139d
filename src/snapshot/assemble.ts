import { findPeers, peerKey } from '../datapath/index.js';
import type { Container, DockerNetwork, Host, Netns } from '../model/host.js';
import type { CaptureFile } from '../model/host-meta.js';
import type { FileAccount } from '../model/listing.js';
import { HOST_NETNS, isHostNetns, netnsFolder } from '../model/netns.js';
import type { Problem } from '../model/origin.js';
import { DEVICE, NETNS, refusal } from '../names/index.js';
import { withoutComments } from './blank/comments.js';
import { append } from '../address/append.js';
import { SnapshotError } from './error.js';
import { ListingReader, type SourceFile } from './listing.js';
import { believed } from './believed.js';
import { withKnownBridges, withTables } from './docker-tables.js';
import { buildNetns } from './netns.js';
import { parseDockerInspect, resolveNetns, type DockerObjects } from './parsers/docker-inspect.js';
import { parseDockerInfoText } from './parsers/docker-info-text.js';
import { parseJson } from './parsers/json.js';
import { plainOf } from './parsers/json-plain.js';
import { engineVersion, parseMeta, seenBlanked } from './parsers/meta.js';
import { readOne } from './written.js';

const CAPTURE = /^captures\/([^/]*)\/([^/]*)\.pcap(?:ng)?$/i;

/** Files by folder (`host`, `docker`, `netns/web`, `` for the top) and name. */
function byFolder(files: ReadonlyMap<string, SourceFile>): Map<string, Map<string, SourceFile>> {
  const folders = new Map<string, Map<string, SourceFile>>();
  for (const [path, file] of files) {
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(cut, 0));
    const names = folders.get(folder) ?? new Map<string, SourceFile>();
    folders.set(folder, names.set(path.slice(cut + 1), file));
  }
  return folders;
}

/** Containers and networks, from whichever of the two files names them; each once. */
function readDocker(reader: ListingReader): DockerObjects {
  const parts = ['containers.json', 'networks.json']
    .flatMap((name) => reader.filesOf(name))
    .flatMap((file) => {
      if (file.text.trim() === '') {
        reader.failed(file);
        return [];
      }
      const parsed = reader.parse(file, parseDockerInspect);
      append(reader.problems, parsed?.problems ?? []);
      return parsed === undefined ? [] : [parsed.data];
    });
  const unique = <T extends { readonly id: string }>(list: readonly T[]): T[] => [...new Map(list.map((item) => [item.id, item])).values()];
  // each container may be a file of its own, and share the namespace of one in another
  const containers = resolveNetns(unique(parts.flatMap((p) => p.containers)));
  return { containers, networks: withoutKnownMembers(unique(parts.flatMap((p) => p.networks)), containers) };
}

/** An endpoint by which a container of overlays alone leads on (libnetwork, default_gateway.go). */
const GATEWAY_END = /^gateway_[0-9a-f]+$/;

/** Of a container that `docker inspect` shows, what a network tells is known already. */
function withoutKnownMembers(networks: readonly DockerNetwork[], containers: readonly Container[]): DockerNetwork[] {
  const known = new Set(containers.map(({ id }) => id));
  return networks.map(({ members = [], ...network }) => {
    // of the end that an overlay's container has on docker_gwbridge, nothing but that network tells
    const others = members.filter(({ id, name }) => !known.has(id) || GATEWAY_END.test(name));
    return others.length === 0 ? network : { ...network, members: others };
  });
}

function readPlain(reader: ListingReader, name: string): unknown {
  const file = reader.file(name);
  if (file?.text.trim() === '') return void reader.failed(file);
  return file && reader.parse(file, (text, shown) => ({ data: plainOf(parseJson(text, shown)), problems: [] }))?.data;
}

/** @returns why nothing on a host can be called as a path of the snapshot says; undefined where it can, or names nothing. */
function misnamed(path: string): string | undefined {
  const [, netns] = /^netns\/([^/]*)\//.exec(path) ?? [];
  const [, place, iface] = CAPTURE.exec(path) ?? [];
  const name = netns ?? place;
  return (name === undefined ? undefined : refusal(NETNS, name)) ?? (iface === undefined ? undefined : refusal(DEVICE, iface));
}

/** A folder that no namespace can be called is told of once for each of its files. */
function misnamedProblems(paths: Iterable<string>): Problem[] {
  return [...paths].flatMap((path) => {
    const message = misnamed(path);
    return message === undefined ? [] : [{ origin: { file: path, line: 0 }, text: path, message }];
  });
}

/** The same for the account of files: a folder once, a capture by itself. */
function misnamedAccounts(paths: Iterable<string>): FileAccount[] {
  const found = new Map<string, string>();
  for (const path of paths) {
    const why = misnamed(path);
    if (why !== undefined) found.set(CAPTURE.test(path) ? path : path.slice(0, path.indexOf('/', 'netns/'.length) + 1), why);
  }
  return [...found].map(([file, why]) => ({ file, used: 'none', lines: 0, unread: 1, why }));
}

/** Which folder each namespace is read from: its own, or failing that the folder of a container that shares it. */
function netnsFolders(folders: ReadonlyMap<string, unknown>, containers: readonly Container[]): Map<string, string> {
  const home = new Map(containers.map((container) => [container.name, container.netns]));
  const chosen = new Map([[HOST_NETNS, netnsFolder(HOST_NETNS)]]);
  for (const folder of folders.keys()) {
    const name = /^netns\/([^/]+)$/.exec(folder)?.[1];
    if (name === undefined || misnamed(`${folder}/`) !== undefined) continue;
    const netns = home.get(name) ?? name;
    if (netns === name ? !isHostNetns(netns) : !chosen.has(netns) && !folders.has(netnsFolder(netns))) chosen.set(netns, folder);
  }
  return chosen;
}

function notRead(folder: string, files: ReadonlyMap<string, SourceFile>, used: ReadonlySet<string>): Problem[] {
  return [...files]
    .filter(([name]) => !used.has(name) && !name.startsWith('.'))
    .map(([name, file]) => ({
      origin: { file: file.shown, line: 0 },
      text: `${folder}/${name}`,
      message: /^ip6?tables-list/.test(name)
        ? 'not used: the rules as iptables-save prints them are there, and show more'
        : 'not a file that a snapshot holds here: it is not read',
    }));
}

/** Veth ends that only the other end's index shows to be such. */
function withVeths(host: Host): Host {
  const peers = findPeers(host);
  const netns = new Map<string, Netns>();
  for (const ns of host.netns.values()) {
    const interfaces = ns.interfaces.map((iface) =>
      iface.detail.kind === 'ether' && peers.has(peerKey(ns.name, iface.name)) ? { ...iface, detail: { kind: 'veth' } as const } : iface,
    );
    netns.set(ns.name, { ...ns, interfaces });
  }
  return { ...host, netns };
}

function captureOf(path: string): CaptureFile[] {
  const found = CAPTURE.exec(path);
  return found === null || misnamed(path) !== undefined ? [] : [{ netns: found[1] ?? '', iface: found[2] ?? '', file: path }];
}

/** A file may hold several listings: what became of it as a whole. */
function eachOnce(accounts: readonly FileAccount[]): readonly FileAccount[] {
  const files = new Map<string, FileAccount>();
  for (const account of accounts) {
    const known = files.get(account.file);
    const { file, used, lines, unread, why } = account;
    const notes = [...(known?.notes ?? []), ...(account.notes ?? [])];
    const told = notes.length === 0 ? {} : { notes };
    if (known === undefined) files.set(file, account);
    else
      files.set(file, {
        file,
        used: known.used === used ? used : 'part',
        lines: known.lines + lines,
        unread: known.unread + unread,
        ...(why === undefined ? {} : { why }),
        ...told,
      });
  }
  return [...files.values()];
}

/**
 * Parses a snapshot that has been read. Pure.
 * @param files path inside the snapshot to its text, or to its text and the name to show for it.
 * @param captures paths of packet captures.
 * @param name what to call the snapshot in an error.
 * @throws SnapshotError where there is none of the files a snapshot holds.
 */
export function loadFiles(files: ReadonlyMap<string, string | SourceFile>, captures: readonly string[] = [], name = 'the snapshot'): Host {
  const sources = new Map([...files].map(([path, file]) => [path, withoutComments(path, file)]));
  const folders = byFolder(sources);
  const empty: ReadonlyMap<string, SourceFile> = new Map();
  const top = new ListingReader(folders.get('') ?? empty);
  const docker = new ListingReader(folders.get('docker') ?? empty);
  const metaFile = top.file('meta.json');
  const meta = metaFile && top.parse(metaFile, parseMeta);
  const { containers, networks, listed } = withTables(docker, readDocker(docker));
  const [version, json] = [readPlain(docker, 'version.json'), readPlain(docker, 'info.json')];
  const info = json ?? readOne(docker, 'info.txt', parseDockerInfoText);
  const problems: Problem[] = [...top.problems, ...(meta?.problems ?? []), ...docker.problems];
  append(problems, [...misnamedProblems(files.keys()), ...misnamedProblems(captures)]);
  append(problems, notRead('docker', folders.get('docker') ?? empty, docker.used));
  const bridgeNames = new Set(networks.flatMap((network) => network.bridge ?? []));
  const netns = new Map<string, Netns>();
  const accounts: FileAccount[] = [...top.filesRead, ...docker.filesRead];
  let read = top.used.size + docker.used.size;
  for (const [netnsName, folder] of netnsFolders(folders, containers)) {
    const inside = folders.get(folder) ?? empty;
    const built = buildNetns(netnsName, inside, bridgeNames);
    netns.set(netnsName, built.netns);
    read += built.used.size;
    append(problems, [...built.problems, ...notRead(folder, inside, built.used)]);
    append(accounts, built.files);
  }
  if (read === 0)
    throw new SnapshotError(
      'holds none of the files of a snapshot',
      name,
      0,
      'A snapshot has host/iptables-save.txt, host/ip-addr.json and the like',
    );
  const lacking = meta?.data.lacking;
  const blankedLabels = meta?.data.blankedLabels ?? seenBlanked(containers);
  const engine = meta?.data.host.docker ?? engineVersion(version, info);
  const host: Host = {
    meta: { ...meta?.data.host, ...(engine === undefined ? {} : { docker: engine }) },
    netns,
    containers,
    networks: withKnownBridges(networks, listed, netns.get(HOST_NETNS)),
    ...(version === undefined ? {} : { version }),
    ...(info === undefined ? {} : { info }),
    ...(lacking === undefined ? {} : { lacking }),
    ...(blankedLabels === undefined ? {} : { blankedLabels }),
    captures: captures.flatMap(captureOf),
    problems,
    files: eachOnce([...accounts, ...misnamedAccounts([...files.keys(), ...captures])]),
  };
  return believed(withVeths(host));
}
