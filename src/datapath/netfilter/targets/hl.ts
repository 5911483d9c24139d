import { UnreadableOption, type TargetExtension } from '../extension.js';

export const hlTarget: TargetExtension = {
  name: 'HL',
  options: { '--hl-set': 1, '--hl-dec': 1, '--hl-inc': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'HL');
  },
};
