import { UnreadableOption, type TargetExtension } from '../extension.js';

export const setTarget: TargetExtension = {
  name: 'SET',
  options: {
    '--add-set': 2,
    '--del-set': 2,
    '--map-set': 2,
    '--exist': 0,
    '--timeout': 1,
    '--map-mark': 0,
    '--map-prio': 0,
    '--map-queue': 0,
  },
  compile: () => {
    throw new UnreadableOption('-j', 'SET');
  },
};
