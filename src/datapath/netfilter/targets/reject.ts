import { UnreadableOption, type TargetExtension } from '../extension.js';

export const rejectTarget: TargetExtension = {
  name: 'REJECT',
  options: { '--reject-with': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'REJECT');
  },
};
