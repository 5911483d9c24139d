import { UnreadableOption, type MatchExtension } from '../extension.js';

export const rt: MatchExtension = {
  name: 'rt',
  options: { '--rt-type': 1, '--rt-segsleft': 1, '--rt-len': 1, '--rt-0-res': 0, '--rt-0-addrs': 1, '--rt-0-not-strict': 0 },
  compile: () => {
    throw new UnreadableOption('-m', 'rt');
  },
};
