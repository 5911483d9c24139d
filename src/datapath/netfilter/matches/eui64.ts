import { UnreadableOption, type MatchExtension } from '../extension.js';

export const eui64: MatchExtension = {
  name: 'eui64',
  options: {},
  compile: () => {
    throw new UnreadableOption('-m', 'eui64');
  },
};
