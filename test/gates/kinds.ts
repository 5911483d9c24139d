import type { Files } from './damage.js';

/** What befalls listings on their way from a host: files mixed up, filtered, shortened, retyped. */
export interface Kind {
  readonly name: string;
  /** Undefined where it does not fit a text. */
  readonly of: (given: Given) => string | undefined;
}

/** What a kind of damage may draw from. */
export interface Given {
  readonly file: string;
  readonly text: string;
  readonly files: Files;
  /** Files of other hosts. */
  readonly others: readonly Files[];
  readonly below: (n: number) => number;
}

const baseOf = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));
const placeOf = (file: string): string => file.slice(0, file.indexOf('/'));

function oneOf<T>(all: readonly T[], below: (n: number) => number): T | undefined {
  return all.length === 0 ? undefined : all[below(all.length)];
}

/** Undefined where it is no JSON any more: another damage came first. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text without a key: in all entries that have it, or in one of the first. */
function withoutKey({ file, text, below }: Given, from: 'all' | 'one'): string | undefined {
  const data = file.endsWith('.json') ? parsed(text) : undefined;
  if (data === undefined) return undefined;
  const key = oneOf([...new Set([...text.matchAll(/"(\w+)":/g)].map(([, name = '']) => name))], below);
  let left = below(4);
  const isGone = (name: string): boolean => name === key && (from === 'all' || left-- === 0);
  return JSON.stringify(data, (name, value: unknown) => (isGone(name) ? undefined : value));
}

/** The lines of a text, or the entries of a JSON array, without those that are not kept. */
function kept({ file, text }: Given, keep: (unit: string, at: number, all: number) => boolean): string | undefined {
  if (file.endsWith('.json')) {
    const data = parsed(text);
    if (!Array.isArray(data)) return undefined;
    const left = data.filter((one, i) => keep(JSON.stringify(one), i, data.length));
    return left.length === data.length ? undefined : JSON.stringify(left);
  }
  const lines = text.replace(/\n$/, '').split('\n');
  const left = lines.filter((line, i) => keep(line, i, lines.length));
  return left.length === lines.length ? undefined : left.map((line) => `${line}\n`).join('');
}

function wordOf(text: string, below: (n: number) => number): string {
  return oneOf([...new Set(text.match(/[A-Za-z][\w.-]{2,}|\d+\.\d+\.\d+\.\d+/g) ?? [])], below) ?? 'DOCKER';
}

const onlyText = ({ file }: Given): boolean => !file.endsWith('.json');

export const KINDS: readonly Kind[] = [
  {
    name: 'of another host',
    of: ({ file, others, below }) => {
      const same = others.flatMap((files) =>
        [...files].flatMap(([path, text]) => (placeOf(path) === placeOf(file) && baseOf(path) === baseOf(file) ? [text] : [])),
      );
      return oneOf(same, below);
    },
  },
  {
    name: 'of another namespace',
    of: ({ file, files, below }) => {
      const same = [...files].flatMap(([path, text]) => (path !== file && baseOf(path) === baseOf(file) ? [text] : []));
      return oneOf(same, below);
    },
  },
  {
    name: 'of another kind',
    of: ({ file, files, below }) => {
      const same = [...files].flatMap(([path, text]) => (path !== file && folderOf(path) === folderOf(file) ? [text] : []));
      return oneOf(same, below);
    },
  },
  {
    name: 'without a quarter of it',
    of: (given) => {
      const start = given.below(4);
      return kept(given, (_, i, all) => Math.floor((i * 4) / all) !== start);
    },
  },
  { name: 'its first half', of: (given) => kept(given, (_, i, all) => i < all / 2) },
  { name: 'its second half', of: (given) => kept(given, (_, i, all) => i >= all / 2) },
  { name: 'every other line', of: (given) => kept(given, (_, i) => i % 2 === 0) },
  {
    name: 'without one',
    of: (given) => {
      const gone = given.below(10_000);
      return kept(given, (_, i, all) => i !== gone % all);
    },
  },
  {
    name: 'grep -v DOCKER',
    of: (given) => kept(given, (line) => !line.includes('DOCKER')),
  },
  {
    name: 'grep -v of a word',
    of: (given) => {
      const word = wordOf(given.text, given.below);
      return kept(given, (line) => !line.includes(word));
    },
  },
  {
    name: 'grep of a word',
    of: (given) => {
      const word = wordOf(given.text, given.below);
      return kept(given, (line) => line.includes(word));
    },
  },
  { name: 'twice', of: ({ text }) => `${text}${text}` },
  {
    name: 'lines cut at 80 columns',
    of: (given) => (onlyText(given) ? given.text.replace(/^(.{80}).+$/gm, '$1') : undefined),
  },
  { name: 'lines folded at 80 columns', of: (given) => (onlyText(given) ? given.text.replace(/^(.{80})(.+)$/gm, '$1\n$2') : undefined) },
  {
    name: 'bytes lost within',
    of: ({ text, below }) => {
      const at = below(text.length);
      return text.slice(0, at) + text.slice(at + 1 + below(200));
    },
  },
  {
    name: 'addresses painted over',
    of: ({ text }) => text.replace(/\b\d+\.\d+\.(\d+\.\d+)\b/g, 'x.x.$1'),
  },
  { name: 'a key gone from all', of: (given) => withoutKey(given, 'all') },
  { name: 'a key gone from one', of: (given) => withoutKey(given, 'one') },
  {
    name: 'sorted',
    of: (given) => (onlyText(given) ? given.text.split('\n').sort().join('\n') : undefined),
  },
  {
    name: 'lines shuffled',
    of: (given) => {
      if (!onlyText(given)) return undefined;
      const lines = given.text.replace(/\n$/, '').split('\n');
      return `${lines
        .map((line) => ({ line, at: given.below(1_000_000) }))
        .sort((a, b) => a.at - b.at)
        .map(({ line }) => line)
        .join('\n')}\n`;
    },
  },
  {
    name: 'HTML escapes',
    of: ({ text }) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  },
  { name: 'typographic dashes and quotes', of: ({ text }) => text.replace(/--/g, '–').replace(/"([^"\n]*)"/g, '“$1”') },
  { name: 'spaces squeezed', of: ({ text }) => text.replace(/[ \t]+/g, ' ').replace(/^ | $/gm, '') },
  { name: 'all on one line', of: (given) => (onlyText(given) ? given.text.replace(/\n/g, ' ') : undefined) },
];
