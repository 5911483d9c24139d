import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inertJson } from '../../src/report/inert-json.js';
import { inertJsonPieces } from '../../src/report/json-pieces.js';
import { HOSTILE } from './samples.js';

const joined = (value: unknown): string => [...inertJsonPieces(value)].join('');
const whole = (value: unknown): string => `${inertJson(value, 2)}\n`;

describe('JSON in pieces', () => {
  it.each([
    ['nothing', {}],
    ['empty lists, deep down', { a: [], b: [[[[[[[[]]]]]]]] }],
    ['members that are undefined', { a: undefined, b: { c: undefined, d: [undefined, 1] } }],
    ['an object of nothing but undefined', [{ a: undefined }]],
    ['a bare value', 'text'],
    ['null', null],
    ['hostile names and texts', { [HOSTILE]: [[HOSTILE, { [HOSTILE]: { [HOSTILE]: { [HOSTILE]: { [HOSTILE]: HOSTILE } } } }]] }],
  ])('%s: as in one text', (_, value) => {
    expect(joined(value)).toBe(whole(value));
  });

  it('gives for any value the text that JSON.stringify gives', () => {
    fc.assert(
      fc.property(fc.object({ maxDepth: 9, withUnicodeString: true }), (value) => {
        expect(joined(value)).toBe(whole(value));
      }),
    );
  });

  it('holds no more than a little of a large value at once', () => {
    const traces = Array.from({ length: 2000 }, (_, i) => ({
      i,
      steps: Array.from({ length: 20 }, (__, step) => ({ step, text: 'x'.repeat(20) })),
    }));
    const pieces = [...inertJsonPieces({ findings: [{ evidence: { traces } }] })];
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(80_000);
    expect(pieces.length).toBeGreaterThan(40);
  });
});
