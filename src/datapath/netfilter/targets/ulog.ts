import { UnreadableOption, type TargetExtension } from '../extension.js';

export const ulogTarget: TargetExtension = {
  name: 'ULOG',
  options: { '--ulog-nlgroup': 1, '--ulog-cprange': 1, '--ulog-qthreshold': 1, '--ulog-prefix': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'ULOG');
  },
};
