import type { Origin } from '../model/origin.js';
import { itemsAt, onlyKeys, tableAt, textAt, textOf } from './access.js';
import { readDotenv } from './dotenv.js';
import { refuseAt } from './error.js';
import { interpolated, type Variables } from './interpolate.js';
import { TOP_KEYS } from './keys.js';
import { merged, withoutResets } from './merge.js';
import { readTree, type TableNode, type Tree } from './tree.js';

/** One file as it was named, and what it holds. */
export interface ComposeFile {
  readonly file: string;
  readonly text: string;
}

/** The same, parsed. */
export interface ParsedFile {
  readonly file: string;
  readonly tree: TableNode;
}

/** Gives out a file that another names. @returns undefined where it cannot be read. */
export type ReadBeside = (path: string, from: string) => ComposeFile | undefined;

export interface Loading {
  readonly variables: Variables;
  readonly read: ReadBeside;
  /** Files that others name, as they were read, and how many that were: one may be named many times. */
  readonly seen: Map<string, TableNode>;
  readonly taken: { count: number };
}

const DEEPEST = 32;
const MOST_FILES = 200;

function otherFile({ read, taken }: Loading, path: string, at: Origin): ComposeFile {
  if (++taken.count > MOST_FILES) refuseAt(at, `more than ${MOST_FILES} times another file is named`);
  return (
    read(path, at.file) ??
    refuseAt(at, `the file ${path} cannot be read, or lies outside of the project's folder and of the working directory`)
  );
}

/** @throws ComposeError where it is no YAML that Compose takes. */
export function parsed({ file, text }: ComposeFile): ParsedFile {
  return { file, tree: readTree(text, file) };
}

/** One file: its variables filled in, what it extends laid below each service. */
function loadFile(loading: Loading, written: ParsedFile, depth: number): TableNode {
  const tree = interpolated(written.tree, loading.variables);
  if (tree.kind !== 'table') return refuseAt(tree.at, 'not a Compose file');
  onlyKeys(tree, TOP_KEYS, 'the file');
  const services = tableAt(tree, 'services');
  if (services === undefined) return tree;
  const extended = [...services.entries].map(([name, service]) => [name, withBase(loading, services, name, service, [], depth)] as const);
  return { ...tree, entries: new Map(tree.entries).set('services', { ...services, entries: new Map(extended) }) };
}

/** `extends: NAME`, `extends: {service: NAME, file: FILE}` (compose-go, loader/extends.go): the base below, all of it, then the service. */
function withBase(loading: Loading, services: TableNode, name: string, service: Tree, seen: readonly string[], depth: number): Tree {
  if (service.kind !== 'table') return service;
  const wish = service.entries.get('extends');
  if (wish === undefined || wish.mark === 'reset') return service;
  const key = `${service.at.file} ${name}`;
  if (seen.includes(key) || depth > DEEPEST) refuseAt(wish.at, `service ${name} extends itself, by way of others`);
  const meant = wish.kind === 'table' ? (textAt(wish, 'service') ?? '') : textOf(wish, 'extends');
  const path = wish.kind === 'table' ? textAt(wish, 'file') : undefined;
  const from = path === undefined ? services : servicesOf(loading, path, wish.at);
  const base =
    from.entries.get(meant) ?? refuseAt(wish.at, `there is no service "${meant}" to extend${path === undefined ? '' : ` in ${path}`}`);
  const { entries, ...rest } = service;
  const own: Tree = { ...rest, entries: new Map([...entries].filter(([one]) => one !== 'extends')) };
  return merged(withBase(loading, from, meant, base, [...seen, key], depth + 1), own, ['services', name]);
}

function servicesOf(loading: Loading, path: string, at: Origin): TableNode {
  const key = JSON.stringify([at.file, path]);
  const known = loading.seen.get(key);
  if (known !== undefined) return known;
  const { file, tree: written } = parsed(otherFile(loading, path, at));
  const tree = interpolated(written, loading.variables);
  const services = (tree.kind === 'table' ? tableAt(tree, 'services') : undefined) ?? refuseAt(at, `${file} holds no services`);
  loading.seen.set(key, services);
  return services;
}

/** `include:` entries bring the services and networks of other files; nothing of them may be there twice. */
function withIncluded(loading: Loading, model: TableNode, depth: number): TableNode {
  const wishes = itemsAt(model, 'include', true);
  if (depth > DEEPEST) refuseAt(model.at, 'files include one another without end');
  return wishes.reduce((sofar: TableNode, wish): TableNode => {
    const paths = wish.kind === 'table' ? itemsAt(wish, 'path', true).map((one) => textOf(one, 'path')) : [textOf(wish, 'include')];
    const files = paths.map((path) => otherFile(loading, path, wish.at));
    const own = withEnvFiles(loading, wish, files);
    const other = loadModel(own, files.map(parsed), depth + 1);
    for (const kind of ['services', 'networks'])
      for (const name of tableAt(other, kind)?.entries.keys() ?? [])
        if (tableAt(sofar, kind)?.entries.has(name) === true) refuseAt(wish.at, `${kind}.${name} is here and in ${paths.join(', ')}`);
    const { entries, ...rest } = other;
    const taken: Tree = { ...rest, entries: new Map([...entries].filter(([key]) => ['services', 'networks'].includes(key))) };
    const all = merged(sofar, taken);
    return all.kind === 'table' ? all : sofar;
  }, model);
}

/** The files of variables of an entry of `include:`: those that it names, else `.env` in its folder (compose-go, loader/include.go). */
function envFilesOf(loading: Loading, wish: Tree, files: readonly ComposeFile[]): readonly ComposeFile[] {
  const named = wish.kind === 'table' ? itemsAt(wish, 'env_file', true) : [];
  if (named.length > 0) return named.map((item) => otherFile(loading, textOf(item, 'env_file'), item.at));
  const folder = wish.kind === 'table' ? textAt(wish, 'project_directory') : undefined;
  const beside = folder === undefined ? loading.read('.env', files[0]?.file ?? '') : loading.read(`${folder}/.env`, wish.at.file);
  return beside === undefined ? [] : [beside];
}

/** What is set already goes before what such a file says. */
function withEnvFiles(loading: Loading, wish: Tree, files: readonly ComposeFile[]): Loading {
  const env = envFilesOf(loading, wish, files);
  if (env.length === 0) return loading;
  let values = loading.variables.values;
  for (const { file, text } of env) values = readDotenv(text, file, values);
  return { ...loading, seen: new Map(), variables: { ...loading.variables, values } };
}

/**
 * Reads Compose files into one model: each later file laid over those before it.
 * @throws ComposeError on what Compose would refuse, and on what is not understood.
 */
export function loadModel(loading: Loading, files: readonly ParsedFile[], depth = 0): TableNode {
  const [first, ...more] = files.map((file) => loadFile(loading, file, depth));
  if (first === undefined) return { kind: 'table', at: { file: '', line: 0 }, entries: new Map() };
  const all = more.reduce((sofar: Tree, over) => merged(sofar, over), first);
  const model = withoutResets(all);
  return model.kind === 'table' ? withIncluded(loading, model, depth) : first;
}
