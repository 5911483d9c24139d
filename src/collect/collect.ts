import { hostname, release } from 'node:os';
import { arrayOf, CONTAINER_FORMAT, NETWORK_FORMAT, objectLines, PLACE_FORMAT, placesOf, type NetnsOwner } from './docker.js';
import { MOST_SPACES, type Bounds } from './bounds.js';
import { addLacking, type SnapshotDraft, type MissingPart } from './draft.js';
import { keptLabels, withLabels } from './labels.js';
import { idsOf } from './names.js';
import { takeNetns } from './netns.js';
import { withRunner, type Runner } from './run.js';
import { inspectWithoutSecrets, versionWithoutSecrets, withoutSecrets } from './secrets.js';
import { spacesOf } from './spaces.js';
import { withoutPasswords } from '../secrets/index.js';

/** Why this machine, or this user, is none to collect with. */
type Hindrance = 'platform' | 'user' | 'engine';

/** A live host cannot be collected from; the message says why. */
export class CannotCollect extends Error {
  override readonly name = 'CannotCollect';
  constructor(
    readonly hindrance: Hindrance,
    message: string,
  ) {
    super(message);
  }
}

export interface CollectOptions {
  /** Take `docker inspect` whole, with environment, command lines and label values. */
  readonly keepEnv?: boolean;
  /** Labels whose values are taken beside Compose's; one that ends in `*` stands for all that begin so. */
  readonly keepLabels?: readonly string[];
  /** Time limit of one command, in seconds. */
  readonly seconds?: number;
  /** Called before each step: how many are done, of how many, and what comes. */
  readonly onStep?: (done: number, all: number, what: string) => void;
}

/** A snapshot taken from this machine: files by path, and what could not be had, which `meta.json` tells as well. */
export interface CollectedSnapshot {
  readonly files: ReadonlyMap<string, string>;
  readonly lacking: readonly MissingPart[];
}

const SECONDS = 20;

/** @returns the Engine's version. @throws CannotCollect where this machine or this user is not one to collect with. */
async function checked(run: Runner): Promise<string> {
  if (process.platform !== 'linux')
    throw new CannotCollect(
      'platform',
      'this is no Linux host: `dtrace-path collect --script` prints what is to be run on the Docker host, and what that writes is read here',
    );
  if (process.getuid?.() !== 0) throw new CannotCollect('user', 'reading a live host needs root');
  const docker = await run(['docker', 'version', '--format', '{{.Server.Version}}']);
  if (!docker.ok) throw new CannotCollect('engine', `no Docker Engine answers here (${docker.why}): start it, or set DOCKER_HOST`);
  return docker.text;
}

/** `docker inspect` of everything listed by `list`; nothing at all is an empty list. What it prints before it fails is taken. */
async function inspect(
  run: Runner,
  draft: SnapshotDraft,
  file: string,
  list: readonly string[],
  command: readonly string[],
  format: string | undefined,
  keepLabels: readonly string[],
): Promise<void> {
  const ids = await run(list);
  if (!ids.ok) throw new CannotCollect('engine', `${list.join(' ')} failed: ${ids.why}`);
  const names = idsOf(ids.text);
  if (names.length === 0) return void draft.files.set(file, '[]\n');
  const outcome = await run([...command, ...(format === undefined ? [] : ['--format', format]), ...names]);
  const lacking = (why: string): void => addLacking(draft, { file, command: command.join(' '), why });
  if (!outcome.ok) lacking(outcome.why);
  if (!outcome.ok && outcome.text.trim() === '') return;
  if (format === undefined) return void draft.files.set(file, outcome.text);
  const { lines, others } = objectLines(outcome.text);
  if (others > 0) lacking(`${others} of its lines are no JSON`);
  draft.files.set(file, inspectWithoutSecrets(arrayOf(lines), keepLabels));
}

