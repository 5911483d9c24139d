import type { Host } from '../../src/model/host.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { generateDocker } from '../kernel/generate/docker/index.js';
import { generate } from '../kernel/generate/index.js';
import { scenarioFiles } from '../support/scenario-files.js';
import { widened } from './random-widen.js';

/** Every match, target and set type is tried: no kernel has to load them. */
const LACKING = { matches: new Set<string>(), targets: new Set<string>(), sets: new Set<string>() };

/**
 * A random host, made without a kernel: the listings that its commands would leave behind.
 * @param seed the same seed gives the same host.
 */
export function randomHost(seed: number): Host {
  const made = generate(seed, 0, { vlanFiltering: true, macvlan: true, ipvlan: true, lacking: LACKING });
  const { scenario, proxied } = widened(made);
  return loadFiles(scenarioFiles(scenario, proxied));
}

/** A random host as Docker sets it up, with slips on it, made without a kernel. */
export function randomDockerHost(seed: number): Host {
  return loadFiles(scenarioFiles(generateDocker(seed, 0)));
}
