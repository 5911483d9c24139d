import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { HOSTS, recorded, sequence } from './hosts.js';
import { randomHost } from './random-host.js';
import { compareSets } from './compare-sets.js';

const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);

const SEED = setting('SETS_SEED', Math.floor(Math.random() * 1e9));
const PACKETS = setting('SETS_PACKETS', 100_000);
const RANDOM = setting('SETS_RANDOM', 200);
/** Folders of further snapshots. */
const FURTHER = (process.env['SETS_SNAPSHOTS'] ?? '').split(':').filter((path) => path !== '');
const HOUR = 3_600_000;

// places nobody knows are asked for on purpose, and no stack of theirs is read
Error.stackTraceLimit = 0;
process.stdout.write(`SETS_SEED=${SEED} SETS_PACKETS=${PACKETS} SETS_RANDOM=${RANDOM}\n`);

const tell = (name: string, sets: number, started: number): void =>
  void process.stdout.write(`${name}: ${PACKETS} packets, ${sets} sets, ${((performance.now() - started) / 1000).toFixed(1)} s\n`);

describe('packet sets and single packets agree', () => {
  it.each([...(process.env['SETS_RECORDED'] === '0' ? [] : HOSTS), ...FURTHER])('on %s', { timeout: HOUR }, async (name) => {
    const started = performance.now();
    const host = name.includes('/') ? await loadSnapshot(name) : await recorded(name);
    const { wrong, sets } = compareSets(host, PACKETS, sequence(SEED));
    tell(basename(name), sets, started);
    expect(wrong).toEqual([]);
  });

  it.each(Array.from({ length: RANDOM }, (_, i) => SEED + i))('on random host %i', { timeout: HOUR }, (seed) => {
    const started = performance.now();
    const { wrong, sets } = compareSets(randomHost(seed), PACKETS, sequence(seed));
    tell(`random ${seed}`, sets, started);
    expect(wrong).toEqual([]);
  });
});
