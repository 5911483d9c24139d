import { PROXY } from '../inventory/index.js';
import { portAfter } from './probe.js';
import { connect } from './connection/connect.js';
import type { Question, Result } from './connection/question.js';
import { endpointText } from './nat.js';
import type { Walk } from './walk.js';

/** A proxy that took the connection opens its own; the first client sees what becomes of both. */
export function followProxy(walk: Walk, plan: Question, first: Result): Result {
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
    const what = `${process} on ${socket.proto} ${socket.port} takes the connection, and docker inspect, which would name its container, is not in the snapshot`;
    return { ...first, outcome: plan.proto === 'udp' ? 'unknown' : 'connected', reason: what };
  }
  walk.ports?.introduced(target.port);
  const to = endpointText(target.ip, target.port, false);
  const whom = `${target.container ?? 'the container'} at ${to}${target.inferred === undefined ? '' : ` (${target.inferred})`}`;
  note(`${process} takes the connection and opens its own to ${whom}`, to);
  const second = connect(walk, {
    client: { kind: 'netns', ns, src: undefined },
    proto: plan.proto,
    dst: target.ip,
    sport: portAfter(plan.sport),
    dport: target.port,
    leg: 1,
  });
  const via = `${process} takes it and dials ${whom}`;
  if (second.outcome === 'connected') {
    const answered = proxy.answerLater?.() ?? first;
    return { ...answered, reason: `${via}: ${answered.outcome === 'connected' ? second.reason : answered.reason}` };
  }
  if (second.outcome === 'unknown') return { ...first, outcome: 'unknown', reason: `${via}: ${second.reason}` };
  const hangs = plan.proto === 'udp' || second.outcome === 'timeout' || second.reason.includes('no neighbour');
  if (hangs) return { ...first, outcome: 'timeout', reason: `${via}, in vain: ${second.reason}; the client hears nothing` };
  return { ...first, reason: `${via}, in vain (${second.reason}); the client is connected to the proxy and then closed` };
}
