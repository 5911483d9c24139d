import type { Attack } from '../attack.js';
import { RECORDED } from './recorded.js';
import { SECRETS } from './secrets.js';

/** Every attack; each meets every command in every format. */
export const ATTACKS: readonly Attack[] = [...RECORDED, ...SECRETS];
