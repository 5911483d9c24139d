import { UnreadableOption, type MatchExtension } from '../extension.js';

export const policy: MatchExtension = {
  name: 'policy',
  options: {
    '--dir': 1,
    '--pol': 1,
    '--strict': 0,
    '--reqid': 1,
    '--spi': 1,
    '--proto': 1,
    '--mode': 1,
    '--tunnel-src': 1,
    '--tunnel-dst': 1,
    '--next': 0,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'policy');
  },
};
