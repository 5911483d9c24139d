import { UnreadableOption, type MatchExtension } from '../extension.js';

export const owner: MatchExtension = {
  name: 'owner',
  options: {
    '--uid-owner': 1,
    '--gid-owner': 1,
    '--socket-exists': 0,
    '--suppl-groups': 0,
    '--pid-owner': 1,
    '--sid-owner': 1,
    '--cmd-owner': 1,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'owner');
  },
};
