import { utf8 } from '../address/utf8.js';
import { commonFault, type NameKind } from './kind.js';

/** IFNAMSIZ is 16, with the byte that ends it. */
const LONGEST = 15;
/** ALTIFNAMSIZ is 128, with the byte that ends it. */
const LONGEST_ALTNAME = 127;
/** isspace() of the kernel holds for this byte too (lib/ctype.c), wherever it stands in a character. */
const NO_BREAK_SPACE = 0xa0;

function deviceFault(text: string, longest: number): string | undefined {
  const common = commonFault(text, longest);
  if (common !== undefined) return common;
  if (text === '.' || text === '..') return 'is a folder';
  if (text.includes('/')) return 'holds a /';
  if (text.includes(':')) return 'holds a :';
  // a pattern: the kernel puts a number in its place, so that no device keeps one (dev_prep_valid_name)
  if (text.includes('%')) return 'holds a %';
  return utf8(text).includes(NO_BREAK_SPACE) ? 'holds a byte that the kernel takes for a blank' : undefined;
}

/** dev_valid_name (net/core/dev.c); control characters, which it lets pass, are refused here as well. */
export const DEVICE: NameKind = { of: 'an interface', fault: (text) => deviceFault(text, LONGEST) };

/** netdev_name_node_alt_create after dev_valid_name; longer than a first name may be (ALTIFNAMSIZ). */
export const ALTNAME: NameKind = { of: 'an interface', fault: (text) => deviceFault(text, LONGEST_ALTNAME) };

/** Names of rtnl_link_ops (`veth`, `ip6gretap`) and of ARPHRD types as iproute2 prints them (ll_type_n2a: `ether`, `[65534]`, `ieee802.11`). */
export const LINK_KIND: NameKind = {
  of: 'a kind of interface',
  fault: (text) => commonFault(text, 55) ?? (/^[\w[][\w./\-[\]]*$/.test(text) ? undefined : 'holds what no kind holds'),
};

/** A word of /etc/iproute2/rt_tables, rt_scopes or group, or a number (rtnl_rttable_n2a). */
export const IPROUTE_WORD: NameKind = {
  of: 'a table, scope or group',
  fault: (text) => commonFault(text, 255) ?? (/^[\w][\w.:@+/-]*$/u.test(text) ? undefined : 'holds what no such name holds'),
};
