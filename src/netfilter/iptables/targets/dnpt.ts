import { unknownTarget } from '../plain-target.js';

/** ip6t_dnpt_tg (ip6t_NPT.c). */
export const dnptTarget = unknownTarget(
  'DNPT',
  { '--src-pfx': 1, '--dst-pfx': 1 },
  'the destination address that prefix translation makes',
);
