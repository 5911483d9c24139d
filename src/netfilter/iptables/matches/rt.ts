import { extensionHeader } from '../extension-header.js';

/** rt_mt6 (ip6t_rt.c). */
export const rt = extensionHeader(
  'rt',
  { '--rt-type': 1, '--rt-segsleft': 1, '--rt-len': 1, '--rt-0-res': 0, '--rt-0-addrs': 1, '--rt-0-not-strict': 0 },
  ['--rt-type', '--rt-segsleft', '--rt-len'],
);
