import { prefixTranslation } from '../prefix-translation.js';

/** ip6t_snpt_tg (ip6t_NPT.c). */
export const snptTarget = prefixTranslation('SNPT', 'the source address that prefix translation makes', ['INPUT', 'POSTROUTING']);
