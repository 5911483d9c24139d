import type { SysctlValue } from './setting.js';
import type { Ruleset } from './netfilter.js';
import type { NftRuleset } from './nftables/ruleset.js';

/** A file of rules that a program loads when the machine starts. */
export interface StartRules {
  readonly ruleset: Ruleset;
  /**
   * `tables`: iptables-restore replaces whole tables by it (`rules.v4`). `chains`: only the chains that the file makes are the
   * program's, which leaves all others alone (files of ufw, which `iptables-restore -n` loads).
   */
  readonly replaces: 'tables' | 'chains';
  /** Whether all of it was understood: of what was not, nothing is known. */
  readonly whole: boolean;
}

/** A file of native rules that is loaded when the machine starts (`nft -f /etc/nftables.conf`). */
export interface StartNftables {
  readonly ruleset: NftRuleset;
  readonly whole: boolean;
}

/** What files say is set when the machine starts. The kernel may hold something else now: no path rests on it. */
export interface AtStart {
  readonly rules: readonly StartRules[];
  readonly nftables: readonly StartNftables[];
  /** Settings of sysctl.conf and sysctl.d, each with the first and the last value that each file gives it. */
  readonly settings: ReadonlyMap<string, readonly SysctlValue[]>;
}
