import { PROXY } from '../../inventory/index.js';
import { openerOf } from '../connection/opener.js';
import { proxySourcePort } from '../connection/probe.js';
import { connect } from '../connection/connect.js';
import type { ConnectionAttempt, Result } from '../connection/question.js';
import { endpointText } from '../walk/packet-text.js';
import { causeOf, hasCause } from '../reasons/reason.js';
import { relayed } from './relay.js';
import type { Walk } from '../walk/walk.js';

/** A proxy that took the connection opens its own; the first client sees what becomes of both. */
export function followProxy(walk: Walk, plan: ConnectionAttempt, first: Result): Result {
  const { proxy } = first;
  if (proxy === undefined) return first;
  const { ns, socket, target } = proxy;
  const process = socket.process ?? PROXY;
  const last = walk.steps.at(-1);
  const note = (text: string, to: string): void => {
    if (last !== undefined)
      walk.steps.push({
        netns: ns.name,
        leg: 1,
        reply: false,
        packet: last.packet,
        kind: 'proxy',
        process,
        text,
        to,
        origin: socket.origin,
      });
  };
  if (target === 'unknown') {
    note(`${process} takes the connection; which container it stands for is not in the snapshot`, '');
    const what = { kind: 'proxy-unknown', process, proto: socket.proto, port: socket.port } as const;
    // the client is connected to the proxy; whether anybody answers it hangs on the other half
    return { ...first, outcome: 'unknown', reason: what };
  }
  walk.ports?.introduced(target.port);
  const to = endpointText(target.ip, target.port, false);
  const whom = `${target.container ?? 'the container'} at ${to}${target.inferred === undefined ? '' : ` (${target.inferred})`}`;
  note(`${process} takes the connection and opens its own to ${whom}`, to);
  if (target.relayed === true) return relayed(walk, plan, { first, proxy: { ...proxy, target }, process });
  const second = connect(walk, {
    client: { kind: 'netns', ns, src: undefined },
    proto: plan.proto,
    dst: target.ip,
    sport: proxySourcePort(plan.sport),
    dport: target.port,
    leg: 1,
    opener: openerOf(walk.machine, socket),
  });
  const via = { process, whom };
  if (second.outcome === 'connected') {
    const answered = proxy.answerLater?.() ?? first;
    return { ...answered, reason: { kind: 'proxied', ...via, since: answered.outcome === 'connected' ? second.reason : answered.reason } };
  }
  if (second.outcome === 'unknown' || second.outcome === 'leaves-host')
    return { ...first, outcome: 'unknown', reason: { kind: 'proxied', ...via, since: second.reason } };
  const vain = { kind: 'proxy-in-vain', ...via, since: second.reason } as const;
  const hangs = plan.proto === 'udp' || second.outcome === 'timeout' || hasCause(causeOf(second.reason), 'no-neighbour');
  return hangs ? { ...first, outcome: 'timeout', reason: { ...vain, ends: 'silent' } } : { ...first, reason: { ...vain, ends: 'closed' } };
}
