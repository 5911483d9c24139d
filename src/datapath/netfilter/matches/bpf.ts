import { UnreadableOption, type MatchExtension } from '../extension.js';

export const bpf: MatchExtension = {
  name: 'bpf',
  options: { '--bytecode': 1, '--object-pinned': 1 },
  compile: () => {
    throw new UnreadableOption('-m', 'bpf');
  },
};
