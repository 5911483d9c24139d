import { UnreadableOption, type TargetExtension } from '../extension.js';

export const traceTarget: TargetExtension = {
  name: 'TRACE',
  options: {},
  compile: () => {
    throw new UnreadableOption('-j', 'TRACE');
  },
};
