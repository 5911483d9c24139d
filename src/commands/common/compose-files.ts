import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { ComposeFile, ReadBeside } from '../../compose/index.js';
import type { ComposeProject } from '../../model/compose.js';
import { decodeWhole } from '../../snapshot/index.js';
import { faultText, UsageError } from './failure.js';
import { readText } from './read-text.js';

/** How Compose files are read: the options that `addSnapshotOptions` adds. */
export interface ComposeFileOptions {
  readonly profile?: readonly string[];
  readonly projectName?: string;
  readonly envFile?: readonly string[];
  readonly processEnv?: boolean;
}

/** More than anybody writes by hand. */
const LARGEST = 1 << 20;

/** @returns whether a value of `--what-if` names a Compose file, rather than being a command. */
export function isComposeFile(value: string): boolean {
  return (
    /\.ya?ml$/i.test(value) && !/^(?:sudo|docker|docker-compose|podman|nsenter|ip|nft|ip6?tables\S*|ipset|bridge|sysctl)\s/.test(value)
  );
}

/** Whether a file lies in one of some folders, links followed. */
function isWithin(file: string, folders: readonly string[]): boolean {
  const real = realpathSync(file);
  return folders.some((folder) => real.startsWith(`${realpathSync(folder)}${sep}`));
}

/**
 * What one Compose file names another by is relative to itself. Only plain files are read, and only such as lie in the folder of the first file or in the
 * working directory: whoever writes the file does not choose what of this machine is read.
 */
function readBeside(first: string): ReadBeside {
  const folders = [dirname(resolve(first)), process.cwd()];
  return (path, from) => {
    const meant = path.startsWith('/') ? path : join(dirname(from), path);
    try {
      const stat = lstatSync(meant);
      if (!stat.isFile() || stat.size > LARGEST || !isWithin(meant, folders)) return undefined;
      return { file: meant, text: decodeWhole(readFileSync(meant)) };
    } catch {
      return undefined;
    }
  };
}

async function textOf(path: string): Promise<string> {
  return readText(path).catch((error: unknown) => {
    throw new UsageError(`${path}: cannot be read (${faultText(error)})`, { cause: error });
  });
}

function ownEnvironment(): ReadonlyMap<string, string> {
  return new Map(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

/** The variables of a project, and the file beside it that gave some without being named. */
interface Given {
  readonly values: ReadonlyMap<string, string>;
  readonly unnamed: readonly string[];
}

/** `.env` beside the first file, or what `--env-file` names; what is set in this process's environment goes before, where that was asked for. */
async function variablesOf(first: string, options: ComposeFileOptions): Promise<Given> {
  const { readDotenv } = await import('../../compose/index.js');
  const given = options.processEnv === true ? ownEnvironment() : new Map<string, string>();
  const beside = readBeside(first)('.env', first);
  const named = await Promise.all((options.envFile ?? []).map(async (file) => ({ file, text: await textOf(file) })));
  const files = options.envFile === undefined ? (beside === undefined ? [] : [beside]) : named;
  // of several files the last that sets a variable wins; what the process sets goes before all
  const values = files.reduce<ReadonlyMap<string, string>>(
    (sofar, { text, file }) => new Map([...sofar, ...readDotenv(text, file, given)]),
    new Map(),
  );
  return { values: new Map([...values, ...given]), unnamed: options.envFile === undefined ? files.map(({ file }) => file) : [] };
}

/**
 * Reads Compose files that `--what-if` names, as `docker compose -f A -f B up` would.
 * @throws ComposeError on what Compose would refuse, and on what is not understood; UsageError on a file that cannot be read.
 */
export async function readComposeFiles(files: readonly string[], options: ComposeFileOptions): Promise<ComposeProject> {
  const { readProject } = await import('../../compose/index.js');
  const read = await Promise.all(files.map(async (file): Promise<ComposeFile> => ({ file, text: await textOf(file) })));
  const first = files[0] ?? '';
  const { values, unnamed } = await variablesOf(first, options);
  const project = readProject(read, {
    profiles: (options.profile ?? []).flatMap((one) => one.split(',')),
    ...(options.projectName !== undefined && { projectName: options.projectName }),
    folder: basename(dirname(resolve(first))),
    variables: values,
    read: readBeside(first),
  });
  const taken = unnamed.map((file) => ({
    origin: { file, line: 1 },
    message: 'variables are taken from this file, which lies beside the project',
  }));
  return { ...project, notes: [...taken, ...project.notes] };
}
