import type { TargetExtension } from '../extension.js';
import { checkFlags } from '../options.js';

/** notrack_tg (xt_CT.c): `-j CT --notrack`. */
export const notrackTarget: TargetExtension = {
  name: 'NOTRACK',
  options: {},
  compile: (options) => {
    checkFlags(options, {});
    return { kind: 'ct', notrack: true };
  },
};
