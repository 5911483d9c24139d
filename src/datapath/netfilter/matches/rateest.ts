import { UnreadableOption, type MatchExtension } from '../extension.js';

export const rateest: MatchExtension = {
  name: 'rateest',
  options: {
    '--rateest': 1,
    '--rateest1': 1,
    '--rateest2': 1,
    '--rateest-delta': 0,
    '--rateest-bps1': 'optional',
    '--rateest-pps1': 'optional',
    '--rateest-bps2': 'optional',
    '--rateest-pps2': 'optional',
    '--rateest-bps': 'optional',
    '--rateest-pps': 'optional',
    '--rateest-lt': 0,
    '--rateest-gt': 0,
    '--rateest-eq': 0,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'rateest');
  },
};
