import { UnreadableOption, type MatchExtension } from '../extension.js';

export const dccp: MatchExtension = {
  name: 'dccp',
  options: { '--source-port': 1, '--sport': 1, '--destination-port': 1, '--dport': 1, '--dccp-types': 1, '--dccp-option': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'dccp');
  },
};
