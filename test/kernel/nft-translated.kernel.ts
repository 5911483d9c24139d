import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Lab } from './nft/lab.js';
import { twice } from './nft/translated.js';
import { runTrial } from './nft/trial.js';

/** Random rules of iptables in the kernel, and what iptables-restore-translate makes of them: the same flows fare alike, and as predicted. */
const SEED = Number(process.env['KERNEL_SEED'] ?? Math.floor(Math.random() * 1e9));
const TRIALS = Number(process.env['NFT_RULESETS'] ?? 20);
const FLOWS = Number(process.env['NFT_FLOWS'] ?? 26);

const lab = new Lab();
beforeAll(() => lab.up(), 60_000);
afterAll(() => lab.down());

describe(`rules of iptables and their translation, KERNEL_SEED=${SEED}`, () => {
  it.each(Array.from({ length: TRIALS }, (_, i) => [SEED + i, i] as const))('%i', { timeout: 60_000 }, async (seed, index) => {
    const { iptables, native } = twice(seed);
    const one = await runTrial(lab, iptables, { seed, flows: FLOWS, index: 2 * index });
    const other = await runTrial(lab, native, { seed, flows: FLOWS, index: 2 * index + 1 });
    expect(one?.found).toEqual([]);
    expect(other?.found).toEqual([]);
    expect([...(other?.outcomes ?? [])], `${iptables.iptables?.join('') ?? ''}${native.native}`).toEqual([...(one?.outcomes ?? [])]);
  });
});
