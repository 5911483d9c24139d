import { filesIn } from './snapshot-options.js';
import { LOOSE_FILES } from '../../snapshot/disk.js';

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** An option with its value: in one word where the value would be taken for another option. */
function option(name: string, value: unknown): readonly string[] {
  if (typeof value !== 'string') return [];
  return value.startsWith('-') && value !== '-' ? [`--${name}=${value}`] : [`--${name}`, value];
}

function repeated(name: string, values: unknown): readonly string[] {
  return Array.isArray(values) ? values.flatMap((value: unknown) => option(name, value)) : [];
}

/** A file as a word that no option is. */
const asArgument = (file: string): string => (file.startsWith('-') && file !== '-' ? `./${file}` : file);

/**
 * @param options as `addSnapshotOptions` and `addAssumptionOption` fill them.
 * @param snapshot where another than theirs is meant.
 * @returns the options that give the same host to another command, as words; none where it is this one.
 */
export function aboutOf(options: Readonly<Record<string, unknown>>, snapshot: unknown = options['snapshot']): readonly string[] {
  const { host, whatIf, assume, profile, projectName, envFile, processEnv } = options;
  const files = [...LOOSE_FILES.keys()].flatMap((name) => option(name, options[camelCase(name)]));
  const supposed = [
    ...repeated('what-if', whatIf),
    ...repeated('profile', profile),
    ...option('project-name', projectName),
    ...repeated('env-file', envFile),
    ...(processEnv === true ? ['--process-env'] : []),
  ];
  const sides: readonly (readonly string[])[] =
    assume instanceof Map
      ? [...(assume as ReadonlyMap<string, readonly string[]>)].flatMap(([category, all]) =>
          all.map((side) => option('assume', `${category}=${side}`)),
        )
      : [];
  const others = filesIn(options).map(asArgument);
  // files that belong together stand together
  const given = typeof snapshot === 'string' && others.length > 0 ? [asArgument(snapshot), ...others] : option('snapshot', snapshot);
  return [...given, ...option('host', host), ...files, ...supposed, ...sides.flat()];
}

/** @returns the same of the second of two hosts, which `--after-…` and `--what-if` make of the first where it is no other snapshot. */
export function aboutOfSecond(options: Readonly<Record<string, unknown>>, first: unknown, second: string | undefined): readonly string[] {
  const files = [...LOOSE_FILES.keys()].map((name) => {
    const own = options[camelCase(`after-${name}`)];
    return [camelCase(name), own ?? (second === undefined ? options[camelCase(name)] : undefined)] as const;
  });
  return aboutOf({ ...options, ...Object.fromEntries(files) }, second ?? first ?? options['snapshot']);
}
