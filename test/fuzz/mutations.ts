import fc from 'fast-check';

/** What breaks readers: names of the language, numbers at the edges, characters that a terminal or a page acts on. */
const TOKENS = [
  ...[
    '',
    ' ',
    '\t',
    '\r',
    '\n',
    '\u0000',
    '\ufeff',
    '\u2028',
    '\u202e',
    '\ud800',
    '\u001b[31m',
    '"',
    "'",
    '\\',
    '\\"',
    '`',
    '|',
    '<b>',
    '&',
    '%s',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', 'Infinity', '-0', '1e309', '9007199254740993'],
  ...['-1', '0', '1', '32', '33', '128', '129', '255', '256', '65535', '65536', '4294967295', '4294967296', '0x', '0xffffffff', '08'],
  ...[
    '0.0.0.0',
    '255.255.255.255',
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4/',
    '1.2.3.4/33',
    '::',
    '::/0',
    '::ffff:1.2.3.4',
    'fe80::1%eth0',
    ':::',
    '1::2::3',
  ],
  ...[
    '!',
    '-',
    '--',
    '-A',
    '-j',
    '-g',
    '-m',
    '-p',
    '-s',
    '-i',
    '+',
    '*',
    '*filter',
    'COMMIT',
    ':',
    ':A',
    '[',
    ']',
    '{',
    '}',
    '[]',
    '{}',
    ',',
    ', ,',
  ],
  ...[
    'dev',
    'via',
    'nexthop',
    'table',
    'lookup',
    'proto',
    'scope',
    'metric',
    'all',
    'default',
    'unreachable',
    'from',
    'master',
    'link-netnsid',
  ],
];

export interface Edit {
  readonly kind:
    'flip' | 'insert' | 'remove' | 'drop-line' | 'repeat-line' | 'swap-lines' | 'swap-words' | 'cut' | 'cut-front' | 'word' | 'double';
  readonly at: number;
  readonly other: number;
  readonly token: string;
}

export const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom<Edit['kind'][]>(
    ...([
      'flip',
      'insert',
      'remove',
      'drop-line',
      'repeat-line',
      'swap-lines',
      'swap-words',
      'cut',
      'cut-front',
      'word',
      'double',
    ] as const),
  ),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  other: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  token: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...TOKENS) }, fc.string({ unit: 'binary', maxLength: 12 })),
});

function swapped<T>(list: readonly T[], at: number, other: number): T[] {
  const copy = [...list];
  const [i, j] = [Math.floor(at * copy.length), Math.floor(other * copy.length)];
  const [a, b] = [copy[i], copy[j]];
  if (a !== undefined && b !== undefined) [copy[i], copy[j]] = [b, a];
  return copy;
}

function spliced<T>(list: readonly T[], at: number, count: number, ...put: readonly T[]): T[] {
  const copy = [...list];
  copy.splice(Math.floor(at * copy.length), count, ...put);
  return copy;
}

/** @returns `text` with one edit made; `at` and `other` are fractions of its length. */
export function applyEdit(text: string, { kind, at, other, token }: Edit): string {
  const place = Math.floor(at * text.length);
  const lines = text.split('\n');
  const words = text.split(/(\s+)/);
  switch (kind) {
    case 'flip':
      return text.slice(0, place) + String.fromCharCode(text.charCodeAt(place) ^ (1 << Math.floor(other * 8))) + text.slice(place + 1);
    case 'insert':
      return text.slice(0, place) + token + text.slice(place);
    case 'remove':
      return text.slice(0, place) + text.slice(place + 1 + Math.floor(other * 20));
    case 'drop-line':
      return spliced(lines, at, 1).join('\n');
    case 'repeat-line':
      return spliced(lines, other, 0, ...spliced(lines, 0, Math.floor(at * lines.length)).slice(0, 1)).join('\n');
    case 'swap-lines':
      return swapped(lines, at, other).join('\n');
    case 'swap-words':
      return swapped(words, at, other).join('');
    case 'cut':
      return text.slice(0, place);
    case 'cut-front':
      return text.slice(place);
    case 'word':
      return spliced(words, at, 1, token).join('');
    case 'double':
      return text + text.slice(place);
  }
}

/** @returns texts of the corpus with a few edits each. */
export function mutated(texts: readonly string[], most = 6): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: most }))
    .map(([text, edits]) => edits.reduce(applyEdit, text));
}
