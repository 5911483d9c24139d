import { describe, expect, it } from 'vitest';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { deep, NAMES, NUMBERS, oddNames, oddNumbers } from './odd.js';
import { printedOf } from './printed/index.js';
import { faultsOf } from './shells.js';

describe('numbers that no kernel counts to are told or taken, and end no command', () => {
  it.each(NUMBERS)('%s', async (number) => {
    for (const [what, files] of oddNumbers(number)) {
      const { texts } = await printedOf(files, false).catch((cause: unknown) => {
        throw new Error(what, { cause });
      });
      expect([what, texts.has('inspect json')]).toEqual([what, true]);
    }
  });
});

describe('names are names, whatever the language, a shell or a file system calls so', () => {
  it.each(NAMES)('%s', async (name) => {
    const printed = await printedOf(oddNames(name), false);
    expect(printed.texts.has('inspect json')).toBe(true);
    expect(faultsOf(printed, ['/bin/sh'])).toEqual([]);
  });

  it('what a listing includes is not read', () => {
    const { problems } = loadFiles(oddNames('t'));
    const said = problems.filter(({ text }) => text.includes('include'));
    expect(said.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain('root:');
  });
});

it('what goes down without end is told', async () => {
  const printed = await printedOf(deep(), false);
  expect(printed.texts.has('inspect json')).toBe(true);
});
