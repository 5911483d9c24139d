import type { Attack } from '../attack.js';
import { BESIDE } from './beside.js';
import { PACKED } from './packed.js';
import { RECORDED } from './recorded.js';
import { SECRETS } from './secrets.js';
import { TEXTS } from './texts.js';

/** Every attack; each meets every command in every format. */
export const ATTACKS: readonly Attack[] = [...RECORDED, ...PACKED, ...TEXTS, ...BESIDE, ...SECRETS];
