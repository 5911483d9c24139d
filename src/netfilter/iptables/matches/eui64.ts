import { opaqueMatch } from '../opaque.js';

/** eui64_mt6 (ip6t_eui64.c). */
export const eui64 = opaqueMatch({
  name: 'eui64',
  options: {},
  // no chain that the host itself sends by (eui64_mt6_reg)
  form: { options: {}, hooks: ['PREROUTING', 'INPUT', 'FORWARD'] },
  detail: 'whether the source address is made from the MAC address',
});
