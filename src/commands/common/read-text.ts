import { readInput } from '../../input.js';
import { decode } from '../../snapshot/index.js';

/**
 * Reads a text that an option names: policies, configuration, rules, a baseline.
 * @throws InputError on a folder, a device, or a pipe without a writer; the error of the file system.
 */
export async function readText(path: string): Promise<string> {
  return decode(await readInput(path));
}
