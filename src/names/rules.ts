import { commonFault, type NameKind } from './kind.js';

/** XT_EXTENSION_MAXNAMELEN is 29, with the byte that ends it. */
const LONGEST_CHAIN = 28;
/** IPSET_MAXNAMELEN is 32, with the byte that ends it. */
const LONGEST_SET = 31;
/** NFT_NAME_MAXLEN is 256, with the byte that ends it. */
const LONGEST_NFT = 255;

/** A chain of iptables: parse_chain (iptables/xshared.c), which also refuses what begins with `-` or `!`. */
export const CHAIN: NameKind = {
  of: 'a chain',
  fault: (text) => commonFault(text, LONGEST_CHAIN) ?? (/^[-!]/.test(text) ? `begins with ${text.slice(0, 1)}` : undefined),
};

/** A set of ipset: ipset_parse_setname, IPSET_ATTR_SETNAME of ip_set_create; blanks and control characters, which it lets pass, are refused here. */
export const IPSET: NameKind = { of: 'an ipset', fault: (text) => commonFault(text, LONGEST_SET) };

/** A table, chain, set, map, counter or flowtable of nftables: nft_table_policy and its like, which bound the length alone; blanks and control characters are refused here. */
export const NFT_NAME: NameKind = { of: 'a table, chain or set of nftables', fault: (text) => commonFault(text, LONGEST_NFT) };
