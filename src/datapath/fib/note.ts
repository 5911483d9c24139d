import { formatIp, type Ip } from '../../address/ip.js';
import type { Origin } from '../../model/origin.js';
import type { Step } from '../../model/trace.js';
import type { NetnsState } from '../machine/netns-state.js';
import type { Skb } from '../walk/skb.js';
import type { Walk } from '../walk/walk.js';
import { describeRoute } from './describe.js';
import type { RouteFailure, RouteHit, RouteResult } from './result.js';

type Purpose = Extract<Step, { kind: 'route' }>['purpose'];

function resultOf(kind: RouteHit['kind']): 'local' | 'unicast' | 'broadcast' {
  switch (kind) {
    case 'local':
    case 'anycast':
      return 'local';
    case 'unicast':
      return 'unicast';
    case 'broadcast':
    case 'multicast':
      return 'broadcast';
  }
}

function noteError(walk: Walk, ns: NetnsState, skb: Skb, purpose: Purpose, result: RouteFailure): void {
  const origin: Origin | undefined = result.route?.origin;
  walk.step(ns, skb, {
    kind: 'route',
    purpose,
    result: 'error',
    text: describeRoute(result, skb.packet.dst),
    error: result.error,
    ...(origin !== undefined && { origin }),
  });
}

const viaText = (walk: Walk, via: Ip | undefined): string | undefined => (via === undefined ? undefined : walk.machine.texts.of(via));

/** Notes a routing decision; only one for a packet made here shows the source that the route prefers. */
export function noteRoute(walk: Walk, ns: NetnsState, skb: Skb, purpose: Purpose, hit: RouteResult): void {
  if (hit.kind === 'error') return noteError(walk, ns, skb, purpose, hit);
  const { route, rule, dev } = hit;
  const { table, text, origin } = route;
  const result = resultOf(hit.kind);
  const { leg, reply } = skb;
  const netns = ns.name;
  const packet = walk.view(skb);
  const via = viaText(walk, hit.via);
  const prefsrc = purpose === 'input' || route.prefsrc === undefined ? undefined : formatIp(route.prefsrc);
  if (prefsrc === undefined && rule !== undefined) {
    const policyRule = rule.origin;
    walk.note(
      via === undefined
        ? { kind: 'route', purpose, result, dev, table, text, origin, policyRule, netns, leg, reply, packet }
        : { kind: 'route', purpose, result, dev, via, table, text, origin, policyRule, netns, leg, reply, packet },
    );
    return;
  }
  walk.note({
    kind: 'route',
    purpose,
    result,
    dev,
    ...(via !== undefined && { via }),
    ...(prefsrc !== undefined && { prefsrc }),
    table,
    text,
    origin,
    ...(rule !== undefined && { policyRule: rule.origin }),
    netns,
    leg,
    reply,
    packet,
  });
}
