import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = new URL('../../src/', import.meta.url).pathname;
const EXPORTED = /^export (?:async )?(?:function\*?|(?:abstract )?class) (\w+)/;

/** The functions and classes that a file hands out and says nothing of; an overload is told by its first. */
function bare(file: string): readonly string[] {
  const lines = readFileSync(join(ROOT, file), 'utf8').split('\n');
  return lines.flatMap((line, at) => {
    const name = EXPORTED.exec(line)?.[1];
    const before = lines[at - 1] ?? '';
    const isTold = before.endsWith('*/') || EXPORTED.exec(before)?.[1] === name;
    return name === undefined || isTold ? [] : [`${file}:${at + 1} ${name}`];
  });
}

it('everything that a file hands out says what it is', () => {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(1000);
  expect(files.flatMap(bare)).toEqual([]);
});
