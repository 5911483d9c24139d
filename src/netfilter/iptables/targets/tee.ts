import { continuingTarget } from '../plain-target.js';

/** tee_tg4, tee_tg6 (xt_TEE.c): sends a copy and lets the packet go on. */
export const teeTarget = continuingTarget('TEE', { '--gateway': 1, '--oif': 1 });
