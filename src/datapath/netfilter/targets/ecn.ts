import { UnreadableOption, type TargetExtension } from '../extension.js';

export const ecnTarget: TargetExtension = {
  name: 'ECN',
  options: { '--ecn-tcp-remove': 0, '--ecn-tcp-cwr': 1, '--ecn-tcp-ece': 1, '--ecn-ip-ect': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'ECN');
  },
};
