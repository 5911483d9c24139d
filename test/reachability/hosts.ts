import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { formatIp } from '../../src/address/ip.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import type { Host } from '../../src/model/host.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { whatIf } from '../../src/change/index.js';

const ROOT = new URL('../../fixtures/hosts/', import.meta.url);

/** Names of the recorded hosts. */
export const HOSTS: readonly string[] = readdirSync(ROOT).sort();

export function recorded(name: string): Promise<Host> {
  return loadSnapshot(new URL(name, ROOT).pathname);
}

/** The files of a recorded host, by their paths in it, without what was recorded for the tests. */
export function folderFiles(name: string): ReadonlyMap<string, string> {
  const root = new URL(`${name}/`, ROOT).pathname;
  const paths = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && /\.(?:txt|json)$/.test(entry.name) && entry.name !== 'truth.json',
  );
  return new Map(
    paths.map((entry) => [relative(root, join(entry.parentPath, entry.name)), readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  );
}

/** A recorded host after some commands. */
export async function machineOf(name: string, ...commands: readonly string[]): Promise<Machine> {
  return createMachine(whatIf(await recorded(name), commands));
}

/** A sequence of numbers that is the same in every run. */
export function sequence(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const COPIES = 6;

/** Commands that set up containers alike, `copy0` and so on, each with a published port. */
export const RUN_COPIES: readonly string[] = Array.from(
  { length: COPIES },
  (_, i) => `docker run -d --name copy${i} -p ${9100 + i}:7000 image`,
);

/** @returns the addresses of those containers. */
export function copyAddresses(machine: Machine): readonly string[] {
  return machine.host.containers
    .filter((c) => c.name.startsWith('copy'))
    .map((c) => formatIp([...machine.namespaces.get(c.netns)!.interfaces.values()].flatMap((i) => i.addresses).at(-1)!.ip));
}
