import { opaqueMatch } from '../opaque.js';

/** connlabel_mt (xt_connlabel.c). */
export const connlabel = opaqueMatch({
  name: 'connlabel',
  tracks: true,
  options: { '--label': 1, '--set': 0 },
  negatable: ['--label'],

  detail: 'the labels of the connection',
});
