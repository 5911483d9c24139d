import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listedOtherwise } from '../../support/listed-rules.js';

/** Listings and saves of the same rules, of every match and target that a kernel took (iptables 1.8.9, both back ends). */
const FOLDER = new URL('../../../fixtures/listings/', import.meta.url).pathname;
const read = (name: string): string => readFileSync(`${FOLDER}${name}`, 'utf8');

describe('iptables -L says what iptables-save says, or asks', () => {
  test.each([
    ['nft', 'filter', 'L-n-v', 15],
    ['nft', 'mangle', 'L-n-v', 2],
    ['nft', 'nat', 'L-n-v', 0],
    ['nft', 'raw', 'L-n-v', 0],
    ['legacy', 'filter', 'L-n-v', 15],
    ['legacy', 'mangle', 'L-n-v', 2],
    ['legacy', 'nat', 'L-n-v', 0],
    ['legacy', 'raw', 'L-n-v', 0],
  ] as const)('%s %s -%s', (backend, table, form, hidden) => {
    const found = listedOtherwise(read(`${backend}/${table}-save.txt`), read(`${backend}/${table}-${form}.txt`), table);
    expect(found).toEqual({ wrong: [], hidden });
  });

  test.each(['filter', 'mangle', 'raw'] as const)('nft %s -L: interfaces are asked, names of services are read', (table) => {
    const { wrong } = listedOtherwise(read(`nft/${table}-save.txt`), read(`nft/${table}-L.txt`), table);
    expect(wrong).toEqual([]);
  });
});
