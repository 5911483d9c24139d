import { existsSync } from 'node:fs';
import { openSandbox, SandboxError } from '../../src/kernel/sandbox.js';
import type { Abilities } from './generate/world.js';
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

/** @returns which kinds of devices the kernel can make. */
export async function abilities(): Promise<Abilities> {
  const sandbox = await openSandbox({ agent: AGENT });
  try {
    const can = async (command: string): Promise<boolean> => (await sandbox.run(['ip', ...command.split(' ')])).code === 0;
    await can('link add base type veth peer name other');
    return {
      vlanFiltering: await can('link add br type bridge vlan_filtering 1'),
      macvlan: await can('link add link base name mac type macvlan mode bridge'),
      ipvlan: await can('link add link other name ipv type ipvlan mode l2'),
    };
  } finally {
    await sandbox.close();
  }
}
