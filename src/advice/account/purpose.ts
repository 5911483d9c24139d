import type { RuleOwner, RulePurpose } from '../../model/account.js';
import type { HookName } from '../../model/netfilter.js';
import type { NftRule } from '../../model/nftables/ruleset.js';
import type { RuleSpec } from '../../model/netfilter.js';
import type { ListedPlace, NativePlace } from './find-rule.js';
import { guardOfRaw, isWithinOne } from '../../inventory/index.js';

const REST: Readonly<Partial<Record<HookName, RulePurpose>>> = {
  INPUT: 'rest-of-input',
  FORWARD: 'rest-of-forward',
  OUTPUT: 'rest-of-output',
};

const optionsOf = ({ matches }: RuleSpec): RuleSpec['matches'][number]['options'] => matches.flatMap((match) => match.options);

function rest(hook: string): RulePurpose {
  return Object.entries(REST).find(([name]) => name === hook)?.[1] ?? 'ruled';
}

function ofDocker({ table, rule }: ListedPlace, bridges: ReadonlySet<string>): RulePurpose {
  if (rule === undefined) return 'ruled';
  if (table.name === 'raw') return guardOfRaw(rule) ?? 'ruled';
  if (isWithinOne(rule, bridges)) return 'icc-off';
  const options = optionsOf(rule.spec);
  const without = options.find(({ flag, negated }) => negated && ['-s', '-d', '-i', '-o'].includes(flag));
  if (/^DOCKER-(?:ISOLATION-STAGE-1|INTERNAL)$/.test(rule.chain) && without !== undefined) return 'internal-network';
  if (/^DOCKER-ISOLATION/.test(rule.chain)) return 'networks-apart';
  return rule.chain === 'DOCKER' && without?.flag === '-i' ? 'unpublished' : 'ruled';
}

/** What Docker says of its own rules (daemon/libnetwork/drivers/bridge/internal/nftabler: the comments of its drops). */
const BY_COMMENT: ReadonlyMap<string, RulePurpose> = new Map([
  ['DROP DIRECT ACCESS', 'direct-access'],
  ['DROP REMOTE LOOPBACK', 'loopback-publish'],
  ['UNPUBLISHED PORT DROP', 'unpublished'],
  ['ICC', 'icc-off'],
  ['INTERNAL NETWORK INGRESS', 'internal-network'],
  ['INTERNAL NETWORK EGRESS', 'internal-network'],
]);

/** Whether a native rule asks nothing: all that comes to it is turned away. */
function asksNothing({ statements }: NftRule): boolean {
  return statements.every(({ kind }) => ['counter', 'log', 'verdict', 'reject'].includes(kind));
}

/** @returns what a rule of iptables that stopped a packet is there for. */
export function purposeOfListed(place: ListedPlace, owner: RuleOwner, hook: string, bridges: ReadonlySet<string>): RulePurpose {
  const { rule } = place;
  if (rule === undefined) return rest(hook);
  if (owner.kind === 'docker') return ofDocker(place, bridges);
  return optionsOf(rule.spec).length === 0 || /^ufw6?-skip-to-policy|^ufw6?-reject/.test(rule.chain) ? rest(hook) : 'ruled';
}

/** @returns what a native rule that stopped a packet is there for; a comment tells of Docker's own alone, as anybody may write one. */
export function purposeOfNative({ rule }: NativePlace, owner: RuleOwner, hook: string): RulePurpose {
  if (rule === undefined) return rest(hook);
  const said = owner.kind === 'docker' ? BY_COMMENT.get(rule.comment ?? '') : undefined;
  if (said !== undefined) return said;
  return asksNothing(rule) ? rest(hook) : 'ruled';
}

/** The device that a condition of a native rule names. */
function devicesIn(statement: NftRule['statements'][number]): readonly string[] {
  if (statement.kind !== 'match' || statement.left.kind !== 'meta' || statement.right.kind !== 'name') return [];
  return ['iifname', 'oifname', 'iif', 'oif'].includes(statement.left.key) ? [statement.right.name] : [];
}

/** @returns devices that a rule names to guard one of them: where it leads to, else where it comes from. */
export function devicesOf(place: ListedPlace | NativePlace): readonly string[] {
  if (place.rule === undefined) return [];
  if (place.kind === 'nftables') return place.rule.statements.flatMap(devicesIn);
  const named = optionsOf(place.rule.spec).filter(({ flag }) => flag === '-i' || flag === '-o');
  return [...named].sort((a, b) => (a.flag === b.flag ? 0 : a.flag === '-o' ? -1 : 1)).map(({ args }) => args[0] ?? '');
}
