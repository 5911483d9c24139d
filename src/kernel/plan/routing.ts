import { formatIp, formatPrefix, type Family } from '../../address/ip.js';
import type { Netns } from '../../model/host.js';
import type { NextHop, PolicyRule, Route } from '../../model/link.js';
import type { Line } from './plan.js';

const LOCAL_TABLE = 255;
/** The metric of routes that stand for "no route" (ip6_null_entry). */
const NULL_METRIC = 0xffffffff;

function hopText(hop: NextHop, family: Family): string {
  const via = hop.via === undefined ? '' : `via ${(typeof hop.via === 'number') === (family === 4) ? '' : 'inet6 '}${formatIp(hop.via)} `;
  return `${via}${hop.dev === undefined ? '' : `dev ${hop.dev} `}${hop.flags.includes('onlink') ? 'onlink ' : ''}`.trim();
}

function routeText(route: Route): string {
  const [first, ...rest] = route.nexthops;
  const hops =
    rest.length > 0
      ? route.nexthops.map((hop) => `nexthop ${hopText(hop, route.family)} weight ${hop.weight}`)
      : first === undefined
        ? []
        : [hopText(first, route.family)];
  return [
    route.type,
    formatPrefix(route.dst),
    ...(route.src === undefined ? [] : [`from ${formatPrefix(route.src)}`]),
    `table ${route.table}`,
    ...(route.metric === 0 ? [] : [`metric ${route.metric}`]),
    ...(route.tos === 0 ? [] : [`tos ${route.tos}`]),
    ...(route.scope === undefined || route.family === 6 ? [] : [`scope ${route.scope}`]),
    ...(route.prefsrc === undefined ? [] : [`src ${formatIp(route.prefsrc)}`]),
    ...(route.mtu === undefined ? [] : [`mtu ${route.mtu}`]),
    ...hops,
  ].join(' ');
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

function planRoutes(netns: Netns, family: Family): Line[] {
  if (!netns.sources.has(family === 4 ? 'route' : 'route6')) return [];
  const routes = netns.routes.filter((r) => r.family === family && !isMade(netns, r) && !isOwn(r));
  const ordered = [...routes.filter(isDirect), ...routes.filter((r) => !isDirect(r))];
  return [
    { text: `route flush table main`, what: `${netns.name}: main table`, optional: true },
    // `append` keeps equal routes side by side, as multipath routes of IPv6 are listed by some versions
    ...ordered.map((r) => ({ text: `route append ${routeText(r)}`, what: `${netns.name}: route ${r.text}` })),
  ];
}

const hex = (n: number): string => `0x${n.toString(16)}`;

function ruleText(rule: PolicyRule): string {
  const { action } = rule;
  const then = action.kind === 'table' ? `lookup ${action.table}` : action.kind === 'goto' ? `goto ${action.priority}` : action.kind;
  return [
    ...(rule.not ? ['not'] : []),
    `from ${rule.from === undefined ? 'all' : formatPrefix(rule.from)}`,
    ...(rule.to === undefined ? [] : [`to ${formatPrefix(rule.to)}`]),
    `pref ${rule.priority}`,
    ...(rule.iif === undefined ? [] : [`iif ${rule.iif}`]),
    ...(rule.oif === undefined ? [] : [`oif ${rule.oif}`]),
    ...(rule.fwmark === undefined ? [] : [`fwmark ${hex(rule.fwmark)}/${hex(rule.fwmask ?? 0xffffffff)}`]),
    ...(rule.tos === undefined ? [] : [`tos ${hex(rule.tos)}`]),
    ...(rule.ipproto === undefined ? [] : [`ipproto ${rule.ipproto}`]),
    ...(rule.sport === undefined ? [] : [`sport ${rule.sport.join('-')}`]),
    ...(rule.dport === undefined ? [] : [`dport ${rule.dport.join('-')}`]),
    ...(rule.uidrange === undefined ? [] : [`uidrange ${rule.uidrange.join('-')}`]),
    then,
    ...(rule.suppressPrefixLength === undefined ? [] : [`suppress_prefixlength ${rule.suppressPrefixLength}`]),
    ...(rule.suppressGroup === undefined ? [] : [`suppress_ifgroup ${rule.suppressGroup}`]),
  ].join(' ');
}

function planRules(netns: Netns, family: Family): Line[] {
  if (!netns.sources.has(family === 4 ? 'rule' : 'rule6')) return [];
  const rules = netns.rules.filter((r) => r.family === family && r.priority !== 0);
  return [
    { text: `rule flush`, what: `${netns.name}: rules`, optional: true },
    ...rules.map((r) => ({ text: `rule add ${ruleText(r)}`, what: `${netns.name}: rule ${r.text}` })),
  ];
}

/** Neighbours that the kernel learns, it learns again. */
function planNeighbours(netns: Netns): Line[] {
  return netns.neighbours.flatMap((n) => {
    const what = `${netns.name}: neighbour ${formatIp(n.ip)}`;
    if (n.proxy) return [{ text: `neigh add proxy ${formatIp(n.ip)} dev ${n.dev}`, what }];
    return n.state === 'PERMANENT' && n.mac !== undefined
      ? [{ text: `neigh replace ${formatIp(n.ip)} lladdr ${n.mac} dev ${n.dev} nud permanent`, what }]
      : [];
  });
}

interface RoutingPlan {
  readonly ip: readonly Line[];
  readonly ip6: readonly Line[];
  readonly rules: readonly Line[];
  readonly rules6: readonly Line[];
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
