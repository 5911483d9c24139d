import type { NftFamily } from '../../model/nftables/ruleset.js';
import type { BaseChain } from '../../netfilter/index.js';
import type { ChainTable, RunnableChain } from '../netfilter/compile.js';

/** A base chain of a namespace, with the chains that it can jump to. */
export interface HookedChain {
  readonly info: BaseChain;
  readonly table: ChainTable;
  readonly base: RunnableChain;
  /** Its table's name. */
  readonly name: string;
  /** The family of a native nftables table; absent for iptables' tables. */
  readonly nft?: NftFamily;
  /** Of devices that the listing does not tell: the packet's may be one of them. */
  readonly anywhere?: true;
}
