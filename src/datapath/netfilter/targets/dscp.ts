import { UnreadableOption, type TargetExtension } from '../extension.js';

export const dscpTarget: TargetExtension = {
  name: 'DSCP',
  options: { '--set-dscp': 1, '--set-dscp-class': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'DSCP');
  },
};
