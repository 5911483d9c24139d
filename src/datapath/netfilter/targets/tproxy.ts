import { UnreadableOption, type TargetExtension } from '../extension.js';

export const tproxyTarget: TargetExtension = {
  name: 'TPROXY',
  options: { '--on-port': 1, '--on-ip': 1, '--tproxy-mark': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'TPROXY');
  },
};
