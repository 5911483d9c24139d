import { UnreadableOption, type MatchExtension } from '../extension.js';

export const ecn: MatchExtension = {
  name: 'ecn',
  options: { '--ecn-tcp-cwr': 0, '--ecn-tcp-ece': 0, '--ecn-ip-ect': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'ecn');
  },
};
