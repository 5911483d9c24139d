import { UnreadableOption, type TargetExtension } from '../extension.js';

export const ledTarget: TargetExtension = {
  name: 'LED',
  options: { '--led-trigger-id': 1, '--led-delay': 1, '--led-always-blink': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'LED');
  },
};
