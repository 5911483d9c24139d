import { UnreadableOption, type TargetExtension } from '../extension.js';

export const notrackTarget: TargetExtension = {
  name: 'NOTRACK',
  options: {},
  compile: () => {
    throw new UnreadableOption('-j', 'NOTRACK');
  },
};
