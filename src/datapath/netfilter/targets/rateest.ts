import { UnreadableOption, type TargetExtension } from '../extension.js';

export const rateestTarget: TargetExtension = {
  name: 'RATEEST',
  options: { '--rateest-name': 1, '--rateest-interval': 1, '--rateest-ewmalog': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'RATEEST');
  },
};
