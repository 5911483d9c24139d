/** Made only where something ran: whatever runs is asked to make it. */
export const CANARY = 'PWN';

/** What a shell, an option parser, a path, a page or a terminal would act on, one kind each. */
export const POISONS: readonly string[] = [
  `a\n:>${CANARY}`,
  `$(>${CANARY})`,
  `\`>${CANARY}\``,
  `;>${CANARY};`,
  `&>${CANARY}&`,
  `|>${CANARY}`,
  `' >${CANARY} '`,
  `" >${CANARY} "`,
  `a b`,
  '-x',
  `--modprobe=${CANARY}`,
  `/../${CANARY}`,
  '..',
  '!!',
  '!x',
  '~',
  '*',
  'a\\',
  '#',
  `\u001b[31m`,
  'a\u202eb',
  'a\r\nb',
  '<script>x</script>',
  `</style></title>--></textarea><img src=x onerror=alert(1)>`,
  `" onload="alert(1)" x="`,
  `' onload='alert(1)`,
  ']]><x/>',
  '[a](javascript:alert(1))',
  '![a](http://198.51.100.66/x)',
  `|a|\n|b|`,
  `=cmd|'/C calc'!A0`,
  '+1+1',
  'a\n::error::PWN',
  '::error::PWN',
  '##[error]PWN',
  '##vso[task.setvariable variable=PWN]x',
  'a\nPWN-LINE',
  'a\u2028PWN-LINE',
  'a\u200bb\u2066c\ufeffd',
  '\u001b]0;owned\u0007',
  '\u009b2J',
  '%%{init: {"securityLevel":"loose"}}%%',
  '"] --> x["a',
  '\\"; x -> y; "',
  '${PWN}',
  '{{PWN}}',
  '__proto__',
  'constructor',
  'x'.repeat(300),
];

type Files = ReadonlyMap<string, string>;

/** A string of a snapshot: a name or a value of JSON, or a word of a listing. */
interface Place {
  readonly file: string;
  /** As it is written: of JSON in its quotes. */
  readonly text: string;
}

/** One string of one of several hosts. */
export interface HostPlace {
  readonly name: string;
  readonly files: Files;
  readonly place: Place;
}

/** What a text looks like: names of one make read alike wherever they stand. */
function shape(text: string): string {
  const made = text
    .replace(/\b[0-9a-f]{12,}\b/g, 'H')
    .replace(/\b(?:veth|br-)[0-9a-f]+\b/g, 'V')
    .replace(/[0-9a-f.]*(?::+[0-9a-f]+){3,}(?:\/\d+)?/g, 'M')
    .replace(/\b(conf|neigh)\.[^.]+/, '$1.X');
  return made.length > 60 ? `${made.slice(0, 8)}…` : made.replace(/\d+/g, '0');
}

/** Strings of JSON by where they stand: `[].NetworkSettings.Networks.*`, keys as well. */
function jsonPlaces(value: unknown, at: string, found: (at: string, text: string) => void): void {
  if (typeof value === 'string') return found(`${at} ${shape(value).replace(/[a-z]+/gi, 'a')}`, value);
  if (Array.isArray(value)) return value.forEach((item: unknown) => jsonPlaces(item, `${at}[]`, found));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    found(`${at} key ${shape(key)}`, key);
    jsonPlaces(item, `${at}.${shape(key)}`, found);
  }
}

/** Words of a listing by what stands before them in the line. */
function textPlaces(text: string, isSettings: boolean, found: (at: string, text: string) => void): void {
  for (const line of text.split('\n')) {
    const words = line.split(/\s+/).filter((word) => word !== '');
    words.forEach((word, i) => {
      const before = isSettings ? '' : (words[i - 1] ?? '');
      found(
        before.startsWith('-')
          ? `${before} ${shape(word).replace(/[a-z]+/gi, 'a')}`
          : `${shape(before).replace(/[a-z]{9,}/gi, 'a')} ${shape(word)}`,
        word,
      );
    });
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/**
 * @param hosts the first that has a string of a kind is the one that lends it.
 * @returns a string for every place where strings stand: by kind of file, by where in it, and by what the string looks like.
 */
export function unlikeStrings(hosts: readonly (readonly [name: string, files: Files])[]): readonly HostPlace[] {
  const all = new Map<string, HostPlace>();
  for (const [name, files] of hosts)
    for (const [file, text] of files) {
      const kind = file.replace(/.*\//, '');
      const add = (at: string, one: string): void => {
        const key = `${kind} ${at}`;
        if (!all.has(key)) all.set(key, { name, files, place: { file, text: file.endsWith('.json') ? JSON.stringify(one) : one } });
      };
      if (file.endsWith('.json')) jsonPlaces(parsed(text), '', add);
      else textPlaces(text, kind === 'sysctl.txt', add);
    }
  return [...all.values()];
}

/** @returns the snapshot with every occurrence of one string replaced: in all files where it is a name that they share. */
export function poisoned(files: Files, place: Place, poison: string): Map<string, string> {
  const bare = place.text.replace(/^"\/?|"$/g, '');
  const isName = /^[A-Za-z][\w.-]*$/.test(bare) && place.file.endsWith('.json') && !/"[^"]*"\s*:/.test(place.text);
  return new Map(
    [...files].map(([file, text]) => {
      if (file !== place.file && !isName) return [file, text];
      const json = file.endsWith('.json');
      // in a listing a line feed makes two lines, of which each is what it is
      const wanted = json ? (file === place.file ? place.text : `"${bare}"`) : isName ? bare : place.text;
      const put = json
        ? JSON.stringify(place.text.startsWith('"/') && file === place.file ? `/${poison}` : poison)
        : poison.replace(/[\r\n\u2028]/g, '');
      return [file, json ? text.split(wanted).join(put) : replaceWords(text, wanted, put)];
    }),
  );
}

function replaceWords(text: string, word: string, by: string): string {
  return text
    .split(/(\s+)/)
    .map((one) => (one === word ? by : one))
    .join('');
}

/** @returns the snapshot with a comment before the conditions of every rule: what it holds is iptables-save's to quote. */
export function withComments(files: Files, comment: string): Map<string, string> {
  const quoted = comment.replace(/["\\]/g, '\\$&');
  return new Map(
    [...files].map(([file, text]) => [
      file,
      /tables(?:-legacy)?-save\.txt$/.test(file)
        ? text.replace(
            /^(\S* ?-A \S+)(.* -j )/gm,
            (_, head: string, rest: string) => `${head}${rest.slice(0, -4)} -m comment --comment "${quoted}" -j `,
          )
        : text,
    ]),
  );
}
