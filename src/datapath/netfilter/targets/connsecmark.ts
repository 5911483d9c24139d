import { UnreadableOption, type TargetExtension } from '../extension.js';

export const connsecmarkTarget: TargetExtension = {
  name: 'CONNSECMARK',
  options: { '--save': 0, '--restore': 0 },
  compile: () => {
    throw new UnreadableOption('-j', 'CONNSECMARK');
  },
};
