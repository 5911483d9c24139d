import { readFile } from 'node:fs/promises';
import { hostname, release } from 'node:os';
import { arrayOf, CONTAINER_FORMAT, NETWORK_FORMAT, PLACE_FORMAT, placesOf, withoutSecrets, type Place } from './docker.js';
import { IPSETS, LEGACY, LISTINGS, namesSets, type Listing } from './listings.js';
import { withRunner, type Runner } from './run.js';

/** A live host cannot be collected from; the message says what to do. */
export class CannotCollect extends Error {
  override readonly name = 'CannotCollect';
}

export interface CollectOptions {
  /** Take `docker inspect` whole, with environment, command lines and label values. */
  readonly keepEnv?: boolean;
  /** Time limit of one command, in seconds. */
  readonly seconds?: number;
  /** Called before each step: how many are done, of how many, and what comes. */
  readonly onStep?: (done: number, all: number, what: string) => void;
}

/** A snapshot taken from this machine: files by path, and what could not be had. */
export interface Collected {
  readonly files: ReadonlyMap<string, string>;
  readonly lacking: readonly { readonly file: string; readonly why: string }[];
}

const SECONDS = 20;

interface Draft {
  readonly files: Map<string, string>;
  readonly lacking: { readonly file: string; readonly why: string }[];
}

/** @throws CannotCollect where this machine or this user is not one to collect with. */
async function checked(run: Runner): Promise<void> {
  if (process.platform !== 'linux')
    throw new CannotCollect('this is no Linux host: run collect.sh on the Docker host, and give what it writes with --snapshot');
  if (process.getuid?.() !== 0)
    throw new CannotCollect('reading a live host needs root: run it with sudo, or give a snapshot with --snapshot DIR');
  const docker = await run(['docker', 'version', '--format', '{{.Server.Version}}']);
  if (!docker.ok)
    throw new CannotCollect(
      `no Docker Engine answers here (${docker.why}): start it, set DOCKER_HOST, or give a snapshot with --snapshot DIR`,
    );
}

/** Takes one listing, or the one that stands in for it. */
async function take(run: Runner, enter: readonly string[], folder: string, listing: Listing, draft: Draft): Promise<void> {
  const outcome = await run([...enter, ...listing.argv]);
  const printed = outcome.ok || (listing.partial === true && outcome.text !== '');
  if (printed && (!listing.file.endsWith('.json') || /^\s*(?:[[{]|$)/.test(outcome.text))) {
    const { keep } = listing;
    const lines = keep === undefined ? undefined : outcome.text.split('\n').filter(keep);
    draft.files.set(`${folder}/${listing.file}`, lines === undefined ? outcome.text : lines.map((line) => `${line}\n`).join(''));
  } else if (listing.otherwise !== undefined) await take(run, enter, folder, listing.otherwise, draft);
  else draft.lacking.push({ file: `${folder}/${listing.file}`, why: outcome.ok ? `${listing.argv[0]} printed no JSON` : outcome.why });
}

async function legacyTables(pid: number | undefined, name: string): Promise<boolean> {
  const text = await readFile(`/proc/${pid ?? 'self'}/net/${name}`, 'utf8').catch(() => '');
  return text.trim() !== '';
}

/** Takes every listing of one namespace. @param pid a process in it; undefined for the one this program runs in. */
async function takeNetns(run: Runner, folder: string, pid: number | undefined, draft: Draft): Promise<void> {
  const enter = pid === undefined ? [] : ['nsenter', `--net=/proc/${pid}/ns/net`];
  for (const listing of LISTINGS) await take(run, enter, folder, listing, draft);
  for (const listing of LEGACY) if (await legacyTables(pid, listing.proc)) await take(run, enter, folder, listing, draft);
  const rules = ['iptables-save.txt', 'ip6tables-save.txt'].map((file) => draft.files.get(`${folder}/${file}`) ?? '');
  if (rules.some(namesSets)) await take(run, enter, folder, IPSETS, draft);
}

/** `docker inspect` of everything listed by `list`; nothing at all is an empty list. */
async function inspect(run: Runner, list: readonly string[], command: readonly string[], format: string | undefined): Promise<string> {
  const ids = await run(list);
  if (!ids.ok) throw new CannotCollect(`${list.join(' ')} failed: ${ids.why}`);
  const names = ids.text.split('\n').filter((id) => id !== '');
  if (names.length === 0) return '[]\n';
  const outcome = await run([...command, ...(format === undefined ? [] : ['--format', format]), ...names]);
  if (!outcome.ok) throw new CannotCollect(`${command.join(' ')} failed: ${outcome.why}`);
  return format === undefined ? outcome.text : arrayOf(outcome.text);
}

async function takeDocker(run: Runner, keepEnv: boolean, draft: Draft): Promise<readonly Place[]> {
  const list = ['docker', 'ps', '-aq', '--no-trunc'];
  const containers = await inspect(run, list, ['docker', 'inspect', '--type', 'container'], keepEnv ? undefined : CONTAINER_FORMAT);
  draft.files.set('docker/containers.json', containers);
  const networks = await inspect(
    run,
    ['docker', 'network', 'ls', '-q', '--no-trunc'],
    ['docker', 'network', 'inspect'],
    keepEnv ? undefined : NETWORK_FORMAT,
  );
  draft.files.set('docker/networks.json', networks);
  for (const name of ['version', 'info'] as const) {
    const outcome = await run(['docker', name, '--format', '{{json .}}']);
    if (!outcome.ok) draft.lacking.push({ file: `docker/${name}.json`, why: outcome.why });
    else draft.files.set(`docker/${name}.json`, keepEnv ? outcome.text : withoutSecrets(outcome.text));
  }
  const running = await run(['docker', 'ps', '-q', '--no-trunc']);
  const ids = running.ok ? running.text.split('\n').filter((id) => id !== '') : [];
  const places = ids.length === 0 ? undefined : await run(['docker', 'inspect', '--type', 'container', '--format', PLACE_FORMAT, ...ids]);
  return places?.ok === true ? placesOf(places.text) : [];
}

async function meta(run: Runner): Promise<string> {
  const docker = await run(['docker', 'version', '--format', '{{.Server.Version}}']);
  const fields = {
    format: 'dtrace-path-snapshot/1',
    hostname: hostname(),
    kernel: release(),
    docker: docker.ok ? docker.text.trim() : '',
    collectedAt: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  return `${JSON.stringify(fields, undefined, 2)}\n`;
}

/**
 * Takes a snapshot of this machine: the commands of the snapshot format, in the host's namespace and in each container's.
 * Changes nothing on the host.
 * @throws CannotCollect where this is no Linux, the user not root, or no Engine answers.
 */
export async function collectHost(options: CollectOptions = {}): Promise<Collected> {
  return withRunner(options.seconds ?? SECONDS, (run) => collectWith(run, options));
}

async function collectWith(run: Runner, options: CollectOptions): Promise<Collected> {
  await checked(run);
  const draft: Draft = { files: new Map(), lacking: [] };
  options.onStep?.(0, 2, 'docker');
  draft.files.set('meta.json', await meta(run));
  const places = await takeDocker(run, options.keepEnv === true, draft);
  const steps = [{ folder: 'host', pid: undefined }, ...places.map(({ name, pid }) => ({ folder: `netns/${name}`, pid }))];
  for (const [index, { folder, pid }] of steps.entries()) {
    options.onStep?.(index + 1, steps.length + 1, folder);
    await takeNetns(run, folder, pid, draft);
  }
  return draft;
}
