import { unknownTarget } from '../plain-target.js';

/** ip6t_snpt_tg (ip6t_NPT.c). */
export const snptTarget = unknownTarget('SNPT', { '--src-pfx': 1, '--dst-pfx': 1 }, 'the source address that prefix translation makes');
