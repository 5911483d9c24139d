import { describe, expect, test } from 'vitest';
import type { KnownBytes } from '../../../../src/netfilter/predicate/predicate.js';
import { compileMatch } from './cases.js';

/** A packet of hex bytes; `??` stands for one that is not known. */
function packet(hex: string): KnownBytes {
  const words = hex.match(/[\da-f?]{2}/gi) ?? [];
  return {
    bytes: Uint8Array.from(words, (word) => (word === '??' ? 0 : Number.parseInt(word, 16))),
    known: Uint8Array.from(words, (word) => (word === '??' ? 0 : 1)),
  };
}

/** A datagram from port 4660 to port 53, in hex. */
export const udp = '45000024????40004011????c0000201c0000202' + '1234003500100000' + '0001020367657420';

/** A segment behind IP options. */
export const tcpWithIpOptions = '46000028????40004006????c0000201c000020201010101' + '1234005000000000000000005002ffff';

/** A datagram of which a part was not read. */
export const unknownPayload = '45000024????40004011????c0000201c0000202' + '1234003500100000' + '????????67657420';

/** A table of options and packets, with what the match says of them; undefined where unread bytes decide. */
export function answers(name: string, table: readonly (readonly [text: string, hex: string, expected: boolean | undefined])[]): void {
  describe(`-m ${name}`, () => {
    test.each(table)('%s on %s', (text, hex, expected) => {
      const predicate = compileMatch(name, text);
      expect(predicate.op === 'bytes' ? predicate.test(packet(hex)) : predicate).toBe(expected);
    });
  });
}

/** Whether a match is negated, and how what it asks of the bytes is named. */
export function detail(name: string, text: string): unknown {
  const predicate = compileMatch(name, text);
  const inner = predicate.op === 'not' ? predicate.of : predicate;
  return [predicate.op, inner.op === 'bytes' && inner.detail];
}
