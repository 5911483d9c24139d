import { UnreadableOption, type MatchExtension } from '../extension.js';

export const time: MatchExtension = {
  name: 'time',
  options: {
    '--datestart': 1,
    '--datestop': 1,
    '--timestart': 1,
    '--timestop': 1,
    '--monthdays': 1,
    '--weekdays': 1,
    '--kerneltz': 0,
    '--utc': 0,
    '--localtz': 0,
    '--contiguous': 0,
  },
  compile: () => {
    throw new UnreadableOption('-m', 'time');
  },
};
