import fc from 'fast-check';
import { expect, it } from 'vitest';
import { utf8 } from '../../src/address/utf8.js';

it.each(['', 'plain', 'Grüße', '→ ✓', '𝒳 😀', '\ud800', 'a\udc00b', '\u0000\u007f\u0080\u07ff\u0800\uffff'])(
  '%j, as Node encodes it',
  (text) => {
    expect([...utf8(text)]).toEqual([...Buffer.from(text)]);
  },
);

it('any text, as Node encodes it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect([...utf8(text)]).toEqual([...Buffer.from(text)]);
    }),
  );
});
