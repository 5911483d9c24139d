/** The rules of nft as data. The types lie in the model, because a host holds them; whoever reads, prints or compiles rules takes them from here. */
export type * from '../../model/nftables/expression.js';
export type * from '../../model/nftables/grammar.js';
export type * from '../../model/nftables/intervals.js';
export type * from '../../model/nftables/ruleset.js';
export type * from '../../model/nftables/statement.js';
