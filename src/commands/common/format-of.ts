import { stat } from 'node:fs/promises';
import { UsageError } from './failure.js';

/** Formats by the ending of a file's name; the first that a command has is meant. */
const BY_ENDING: ReadonlyMap<string, readonly string[]> = new Map([
  ['.txt', ['text']],
  ['.log', ['text']],
  ['.json', ['json']],
  ['.sarif', ['sarif']],
  ['.ndjson', ['ndjson']],
  ['.jsonl', ['ndjson']],
  ['.md', ['md']],
  ['.html', ['html']],
  ['.htm', ['html']],
  ['.csv', ['csv']],
  ['.svg', ['svg']],
  ['.dot', ['dot']],
  ['.gv', ['dot']],
  ['.mmd', ['mermaid']],
  ['.xml', ['junit']],
  ['.prom', ['prom']],
]);

/** Where no name tells a format: standard output, a device, a pipe. */
async function isNoFile(path: string): Promise<boolean> {
  if (path === '-' || path.startsWith('/dev/')) return true;
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

const endingOf = (path: string): string => /\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? '';

function known(path: string, formats: readonly string[]): string | undefined {
  if (path.endsWith('.sarif.json') && formats.includes('sarif')) return 'sarif';
  const ending = endingOf(path);
  return BY_ENDING.get(ending)?.find((format) => formats.includes(format));
}

/**
 * @param format as `--format` says it.
 * @param path as `-o` names it.
 * @returns the format to write: as asked, else as the file's ending tells it; text where it has none.
 * @throws UsageError where the ending tells none that the command has.
 */
export async function formatFor(format: string | undefined, path: string | undefined, formats: readonly string[]): Promise<string> {
  const usual = formats[0] ?? 'text';
  if (format !== undefined || path === undefined) return format ?? usual;
  const found = known(path, formats);
  if (found !== undefined || endingOf(path) === '' || (await isNoFile(path))) return found ?? usual;
  const endings = [...BY_ENDING].filter(([, all]) => all.some((one) => formats.includes(one))).map(([ending]) => ending);
  throw new UsageError(
    `-o ${path}: the name tells no format of this command; say --format (${formats.join(', ')}), or end it in ${endings.join(', ')}`,
  );
}
