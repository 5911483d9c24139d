import type { Kinds } from './kinds.js';
import { NATIVE } from './native.js';
import { RULES } from './rules.js';
import { THINGS } from './things.js';

/** Every kind of thing of which an enemy may write any number. */
export const VAST: Kinds = { ...RULES, ...NATIVE, ...THINGS };
