import { UnreadableOption, type MatchExtension } from '../extension.js';

export const geoip: MatchExtension = {
  name: 'geoip',
  options: { '--src-cc': 1, '--source-country': 1, '--dst-cc': 1, '--destination-country': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'geoip');
  },
};
