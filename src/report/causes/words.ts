import type { CauseKind } from '../../model/cause.js';
import { AT_THE_END } from './at-the-end.js';
import type { CauseWords } from './of.js';
import { ON_THE_WAY } from './on-the-way.js';

/** Every cause, by its kind: what `explain DTP-…` prints and `docs/causes.md` lists. */
export const CAUSE_WORDS: Readonly<Record<CauseKind, CauseWords>> = { ...ON_THE_WAY, ...AT_THE_END };
