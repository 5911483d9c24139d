import { extensionHeader } from '../extension-header.js';

/** dst_mt6, the destination options (ip6t_hbh.c). */
export const dst = extensionHeader('dst', { '--dst-len': 1, '--dst-opts': 1, '--dst-not-strict': 0 }, ['--dst-len']);
