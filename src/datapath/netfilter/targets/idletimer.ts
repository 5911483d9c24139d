import { UnreadableOption, type TargetExtension } from '../extension.js';

export const idletimerTarget: TargetExtension = {
  name: 'IDLETIMER',
  options: { '--timeout': 1, '--label': 1, '--alarm': 0, '--send_nl_msg': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'IDLETIMER');
  },
};
