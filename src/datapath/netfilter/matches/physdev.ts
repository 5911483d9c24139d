import { UnreadableOption, type MatchExtension } from '../extension.js';

export const physdev: MatchExtension = {
  name: 'physdev',
  options: { '--physdev-in': 1, '--physdev-out': 1, '--physdev-is-in': 0, '--physdev-is-out': 0, '--physdev-is-bridged': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'physdev');
  },
};
