import { UnreadableOption, type TargetExtension } from '../extension.js';

export const logTarget: TargetExtension = {
  name: 'LOG',
  options: {
    '--log-level': 1,
    '--log-prefix': 1,
    '--log-tcp-sequence': 0,
    '--log-tcp-options': 0,
    '--log-ip-options': 0,
    '--log-uid': 0,
    '--log-macdecode': 0,
  },
  compile: () => {
    throw new UnreadableOption('-j', 'LOG');
  },
};
