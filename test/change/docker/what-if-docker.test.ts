import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/datapath/index.js';
import type { Host } from '../../../src/model/host.js';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { whatIf } from '../../../src/change/index.js';
import { told } from '../told.js';

const STATES = fileURLToPath(new URL('../../../fixtures/what-if/', import.meta.url));

interface Step {
  readonly engine: string;
  readonly command: string;
  readonly at: number;
}

const steps = ['docker26', 'docker28'].flatMap((engine): readonly Step[] => {
  const commands = JSON.parse(readFileSync(`${STATES}${engine}/steps.json`, 'utf8')) as readonly string[];
  return commands.map((command, at) => ({ engine, command, at }));
});
const state = (engine: string, at: number): Promise<Host> => loadSnapshot(`${STATES}${engine}/${String(at).padStart(2, '0')}.tgz`);

describe('--what-if of docker commands comes to what an Engine made of them', () => {
  it.each(steps.filter((s) => !s.command.startsWith('docker start')))('$engine: $command', async ({ engine, command, at }) => {
    const [before, after] = [await state(engine, at), await state(engine, at + 1)];
    const model = whatIf(before, [command]);
    expect(told(model)).toEqual(told(after));
    // the image of `docker run` is taken to listen on what it publishes; the recorded one does not
    if (!command.includes(' -p ')) expect(diffReachability(createMachine(model), createMachine(after)).changes).toEqual([]);
  });
});
