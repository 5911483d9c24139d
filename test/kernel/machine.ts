import { existsSync } from 'node:fs';
import type { Family } from '../../src/address/ip.js';
import { openSandbox, SandboxError, type Sandbox } from '../../src/kernel/sandbox.js';
import { MATCHES } from './generate/matches/index.js';
import { Rng } from './generate/rng.js';
import { setTypes } from './generate/sets.js';
import { TARGETS } from './generate/targets.js';
import { makeWorld, type Abilities } from './generate/world.js';
import { AGENT } from './trial.js';

/** @returns why this machine cannot build a twin; undefined where it can. */
export async function whyNoTwin(): Promise<string | undefined> {
  if (!existsSync(AGENT)) return 'the program is not built: npm run build';
  try {
    const sandbox = await openSandbox({ agent: AGENT });
    await sandbox.close();
    return undefined;
  } catch (error) {
    if (error instanceof SandboxError) return error.message;
    throw error;
  }
}

/** Loads one rule after the other, each by itself, and names those that are refused. */
function probeScript(probes: readonly { readonly name: string; readonly probe: string; readonly family?: Family }[]): string {
  const lines = probes.map(({ name, probe, family = 4 }) => {
    const [table, rule] = /^[a-z]/.test(probe) ? [probe.split(' ')[0], probe.slice(probe.indexOf(' ') + 1)] : ['filter', probe];
    return `ip${family === 6 ? '6' : ''}tables-nft -t ${table} -A ${rule} >/dev/null 2>&1 || echo ${name}`;
  });
  const estimator = 'iptables-nft -A INPUT -j RATEEST --rateest-name est --rateest-interval 250ms --rateest-ewmalog 500ms';
  return ['ipset create probe hash:ip', `${estimator} 2>/dev/null`, ...lines, 'true'].join('\n');
}

/** @returns the matches, targets and types of sets that the generator knows and this machine refuses. */
async function lackingOn(sandbox: Sandbox): Promise<Abilities['lacking']> {
  const words = async (script: string): Promise<ReadonlySet<string>> => {
    const { out } = await sandbox.run(['sh', '-c', script]);
    return new Set(out.split('\n').filter((line) => line !== ''));
  };
  const named = (table: typeof MATCHES | typeof TARGETS): string =>
    probeScript(Object.entries(table).map(([name, probe]) => ({ name, ...probe })));
  const rng = new Rng(1);
  const types = setTypes(rng, makeWorld(rng, NOTHING));
  return {
    matches: await words(named(MATCHES)),
    targets: await words(`ipset destroy probe; ${named(TARGETS)}`),
    sets: await words(types.map(({ type, options }, i) => `ipset create p${i} ${type} ${options} 2>/dev/null || echo ${type}`).join('\n')),
  };
}

const NOTHING: Abilities = {
  vlanFiltering: false,
  macvlan: false,
  ipvlan: false,
  lacking: { matches: new Set(), targets: new Set(), sets: new Set() },
};

/** @returns what the kernel can make: devices, sets, and rules of every kind. */
export async function abilities(): Promise<Abilities> {
  const sandbox = await openSandbox({ agent: AGENT });
  try {
    const can = async (command: string): Promise<boolean> => (await sandbox.run(['ip', ...command.split(' ')])).code === 0;
    await can('link add name base type veth peer name other');
    return {
      vlanFiltering: await can('link add name br type bridge vlan_filtering 1'),
      macvlan: await can('link add link base name mac type macvlan mode bridge'),
      ipvlan: await can('link add link other name ipv type ipvlan mode l2'),
      lacking: await lackingOn(sandbox),
    };
  } finally {
    await sandbox.close();
  }
}

/** @returns what this machine lacks, in words: `devices ipvlan; matches geoip, nfacct`; empty where it lacks nothing. */
export function lackingWords({ lacking, ...devices }: Abilities): string {
  const without = Object.entries(devices).flatMap(([name, can]) => (can ? [] : [name]));
  const lists = [
    ['devices', without],
    ['matches', [...lacking.matches]],
    ['targets', [...lacking.targets]],
    ['sets', [...lacking.sets]],
  ] as const;
  return lists.flatMap(([what, names]) => (names.length === 0 ? [] : [`${what} ${names.join(', ')}`])).join('; ');
}
