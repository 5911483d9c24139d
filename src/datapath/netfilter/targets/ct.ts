import { UnreadableOption, type TargetExtension } from '../extension.js';

export const ctTarget: TargetExtension = {
  name: 'CT',
  options: {
    '--notrack': 0,
    '--helper': 1,
    '--timeout': 1,
    '--ctevents': 1,
    '--expevents': 1,
    '--zone': 1,
    '--zone-orig': 1,
    '--zone-reply': 1,
  },
  compile: () => {
    throw new UnreadableOption('-j', 'CT');
  },
};
