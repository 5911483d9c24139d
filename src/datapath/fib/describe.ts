import { formatIp, type Ip } from '../../address/ip.js';
import type { RouteResult } from './result.js';

const MEANING = {
  ENETUNREACH: 'no route (network unreachable)',
  EHOSTUNREACH: 'host unreachable',
  EACCES: 'administratively prohibited',
  EINVAL: 'blackhole',
  ENETDOWN: 'network is down',
} as const;

/** @returns a routing decision in one phrase: the route that won, or why there is none. */
export function describeRoute(result: RouteResult, dst: Ip): string {
  if (result.kind !== 'error') return result.route.text;
  const by = result.route?.text ?? (result.rule === undefined ? undefined : `ip rule ${result.rule.text}`);
  return `${formatIp(dst)}: ${MEANING[result.error]}${by === undefined ? '' : ` by \`${by}\``}`;
}
