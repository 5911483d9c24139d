import { CommanderError, Option, type Command } from 'commander';
import type { Host } from '../../model/host.js';
import type { HostTexts } from '../../snapshot/index.js';
import { LOOSE_FILES } from '../../snapshot/disk.js';
import { suppose } from './suppose.js';

/** The headings under which the help lists where a host's listings come from. */
const SNAPSHOT_GROUP = 'Snapshot:';
export const FILES_GROUP = 'Single files:';

/** Adds `--snapshot` and the options for single files. */
export function addSnapshotOptions(command: Command): Command {
  command
    .optionsGroup(SNAPSHOT_GROUP)
    .option(
      '-s, --snapshot <path>',
      "a host's command output: a folder, an archive, a support bundle, a file of pasted listings (-: standard input); without it, this host (root)",
    );
  command.option('--host <name>', 'the host that is meant, where what is given holds the listings of several');
  command.option(
    '--what-if <command>',
    'suppose this was run first: a command of iptables, ipset, ip, bridge, sysctl or docker, or a Compose file that is started; repeatable',
    several,
  );
  return addFileOptions(addComposeOptions(command));
}

const several = (text: string, sofar: readonly string[] | undefined): readonly string[] => [...(sofar ?? []), text];

/** How Compose files of `--what-if` are read. */
function addComposeOptions(command: Command): Command {
  return command
    .option('--profile <name>', 'of Compose files: start services of this profile as well; repeatable', several)
    .option('--project-name <name>', 'of Compose files: the name of the project')
    .option('--env-file <file>', 'of Compose files: variables, in place of .env beside the first; repeatable', several)
    .option('--process-env', "of Compose files: take variables from this process's environment as well");
}

/** Listings given one by one: the help has them in one line, `--help-files` lists them. */
function addFileOptions(command: Command): Command {
  for (const [name, { printedBy }] of LOOSE_FILES)
    command.addOption(new Option(`--${name} <file>`, `output of: ${printedBy}`).hideHelp().helpGroup(FILES_GROUP));
  return command
    .option('--help-files', `list the options for single files: --iptables-save, --ip-addr, --docker … (${LOOSE_FILES.size} of them)`)
    .on('option:help-files', () => {
      const width = Math.max(...[...LOOSE_FILES.keys()].map((name) => name.length));
      const lines = [...LOOSE_FILES].map(
        ([name, { printedBy }]) => `  --${name} <file>${' '.repeat(width - name.length)}  output of: ${printedBy}`,
      );
      process.stdout.write(`Single files, in place of those of a snapshot or without one:\n${lines.join('\n')}\n`);
      throw new CommanderError(0, 'dtrace-path.helpFiles', '');
    });
}

/** Adds `FILE …`, the same as `--snapshot`; `withFiles` takes them in. */
export function addFiles(command: Command): Command {
  return command.argument('[files...]', 'the same as --snapshot: a folder, an archive, files of listings; - for standard input');
}

/** @returns options as if the first of the files had been given by `--snapshot`, unless another was; the others go with it. */
export function withFiles<T extends object>(options: T & { readonly snapshot?: string }, files: readonly string[]): T & WithFiles {
  const [first, ...others] = options.snapshot === undefined ? files : [options.snapshot, ...files];
  return first === undefined ? options : { ...options, snapshot: first, ...(others.length === 0 ? {} : { files: others }) };
}

/** What `withFiles` takes in. */
interface WithFiles {
  readonly snapshot?: string;
  /** Files that are read together with the snapshot. */
  readonly files?: readonly string[];
}

/** Adds the options for single files once more, for the second of two hosts: `--after-iptables-save` and so on. */
export function addSecondSnapshotOptions(command: Command): Command {
  for (const [name, { printedBy }] of LOOSE_FILES)
    command.addOption(new Option(`--after-${name} <file>`, `of the second: ${printedBy}`).hideHelp().helpGroup(FILES_GROUP));
  return command;
}

/**
 * Reads the second of two hosts: another snapshot, or the first with other files in place of its own.
 * @returns undefined where no option names one.
 */
export async function readSecondHost(options: Readonly<Record<string, unknown>>, snapshot: string | undefined): Promise<Host | undefined> {
  const own = looseFiles(options, 'after-');
  if (snapshot === undefined && own.size === 0) return undefined;
  const { loadSnapshot } = await import('../../snapshot/load.js');
  if (snapshot !== undefined) return loadSnapshot(snapshot, own);
  const first = options['snapshot'];
  return loadSnapshot(typeof first === 'string' ? first : undefined, new Map([...looseFiles(options), ...own]));
}

/** @returns whether options name a host's listings: without, it is this host that is meant. */
export function givesHost(options: Readonly<Record<string, unknown>>): boolean {
  return options['snapshot'] !== undefined || looseFiles(options).size > 0;
}

function looseFiles(options: Readonly<Record<string, unknown>>, prefix = ''): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const name of LOOSE_FILES.keys()) {
    const file = options[camelCase(`${prefix}${name}`)];
    if (typeof file === 'string') files.set(name, file);
  }
  return files;
}

/**
 * Reads the texts of the host that the options of `addSnapshotOptions` name; where they name none, of the machine this runs on.
 * @param options with what was given without an option (`withFiles`).
 * @throws CannotCollect where that is no Docker host; SnapshotError on unreadable files.
 */
export async function readHostTexts(options: Readonly<Record<string, unknown>>): Promise<HostTexts> {
  const { snapshot, host } = options;
  const more = filesIn(options);
  const files = looseFiles(options);
  const given = [...(typeof snapshot === 'string' ? [snapshot] : []), ...more];
  if (given.length === 0 && files.size === 0) return (await import('./live-host.js')).readLiveTexts();
  const { readTexts } = await import('../../snapshot/load.js');
  return readTexts(given, files, typeof host === 'string' ? { host } : {});
}

/**
 * Reads the host that the options of `addSnapshotOptions` name, and supposes what `--what-if` says.
 * @throws whatever `readHostTexts` throws.
 */
export async function readHost(options: Readonly<Record<string, unknown>>): Promise<Host> {
  const texts = await readHostTexts(options);
  const { hostOfTexts } = await import('../../snapshot/host-texts.js');
  return suppose(hostOfTexts(texts), options);
}

/** @returns the files that go with the snapshot, as `withFiles` left them. */
export function filesIn({ files }: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [];
}

/** @returns an option's name as commander files it. */
function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
