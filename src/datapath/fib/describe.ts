import type { Ip } from '../../address/ip.js';
import { wordsOf, type Reason } from '../reasons/reason.js';
import type { RouteFailure, RouteResult } from './result.js';

/** @returns why a look-up failed: no table has a way, or a route or a policy rule refuses one. */
export function failureOf({ error, route, rule }: RouteFailure, dst: Ip): Reason {
  const by = route?.text ?? (rule === undefined ? undefined : `ip rule ${rule.text}`);
  return { kind: error === 'ENETUNREACH' && by === undefined ? 'no-route' : 'route-refuses', dst, error, by };
}

/** @returns a routing decision in one phrase: the route that won, or why there is none. */
export function describeRoute(result: RouteResult, dst: Ip): string {
  return result.kind === 'error' ? wordsOf(failureOf(result, dst)) : result.route.text;
}
