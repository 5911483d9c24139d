import { extensionHeader } from '../extension-header.js';

/** hbh_mt6 (ip6t_hbh.c). */
export const hbh = extensionHeader('hbh', { '--hbh-len': 1, '--hbh-opts': 1, '--hbh-not-strict': 0 }, ['--hbh-len']);
