import { prefixTranslation } from '../prefix-translation.js';

/** ip6t_dnpt_tg (ip6t_NPT.c). */
export const dnptTarget = prefixTranslation('DNPT', 'the destination address that prefix translation makes', ['PREROUTING', 'OUTPUT']);
