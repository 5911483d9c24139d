/** Made only where something ran: whatever runs is asked to make it. */
export const CANARY = 'PWN';

/** What a shell, an option parser, a path, a page or a terminal would act on, one kind each. */
export const POISONS: readonly string[] = [
  `a\n>${CANARY}`,
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
  'x'.repeat(300),
];

type Files = ReadonlyMap<string, string>;

/** A string of a snapshot: a name or a value of JSON, or a word of a listing. */
interface Place {
  readonly file: string;
  readonly text: string;
}

const JSON_STRING = /"(?:\\.|[^"\\])*"/g;

/** @returns every string that a snapshot holds, once for each file that holds it. */
function stringsOf(files: Files): readonly Place[] {
  return [...files].flatMap(([file, text]) => {
    const found = file.endsWith('.json') ? text.match(JSON_STRING) : text.match(/\S+/g);
    return [...new Set(found ?? [])].map((one) => ({ file, text: one }));
  });
}

/** One string of one of several hosts. */
export interface HostPlace {
  readonly name: string;
  readonly files: Files;
  readonly place: Place;
}

/** @returns every string of several hosts, once for each kind of file: the same name in the same kind of file leads the same way. */
export function unlikeStrings(hosts: readonly (readonly [name: string, files: Files])[]): readonly HostPlace[] {
  const all = hosts.flatMap(([name, files]) => stringsOf(files).map((place) => ({ name, files, place })));
  return [...new Map(all.map((one) => [`${one.place.file.replace(/.*\//, '')} ${one.place.text}`, one])).values()];
}

/** @returns the snapshot with every occurrence of one string replaced: in all files where it is a name that they share. */
export function poisoned(files: Files, place: Place, poison: string): Map<string, string> {
  const bare = place.text.replace(/^"\/?|"$/g, '');
  const isName = /^[A-Za-z][\w.-]*$/.test(bare) && place.file.endsWith('.json') && !/"[^"]*"\s*:/.test(place.text);
  return new Map(
    [...files].map(([file, text]) => {
      if (file !== place.file && !isName) return [file, text];
      const json = file.endsWith('.json');
      const wanted = json ? (file === place.file ? place.text : `"${bare}"`) : isName ? bare : place.text;
      const put = json ? JSON.stringify(place.text.startsWith('"/') && file === place.file ? `/${poison}` : poison) : poison;
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
