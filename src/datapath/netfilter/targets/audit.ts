import { UnreadableOption, type TargetExtension } from '../extension.js';

export const auditTarget: TargetExtension = {
  name: 'AUDIT',
  options: { '--type': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'AUDIT');
  },
};
