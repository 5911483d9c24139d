import { readdir, stat } from 'node:fs/promises';
import { HOST_NETNS, netnsFolder } from '../model/netns.js';
import type { NetnsOwner } from './docker.js';
import { addLacking, type SnapshotDraft } from './draft.js';
import { isFolderName, netnsNames } from './names.js';
import type { Space } from './netns.js';
import type { Runner } from './run.js';

/** Where dockerd keeps the namespaces of containers, and those of Swarm that no container owns (libnetwork: osl, basePath). */
const DOCKER_NETNS = '/run/docker/netns';
/** Where `ip netns` keeps its own (iproute2: NETNS_RUN_DIR). */
const IP_NETNS = '/var/run/netns';

/** What tells one namespace from another: device and inode of the file that stands for it (namespaces(7)). */
async function identity(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.dev}:${found.ino}`;
}

/** The files that stand for namespaces, by folder: `ip netns list` is asked for its own, since the folder may hold left-overs. */
async function namedFiles(run: Runner, draft: SnapshotDraft): Promise<readonly (readonly [folder: string, name: string])[]> {
  const docker = await readdir(DOCKER_NETNS).catch(() => []);
  const listed = await run(['ip', 'netns', 'list']);
  const named = listed.ok ? netnsNames(listed.text) : [];
  if (!listed.ok && (await readdir(IP_NETNS).catch(() => [])).length > 0)
    addLacking(draft, { file: 'netns', command: 'ip netns list', why: listed.why });
  return [
    ...docker.sort((a, b) => (a < b ? -1 : 1)).map((name) => [DOCKER_NETNS, name] as const),
    ...named.map((name) => [IP_NETNS, name] as const),
  ];
}

/**
 * Every namespace that is taken: the host's, each container's, and those that no container owns (`ingress_sbox`, `lb_…`, `1-…`, `ip netns`).
 * Whatever cannot be a folder of the snapshot is noted as lacking.
 */
export async function spacesOf(run: Runner, containers: readonly NetnsOwner[], draft: SnapshotDraft): Promise<readonly Space[]> {
  const entered = containers.map(({ name, pid }) => ({ folder: netnsFolder(name), file: `/proc/${pid}/ns/net` }));
  const known = new Set(await Promise.all(['/proc/self/ns/net', ...entered.map(({ file }) => file)].map(identity)));
  const taken = new Set(containers.map(({ name }) => name)).add(HOST_NETNS);
  for (const [folder, name] of await namedFiles(run, draft)) {
    const file = `${folder}/${name}`;
    const id = isFolderName(name) ? await identity(file) : undefined;
    if (id !== undefined && known.has(id)) continue;
    if (id === undefined || taken.has(name)) {
      const why =
        id !== undefined ? 'another namespace has this name' : isFolderName(name) ? 'no such file' : 'its name cannot be that of a folder';
      addLacking(draft, { file: netnsFolder(name), command: 'nsenter', why });
      continue;
    }
    known.add(id);
    taken.add(name);
    entered.push({ folder: netnsFolder(name), file });
  }
  return [
    { folder: netnsFolder(HOST_NETNS), enter: [] },
    ...entered.map(({ folder, file }) => ({ folder, enter: ['nsenter', `--net=${file}`] })),
  ];
}
