import { readInput } from '../../input.js';
import { decodeWhole } from '../../snapshot/index.js';
import { UsageError } from './failure.js';

/**
 * Reads a text that an option names: policies, configuration, rules, a baseline, Compose files.
 * @throws InputError on a folder, a device, or a pipe without a writer; UsageError on what is no text in UTF-8 or UTF-16, since a name of which a
 *   letter is lost may be another's; the error of the file system.
 */
export async function readText(path: string): Promise<string> {
  const bytes = await readInput(path);
  try {
    return decodeWhole(bytes);
  } catch (error) {
    throw new UsageError('it is neither UTF-8 nor UTF-16: save it as UTF-8', { cause: error });
  }
}
