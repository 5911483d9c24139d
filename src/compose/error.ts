import { withoutSecrets } from '../secrets/index.js';
import type { Origin } from '../model/origin.js';

/** A Compose file that cannot be used. The message names file and line, what is wrong, and what to do. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError';
}

/** @throws ComposeError always, without what may be a password of the values that it quotes. */
export function refuseAt({ file, line }: Origin, why: string): never {
  throw new ComposeError(`${file}:${line}: ${withoutSecrets(why)}`);
}
