const KEYS = '(?:api|access|private|preshared|shared|encryption|secret|fastopen)[-_. ]?key';

/**
 * What names a secret, as a name or at the end of one: `MYSQL_PWD`, `wifi.psk`, `PrivateKey`; a pattern without groups, for any case. `pass` and `auth`
 * begin too many other words.
 */
export const NAMES = String.raw`(?:(?:password|passwd|passphrase|passcode|pwd|secret|token|credentials?|psk|authorization|${KEYS})[\w.-]{0,40}|pass|auth)`;
