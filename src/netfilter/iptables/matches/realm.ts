import { opaqueMatch } from '../opaque.js';

/** realm_mt (xt_realm.c). */
export const realm = opaqueMatch({
  name: 'realm',
  options: { '--realm': 1 },
  negatable: ['--realm'],

  detail: 'the realm of the route',
});
