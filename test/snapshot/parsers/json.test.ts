import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainOf } from '../../../src/snapshot/parsers/json-plain.js';
import { parseJson } from '../../../src/snapshot/parsers/json.js';

describe('parseJson', () => {
  test('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
        expect(JSON.stringify(plainOf(parseJson(spaced, 'f')))).toBe(JSON.stringify(JSON.parse(spaced)));
      }),
    );
  });

  test('knows the line of each value', () => {
    const node = parseJson('[\n {"a":\n 1},\n\n {"a": "x\\ny"}\n]\n', 'f');
    if (node.kind !== 'array') throw new Error('not a list');
    expect(node.items.map((item) => item.line)).toEqual([2, 5]);
    expect(node.items.flatMap((item) => (item.kind === 'object' ? [item.members.get('a')?.line] : []))).toEqual([3, 5]);
  });

  const BROKEN: readonly (readonly [text: string, message: string])[] = [
    ['', 'f:1: not valid JSON: unexpected end of file'],
    ['[1,\n2', 'f:2: not valid JSON: expected ",", found end of file'],
    ['{"a" 1}', 'f:1: not valid JSON: expected ":", found "1"'],
    ['{"a":1,}', 'f:1: not valid JSON: expected a name, found "}"'],
    ['[1] 2', 'f:1: not valid JSON: unexpected "2" after the end of the JSON text'],
    ['"abc', 'f:1: not valid JSON: a string is not closed'],
    ['"a\nb"', 'f:1: not valid JSON: a string holds a control character or is not closed'],
    ['"\\q"', 'f:1: not valid JSON: unknown escape \\q'],
    ['[nul]', 'f:1: not valid JSON: unexpected "n"'],
    ['['.repeat(100_000), 'f:1: not valid JSON: nested deeper than 200 levels'],
  ];
  test.each(BROKEN)('%.20s', (text, message) => {
    expect(() => parseJson(text, 'f')).toThrow(message);
  });

  test('names of object members are names like any other', () => {
    const plain = plainOf(parseJson('{"__proto__":{"x":1},"constructor":2}', 'f'));
    expect(Object.entries(plain as object)).toEqual([
      ['__proto__', expect.objectContaining({ x: 1 })],
      ['constructor', 2],
    ]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
