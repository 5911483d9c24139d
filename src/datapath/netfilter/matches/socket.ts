import { UnreadableOption, type MatchExtension } from '../extension.js';

export const socket: MatchExtension = {
  name: 'socket',
  options: { '--nowildcard': 0, '--transparent': 0, '--restore-skmark': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'socket');
  },
};
