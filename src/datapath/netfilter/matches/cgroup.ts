import { UnreadableOption, type MatchExtension } from '../extension.js';

export const cgroup: MatchExtension = {
  name: 'cgroup',
  options: { '--path': 1, '--cgroup': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'cgroup');
  },
};
