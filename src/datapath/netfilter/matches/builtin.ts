import { UnreadableOption, type MatchExtension } from '../extension.js';

export const builtin: MatchExtension = {
  name: '',
  options: {
    '-s': 1,
    '--source': 1,
    '--src': 1,
    '-d': 1,
    '--destination': 1,
    '--dst': 1,
    '-i': 1,
    '--in-interface': 1,
    '-o': 1,
    '--out-interface': 1,
    '-p': 1,
    '--protocol': 1,
    '--proto': 1,
    '-f': 0,
    '--fragments': 0,
    '--fragment': 0,
    '-4': 0,
    '--ipv4': 0,
    '-6': 0,
    '--ipv6': 0,
  },
  compile: () => {
    throw new UnreadableOption('-m', '');
  },
};
