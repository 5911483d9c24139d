import { UnreadableOption, type TargetExtension } from '../extension.js';

export const secmarkTarget: TargetExtension = {
  name: 'SECMARK',
  options: { '--selctx': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'SECMARK');
  },
};
