import type { Outcome } from '../../src/model/trace.js';

/** From whom, to whom (with `:port`), what happens, and what the answer must say. */
type Asked = readonly [from: string, to: string, outcome: Outcome, says: readonly (string | RegExp)[]];

/** Questions about each post, by the name of its file. */
export const POSTS: Readonly<Record<string, readonly Asked[]>> = {
  'legacy-warning-S': [['172.17.0.2', '8.8.8.8:53', 'unknown', ['legacy back end', 'iptables-legacy-save']]],
  'legacy-save': [['172.17.0.2', '8.8.8.8:53', 'leaves-host', ['as 10.0.0.7:49152']]],
  'legacy-warning-behind': [['172.17.0.2', '8.8.8.8:53', 'timeout', [/FORWARD.*policy is DROP/]]],
  'legacy-warning-before': [['172.17.0.2', '8.8.8.8:53', 'timeout', [/FORWARD.*policy is DROP/]]],
};
