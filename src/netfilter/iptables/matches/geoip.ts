import { opaqueMatch } from '../opaque.js';

/** xt_geoip of xtables-addons. */
export const geoip = opaqueMatch({
  name: 'geoip',
  options: { '--src-cc': 1, '--source-country': 1, '--dst-cc': 1, '--destination-country': 1 },
  negatable: ['--src-cc', '--source-country', '--dst-cc', '--destination-country'],

  detail: 'the country of the address',
});
