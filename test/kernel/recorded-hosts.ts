import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDERS = ['hosts', 'nft-hosts', 'podman-hosts'].map((name) => fileURLToPath(new URL(`../../fixtures/${name}/`, import.meta.url)));

/** Recorded hosts, those with native rules among them, by name and folder; `KERNEL_HOSTS` names some of them. */
export function recordedHosts(): readonly (readonly [name: string, folder: string])[] {
  const only = process.env['KERNEL_HOSTS']?.split(',');
  return FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => [name, `${folder}${name}`] as const))
    .filter(([name]) => only === undefined || only.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
