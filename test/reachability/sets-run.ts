import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/model/host.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { compareSets } from './compare-sets.js';
import { HOSTS, recorded, sequence } from './hosts.js';
import { nativeHost } from './native-host.js';
import { randomHost } from './random-host.js';

const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);

const SEED = setting('SETS_SEED', 1);
const PACKETS = setting('SETS_PACKETS', 100_000);
const RANDOM = setting('SETS_RANDOM', 200);
/** Folders of further snapshots. */
const FURTHER = (process.env['SETS_SNAPSHOTS'] ?? '').split(':').filter((path) => path !== '');
const HOUR = 3_600_000;

// names that nobody knows are asked for on purpose, and no stack of theirs is read
Error.stackTraceLimit = 0;

function compare(name: string, host: Host, seed: number): void {
  const started = process.cpuUsage();
  const { wrong, sets } = compareSets(host, PACKETS, sequence(seed));
  const seconds = (process.cpuUsage(started).user / 1e6).toFixed(1);
  process.stdout.write(`${name}: ${PACKETS} packets, ${sets} sets, ${seconds} s of processor time\n`);
  expect(wrong).toEqual([]);
}

/** Tests every recorded host, and the folders that `SETS_SNAPSHOTS` names. */
export function testRecordedHosts(): void {
  describe('packet sets and single packets agree', () => {
    it.each([...(process.env['SETS_RECORDED'] === '0' ? [] : HOSTS), ...FURTHER])('on %s', { timeout: HOUR }, async (name) => {
      compare(basename(name), name.includes('/') ? await loadSnapshot(name) : await recorded(name), SEED);
    });
  });
}

/** Tests one of two halves of the random hosts. */
export function testRandomHosts(half: 0 | 1): void {
  const seeds = Array.from({ length: RANDOM }, (_, i) => SEED + i).filter((_, i) => i % 2 === half);
  describe.skipIf(seeds.length === 0)('packet sets and single packets agree', () => {
    it.each(seeds)('on random host %i', { timeout: HOUR }, (seed) => {
      compare(`random ${seed}`, randomHost(seed), seed);
    });
  });
}

/** Tests hosts with random native rules of nftables. */
export function testNativeHosts(): void {
  const seeds = Array.from({ length: setting('SETS_NATIVE', 40) }, (_, i) => SEED + i);
  describe.skipIf(seeds.length === 0)('packet sets and single packets agree', () => {
    it.each(seeds)('on host %i with native rules', { timeout: HOUR }, (seed) => {
      compare(`native ${seed}`, nativeHost(seed), seed);
    });
  });
}
