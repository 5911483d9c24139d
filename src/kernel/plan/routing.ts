import { formatIp, formatPrefix, type Family } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { NextHop, PolicyAction, PolicyRule, Route } from '../../model/link.js';
import { words, type CommandWords } from '../write/words.js';
import type { PlanLine } from './plan.js';

const LOCAL_TABLE = 255;
/** The metric of routes that stand for "no route" (ip6_null_entry). */
const NULL_METRIC = 0xffffffff;

function hopWords(hop: NextHop, family: Family): CommandWords {
  const isOwn = (typeof hop.via === 'number') === (family === 4);
  return [
    ...(hop.via === undefined ? [] : words`via ${isOwn ? [] : 'inet6'} ${formatIp(hop.via)}`),
    ...(hop.dev === undefined ? [] : words`dev ${hop.dev}`),
    ...(hop.flags.includes('onlink') ? ['onlink'] : []),
  ];
}

function routeWords(route: Route): CommandWords {
  const [first, ...rest] = route.nexthops;
  const one = first === undefined ? [] : hopWords(first, route.family);
  const several = route.nexthops.flatMap((hop) => words`nexthop ${hopWords(hop, route.family)} weight ${hop.weight}`);
  return [
    ...words`${route.type} ${formatPrefix(route.dst)}`,
    ...(route.src === undefined ? [] : words`from ${formatPrefix(route.src)}`),
    ...words`table ${route.table}`,
    ...(route.metric === 0 ? [] : words`metric ${route.metric}`),
    ...(route.tos === 0 ? [] : words`tos ${route.tos}`),
    ...(route.scope === undefined || route.family === 6 ? [] : words`scope ${route.scope}`),
    ...(route.prefsrc === undefined ? [] : words`src ${formatIp(route.prefsrc)}`),
    ...(route.mtu === undefined ? [] : words`mtu ${route.mtu}`),
    ...(rest.length > 0 ? several : one),
  ];
}

const isDirect = (route: Route): boolean => route.nexthops.every((hop) => hop.via === undefined);

/** The kernel makes the local table itself, from the addresses; only what someone added is added again. */
function isMade(netns: Netns, route: Route): boolean {
  if (route.table !== LOCAL_TABLE) return false;
  if (route.type !== 'local') return true;
  const loopback =
    netns.interfaces.some((i) => i.addresses.some((a) => a.ip === route.dst.addr)) || formatPrefix(route.dst) === '127.0.0.0/8';
  return loopback || netns.interfaces.some((i) => i.name === route.nexthops[0]?.dev && i.addresses.length === 0);
}

/** Multicast and link-local prefixes that come with every interface (addrconf_add_mroute). */
function isOwn(route: Route): boolean {
  return route.metric === NULL_METRIC || (route.type === 'multicast' && route.family === 6);
}

function planRoutes(netns: Netns, family: Family): PlanLine[] {
  if (!netns.sources.has(family === 4 ? 'route' : 'route6')) return [];
  const routes = netns.routes.filter((r) => r.family === family && !isMade(netns, r) && !isOwn(r));
  const ordered = [...routes.filter(isDirect), ...routes.filter((r) => !isDirect(r))];
  return [
    { words: words`route flush table main`, what: `${netns.name}: main table`, optional: true },
    // `append` keeps equal routes side by side, as multipath routes of IPv6 are listed by some versions
    ...ordered.map((r) => ({ words: words`route append ${routeWords(r)}`, what: `${netns.name}: route ${r.text}` })),
  ];
}

const hex = (n: number): string => `0x${n.toString(16)}`;

function actionWords(action: PolicyAction): CommandWords {
  switch (action.kind) {
    case 'table':
      return words`lookup ${action.table}`;
    case 'goto':
      return words`goto ${action.priority}`;
    case 'blackhole':
    case 'prohibit':
    case 'unreachable':
    case 'nop':
      return [action.kind];
  }
}

function ruleWords(rule: PolicyRule): CommandWords {
  return [
    ...(rule.not ? ['not'] : []),
    ...words`from ${rule.from === undefined ? 'all' : formatPrefix(rule.from)}`,
    ...(rule.to === undefined ? [] : words`to ${formatPrefix(rule.to)}`),
    ...words`pref ${rule.priority}`,
    ...(rule.iif === undefined ? [] : words`iif ${rule.iif}`),
    ...(rule.oif === undefined ? [] : words`oif ${rule.oif}`),
    ...(rule.fwmark === undefined ? [] : words`fwmark ${hex(rule.fwmark)}/${hex(rule.fwmask ?? 0xffffffff)}`),
    ...(rule.tos === undefined ? [] : words`tos ${hex(rule.tos)}`),
    ...(rule.ipproto === undefined ? [] : words`ipproto ${rule.ipproto}`),
    ...(rule.sport === undefined ? [] : words`sport ${rule.sport.join('-')}`),
    ...(rule.dport === undefined ? [] : words`dport ${rule.dport.join('-')}`),
    ...(rule.uidrange === undefined ? [] : words`uidrange ${rule.uidrange.join('-')}`),
    ...actionWords(rule.action),
    ...(rule.suppressPrefixLength === undefined ? [] : words`suppress_prefixlength ${rule.suppressPrefixLength}`),
    ...(rule.suppressGroup === undefined ? [] : words`suppress_ifgroup ${rule.suppressGroup}`),
  ];
}

function planRules(netns: Netns, family: Family): PlanLine[] {
  if (!netns.sources.has(family === 4 ? 'rule' : 'rule6')) return [];
  const rules = netns.rules.filter((r) => r.family === family && r.priority !== 0);
  return [
    { words: words`rule flush`, what: `${netns.name}: rules`, optional: true },
    ...rules.map((r) => ({ words: words`rule add ${ruleWords(r)}`, what: `${netns.name}: rule ${r.text}` })),
  ];
}

/** Neighbours that the kernel learns, it learns again. */
function planNeighbours(netns: Netns): PlanLine[] {
  return netns.neighbours.flatMap((n) => {
    const what = `${netns.name}: neighbour ${formatIp(n.ip)}`;
    if (n.proxy) return [{ words: words`neigh add proxy ${formatIp(n.ip)} dev ${n.dev}`, what }];
    return n.state === 'PERMANENT' && n.mac !== undefined
      ? [{ words: words`neigh replace ${formatIp(n.ip)} lladdr ${n.mac} dev ${n.dev} nud permanent`, what }]
      : [];
  });
}

interface RoutingPlan {
  readonly ip: readonly PlanLine[];
  readonly ip6: readonly PlanLine[];
  readonly rules: readonly PlanLine[];
  readonly rules6: readonly PlanLine[];
}

/** @returns the commands for routes of all tables and fixed neighbours of a namespace, and for its policy rules, by family. */
export function planRouting(netns: Netns): RoutingPlan {
  return {
    ip: [...planRoutes(netns, 4), ...planNeighbours(netns)],
    ip6: planRoutes(netns, 6),
    rules: planRules(netns, 4),
    rules6: planRules(netns, 6),
  };
}
