import type { RuleOwner } from '../model/account.js';
import type { Chain, Rule, Ruleset, Table } from '../model/netfilter.js';
import type { NftTable } from '../model/nftables/ruleset.js';
import { isDockers } from './docker-rules.js';
import { writerOfTable } from './native-writers.js';

/** Where a rule of iptables stands, or, without one, the policy of a chain. */
interface ListedPlace {
  readonly ruleset: Ruleset;
  readonly table: Pick<Table, 'name'>;
  readonly chain: Pick<Chain, 'name'>;
  readonly rule: Rule | undefined;
}

/** Programs by the names of the chains that they keep in iptables' tables. */
const BY_CHAIN: readonly (readonly [RegExp, RuleOwner])[] = [
  [/^ufw6?-/, { kind: 'ufw' }],
  // firewalld, src/firewall/core/ipXtables.py
  [/^(?:FORWARD|INPUT|OUTPUT|PREROUTING|POSTROUTING)_(?:direct|ZONES|POLICIES_p(?:re|ost)|IN_ZONES|OUT_ZONES)/, { kind: 'firewalld' }],
  [/^(?:IN|FWD|FWDI|FWDO|OUT|PRE|POST)_\w+/, { kind: 'firewalld' }],
  // netavark, src/firewall/varktables
  [/^NETAVARK[_-]/, { kind: 'netavark' }],
  [/^CNI-/, { kind: 'program', name: 'a CNI plugin' }],
  [/^KUBE-/, { kind: 'program', name: 'Kubernetes' }],
  [/^cali-/, { kind: 'program', name: 'Calico' }],
  [/^CILIUM_/, { kind: 'program', name: 'Cilium' }],
  [/^f2b-|^fail2ban-/, { kind: 'program', name: 'fail2ban' }],
  [/^LIBVIRT_/, { kind: 'program', name: 'libvirt' }],
  [/^sshguard$/, { kind: 'program', name: 'SSHGuard' }],
  [/^CROWDSEC/, { kind: 'program', name: 'CrowdSec' }],
  [/^ts-(?:input|forward|postrouting)$/, { kind: 'program', name: 'Tailscale' }],
];

const DOCKER: RuleOwner = { kind: 'docker' };
const YOU: RuleOwner = { kind: 'you' };

/** @returns whether a firewall keeps chains in this listing. */
export function keepsChains(ruleset: Ruleset, pattern: RegExp): boolean {
  return [...ruleset.tables.values()].some((table) => [...table.chains.keys()].some((name) => pattern.test(name)));
}

const OF_FIREWALLD = /^INPUT_(?:ZONES|direct)|^FORWARD_direct/;
const OF_UFW = /^ufw6?-(?:user|before|after)-/;

/** What firewalld writes into the built-in chains themselves: what is invalid, and all that is left (ipXtables.py, build_default_rules). */
function isFirewalldsEnd({ spec: { matches, target } }: Rule): boolean {
  const options = matches.flatMap((match) => match.options);
  if (options.length === 0) return target?.name === 'REJECT';
  return target?.name === 'DROP' && options.length === 1 && options[0]?.args[0] === 'INVALID';
}

/** Docker's rules in table raw: for each container's address, and each port that is published on loopback (since Engine 28). */
export function guardOfRaw({ chain, spec: { matches, target } }: Rule): 'direct-access' | 'loopback-publish' | undefined {
  const options = matches.flatMap((match) => match.options);
  const to = options.find(({ flag, negated }) => flag === '-d' && !negated);
  const not = options.find(({ flag, negated }) => flag === '-i' && negated);
  if (chain !== 'PREROUTING' || target?.name !== 'DROP' || to === undefined || not === undefined) return undefined;
  if (not.args[0] === 'lo') return 'loopback-publish';
  return options.length === 2 ? 'direct-access' : undefined;
}

function ofPolicy({ ruleset, table, chain }: ListedPlace): RuleOwner {
  if (keepsChains(ruleset, OF_UFW)) return { kind: 'ufw' };
  // bridge/setup_ip_forwarding.go: the Engine sets the policy when it switches forwarding on
  if (table.name === 'filter' && chain.name === 'FORWARD' && keepsChains(ruleset, /^DOCKER$/)) return { kind: 'docker or you' };
  return YOU;
}

/** @returns whose a rule of iptables is, by the chain it stands in and its form. */
export function ownerOfListed(place: ListedPlace, bridges: ReadonlySet<string>): RuleOwner {
  const { ruleset, table, rule } = place;
  if (rule === undefined) return ofPolicy(place);
  const known = BY_CHAIN.find(([pattern]) => pattern.test(rule.chain) || pattern.test(rule.spec.target?.name ?? ''))?.[1];
  if (known !== undefined) return known;
  if (table.name === 'raw' && guardOfRaw(rule) !== undefined && keepsChains(ruleset, /^DOCKER$/)) return DOCKER;
  if (isDockers(rule, bridges)) return DOCKER;
  // Engine 26 and older wrote what keeps a network's containers apart into FORWARD itself
  if (rule.chain === 'FORWARD' && isWithinOne(rule, bridges)) return DOCKER;
  if (['INPUT', 'FORWARD'].includes(rule.chain) && keepsChains(ruleset, OF_FIREWALLD) && isFirewalldsEnd(rule))
    return { kind: 'firewalld' };
  return YOU;
}

/** `-i br -o br -j DROP`. */
export function isWithinOne({ spec: { matches, target } }: Rule, bridges: ReadonlySet<string>): boolean {
  const options = matches.flatMap((match) => match.options);
  const [a, b] = options;
  return (
    target?.name === 'DROP' &&
    options.length === 2 &&
    a?.flag === '-i' &&
    b?.flag === '-o' &&
    !a.negated &&
    !b.negated &&
    a.args[0] === b.args[0] &&
    bridges.has(a.args[0] ?? '')
  );
}

/** @returns whose a native rule is, by the name of its table. */
export function ownerOfNative(table: Pick<NftTable, 'name'>): RuleOwner {
  const name = writerOfTable(table)?.name;
  switch (name) {
    case undefined:
      return YOU;
    case 'Docker':
      return DOCKER;
    case 'firewalld':
    case 'netavark':
      return { kind: name };
    default:
      return { kind: 'program', name };
  }
}
