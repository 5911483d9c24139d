import { UnreadableOption, type TargetExtension } from '../extension.js';

export const ttlTarget: TargetExtension = {
  name: 'TTL',
  options: { '--ttl-set': 1, '--ttl-dec': 1, '--ttl-inc': 1 },
  compile: () => {
    throw new UnreadableOption('-j', 'TTL');
  },
};
