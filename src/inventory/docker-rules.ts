import type { Rule, RuleOption } from '../model/netfilter.js';
import { writerOfTable } from './native-writers.js';

/** The chain that Docker leaves to the administrator. */
export const USER_CHAIN = 'DOCKER-USER';

const DOCKERS = /^DOCKER(?!-USER$)/;

/** @returns whether it is the rule that the Engine leaves at the end of DOCKER-USER, which changes nothing. */
export function isUserChainEnd({ chain, spec: { matches, target, errors } }: Rule): boolean {
  return chain === USER_CHAIN && target?.name === 'RETURN' && matches.length === 0 && errors.length === 0;
}

/** @returns whether a rule is one that Docker writes: in its own chains, a jump to them, or about its bridges in FORWARD and POSTROUTING. */
export function isDockers(rule: Rule, bridges: ReadonlySet<string>): boolean {
  if (DOCKERS.test(rule.chain)) return true;
  const target = rule.spec.target?.name ?? '';
  if (target.startsWith('DOCKER')) return true;
  if (rule.chain === USER_CHAIN) return isUserChainEnd(rule);
  if (rule.chain !== 'FORWARD' && rule.chain !== 'POSTROUTING') return false;
  const plain = rule.spec.matches.flatMap((m) => m.options);
  const named = plain.filter((o) => o.flag === '-i' || o.flag === '-o').map((o) => o.args[0] ?? '');
  const others = plain.filter((o) => !['-i', '-o', '--ctstate'].includes(o.flag));
  if (rule.chain === 'FORWARD') return target === 'ACCEPT' && named.length > 0 && others.length === 0 && named.every((n) => bridges.has(n));
  return target === 'MASQUERADE' && (named.some((name) => bridges.has(name)) || goesBackToItself(plain));
}

/** Of a published port, what a container asks of its own: from its address to its address (bridge driver, setPerPortNAT). */
function goesBackToItself(options: readonly RuleOption[]): boolean {
  const valueOf = (flag: string): string | undefined => options.find((one) => one.flag === flag && !one.negated)?.args[0];
  return valueOf('-s') !== undefined && valueOf('-s') === valueOf('-d');
}

/** @returns whether a rule that leads connections elsewhere stands where Docker writes those of published ports. */
export function isDockersDoor(
  rule: { readonly chain: string } | { readonly nft: string; readonly table: string; readonly chain: string },
): boolean {
  return rule.chain === 'DOCKER' || ('nft' in rule && writerOfTable({ name: rule.table })?.name === 'Docker');
}