async function takeDocker(run: Runner, { keepEnv = false, keepLabels = [] }: CollectOptions, draft: SnapshotDraft): Promise<void> {
  const take = (file: string, list: readonly string[], command: readonly string[], format: string): Promise<void> =>
    inspect(run, draft, `docker/${file}`, list, command, formatOf(format), keepLabels);
  const formatOf = (format: string): string | undefined => (keepEnv ? undefined : withLabels(format, keepLabels));
  await take('containers.json', ['docker', 'ps', '-aq', '--no-trunc'], ['docker', 'inspect', '--type', 'container'], CONTAINER_FORMAT);
  await take('networks.json', ['docker', 'network', 'ls', '-q', '--no-trunc'], ['docker', 'network', 'inspect'], NETWORK_FORMAT);
  for (const [name, without] of [
    ['version', versionWithoutSecrets],
    ['info', withoutSecrets],
  ] as const) {
    const command = ['docker', name, '--format', '{{json .}}'];
    const outcome = await run(command);
    const why = !outcome.ok ? outcome.why : outcome.text.trimStart().startsWith('{') ? undefined : 'docker printed no JSON';
    if (why !== undefined) addLacking(draft, { file: `docker/${name}.json`, command: command.join(' '), why });
    else draft.files.set(`docker/${name}.json`, keepEnv ? outcome.text : without(outcome.text));
  }
}

/** The running containers with a namespace of their own. Those that cannot be folders of the snapshot are noted as lacking. */
async function placesHere(run: Runner, draft: SnapshotDraft): Promise<readonly NetnsOwner[]> {
  const running = await run(['docker', 'ps', '-q', '--no-trunc']);
  const ids = running.ok ? idsOf(running.text) : [];
  if (ids.length === 0) return [];
  const command = ['docker', 'inspect', '--type', 'container', '--format', PLACE_FORMAT];
  const listed = await run([...command, ...ids]);
  const { places, refused } = placesOf(listed.text);
  if (!listed.ok) addLacking(draft, { file: 'netns', command: command.join(' '), why: listed.why });
  for (const line of refused)
    addLacking(draft, { file: 'netns', command: 'nsenter', why: `its name cannot be that of a folder: ${line.slice(0, 80)}` });
  return places;
}

function meta(engine: string, { keepEnv = false, keepLabels = [] }: CollectOptions, lacking: readonly MissingPart[]): string {
  const fields = {
    format: 'dtrace-path-snapshot/1',
    hostname: hostname(),
    kernel: release(),
    docker: withoutPasswords(engine.trim()),
    collectedAt: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    ...(keepEnv ? {} : { blanked: { labelsExcept: keptLabels(keepLabels) } }),
    lacking,
  };
  return `${JSON.stringify(fields, undefined, 2)}\n`;
}

/**
 * Takes a snapshot of this machine: the commands of the snapshot format, in the host's namespace, in each container's and in those that no
 * container owns. Changes nothing on the host.
 * @throws CannotCollect where this is no Linux, the user not root, or no Engine answers.
 */
export async function collectHost(options: CollectOptions = {}): Promise<CollectedSnapshot> {
  return withRunner(options.seconds ?? SECONDS, (run, bounds) => collectWith(run, options, bounds));
}

async function collectWith(run: Runner, options: CollectOptions, bounds: Bounds): Promise<CollectedSnapshot> {
  const engine = await checked(run);
  const draft: SnapshotDraft = { files: new Map(), lacking: [] };
  options.onStep?.(0, 2, 'docker');
  await takeDocker(run, options, draft);
  const spaces = await spacesOf(run, await placesHere(run, draft), draft);
  for (const [index, space] of spaces.entries()) {
    const why = index > MOST_SPACES ? `there are more than ${MOST_SPACES} namespaces` : bounds.over;
    if (why !== undefined) {
      addLacking(draft, { file: space.folder, command: 'nsenter', why });
      continue;
    }
    options.onStep?.(index + 1, spaces.length + 1, space.folder);
    await takeNetns(run, space, draft);
  }
  draft.files.set('meta.json', meta(engine, options, draft.lacking));
  return draft;
}
