import type { TargetExtension } from '../extension.js';
import { continuingTarget } from '../plain-target.js';

/** connsecmark_tg (xt_CONNSECMARK.c): the marks of security modules. */
export const connsecmarkTarget: TargetExtension = {
  ...continuingTarget(
    'CONNSECMARK',
    { '--save': 0, '--restore': 0 },
    {
      options: { '--save': { without: ['--restore'] }, '--restore': {} },
      needs: [['--save', '--restore']],
      tables: ['mangle', 'security'],
    },
  ),
  tracks: true,
};
