import { opaqueMatch } from '../opaque.js';

/** eui64_mt6 (ip6t_eui64.c). */
export const eui64 = opaqueMatch({
  name: 'eui64',
  options: {},
  detail: 'whether the source address is made from the MAC address',
});
