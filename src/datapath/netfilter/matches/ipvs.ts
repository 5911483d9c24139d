import { UnreadableOption, type MatchExtension } from '../extension.js';

export const ipvs: MatchExtension = {
  name: 'ipvs',
  options: { '--ipvs': 0, '--vproto': 1, '--vaddr': 1, '--vport': 1, '--vdir': 1, '--vmethod': 1, '--vportctl': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'ipvs');
  },
};
