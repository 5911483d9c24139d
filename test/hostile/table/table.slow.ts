import { describe, expect, it } from 'vitest';
import { COMMAND_NAMES } from '../../../src/commands/names.js';
import { leftItsPlace } from '../left-its-place.js';
import { ATTACKS } from './attacks/index.js';
import type { Attack } from './attack.js';
import { WAYS } from './lines.js';
import { OWN_PROCESS } from './own-process.js';
import { parsedFaults } from './parsed.js';
import { met, type Told } from './run.js';

/** No attack is worth more memory. */
const MOST_MIB = 1500;
/** Places in a program, as Node prints them. */
const STACK = /^\s+at (?:async )?\S+.*\(?(?:file:|node:|\/).*:\d+:\d+\)?$/m;

/** @returns what is wrong with what one command line did. */
function lineFaults(told: Told, { secrets = [], refused }: Attack): readonly string[] {
  const { argv, command, format, status, stdout, stderr } = told;
  const all = `${stdout}\n${stderr}`;
  const faults = [
    ...(told.crash === undefined ? [] : [`threw ${told.crash}`]),
    ...told.started.map((program) => `started ${program}`),
    ...([0, 1, 2].includes(status) ? [] : [`exit code ${status}`]),
    ...(STACK.test(all) ? ['a stack trace'] : []),
    ...(stderr.includes('a fault in dtrace-path itself') ? [`a fault: ${stderr.slice(0, 300)}`] : []),
    ...(status === 2 && stderr.trim() === '' ? ['exit code 2 without a word'] : []),
    ...secrets.filter((secret) => all.includes(secret)).map((secret) => `printed ${secret}: ${around(all, secret)}`),
    ...leftItsPlace('text', stderr).map((fault) => `stderr: ${fault}`),
    ...leftItsPlace(status === 2 ? 'text' : format, stdout),
    ...(status === 2 ? [] : parsedFaults(format, stdout)),
    ...(refused === undefined || READS_NONE.has(command) || refused.test(stderr)
      ? []
      : [`said ${JSON.stringify(stderr.slice(0, 200))} with ${status}`]),
  ];
  return faults.map((fault) => `${argv.join(' ')}: ${fault}`);
}

const around = (text: string, word: string): string =>
  JSON.stringify(text.slice(Math.max(0, text.indexOf(word) - 80), text.indexOf(word) + 60));

/** What asks no snapshot. */
const READS_NONE = new Set(['completion']);

it('every command has its place in the table', () => {
  const tried = COMMAND_NAMES.filter((name) => name in OWN_PROCESS || WAYS[name]({} as never, {} as never).length > 0);
  expect(tried).toEqual([...COMMAND_NAMES]);
});

describe.each(ATTACKS.map((attack) => [attack.name, attack] as const))('%s', (_, attack) => {
  it('meets every command in every format: nothing runs, leaves its place, is printed that is secret, or takes more than it should', async () => {
    const { told, faults, written, peakMiB, hangs, seconds } = await met(attack);
    if (process.env['TABLE_FIGURES'] !== undefined)
      process.stdout.write(`${attack.name}: ${told.length} lines, ${seconds.toFixed(1)} s, ${peakMiB} MiB\n`);
    const secret = (attack.secrets ?? []).flatMap((word) =>
      [...written].flatMap(([name, text]) => (text.includes(word) ? [`${name} holds ${word}: ${around(text, word)}`] : [])),
    );
    expect([
      ...(hangs === undefined ? [] : [`does not end: ${hangs}`]),
      ...faults,
      ...secret,
      ...told.flatMap((one) => lineFaults(one, attack)),
    ]).toEqual([]);
    expect(peakMiB).toBeLessThan(MOST_MIB);
  });
});
