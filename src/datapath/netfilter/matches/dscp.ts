import { UnreadableOption, type MatchExtension } from '../extension.js';

export const dscp: MatchExtension = {
  name: 'dscp',
  options: { '--dscp': 1, '--dscp-class': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'dscp');
  },
};
