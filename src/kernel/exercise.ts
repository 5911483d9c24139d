import type { ListenRequest, ProbeRequest } from './agent/protocol.js';
import type { KernelFlow, Observed } from './flow.js';
import { attribute } from './observe/attribute.js';
import { attributeRules } from './observe/rules.js';
import type { KeptCapture } from './observe/keep.js';
import { Watch } from './observe/watch.js';
import { planSenders } from './outside.js';
import type { Gap } from './plan/plan.js';
import { OUTSIDE } from './plan/plan.js';
import type { Twin } from './twin.js';
import type { Wire } from './wires.js';

/** Shorter than the first retransmission (TCP_TIMEOUT_INIT): every packet seen is a first one. */
const PATIENCE = 930;
/** Milliseconds between two flows: the kernel's trace must be read as fast as it comes. */
const GAP = 4;
/** More would not fit the bytes that tell datagrams apart. */
export const MOST_FLOWS = 120;

function schedule(flows: readonly KernelFlow[]): ReadonlyMap<string, readonly ProbeRequest[]> {
  const byClient = new Map<string, ProbeRequest[]>();
  let delay = 0;
  for (const flow of flows) {
    const { id, proto, dst, dport, src, sport, byte, client } = flow;
    const probe = { id, proto, dst, dport, ...(src !== undefined && { src }), sport, delay, patience: PATIENCE, byte };
    delay += GAP;
    byClient.set(client, [...(byClient.get(client) ?? []), probe]);
  }
  return byClient;
}

/**
 * Machines outside take every connection and every datagram, so that what a host makes of their answers shows. A port that is taken
 * already answers as well, and an address that is not outside is refused. Datagrams are answered from the address that was asked.
 */
function answering(flows: readonly KernelFlow[]): readonly ListenRequest[] {
  const asked = flows.filter(({ client }) => client !== OUTSIDE);
  const ports = new Set(asked.flatMap(({ proto, dport }) => (proto === 'tcp' ? [dport] : [])));
  const datagrams = asked.flatMap(({ proto, dst, dport }) =>
    proto === 'udp' ? [[`${dst} ${dport}`, { ip: dst, port: dport }] as const] : [],
  );
  return [
    ...[...ports].map((port): ListenRequest => ({ proto: 'tcp', family: 6, dualStack: true, port })),
    ...[...new Map(datagrams).values()].map((at): ListenRequest => ({
      proto: 'udp',
      family: at.ip.includes(':') ? 6 : 4,
      dualStack: false,
      ...at,
    })),
  ];
}

/**
 * Sends flows through a twin, all at once, and tells what the kernel did with each.
 * @param flows at most `MOST_FLOWS`, told apart by port, echo id and byte.
 */
export async function exercise(
  twin: Twin,
  wires: readonly Wire[],
  flows: readonly KernelFlow[],
): Promise<{ readonly observed: readonly Observed[]; readonly kept: readonly KeptCapture[]; readonly gaps: readonly Gap[] }> {
  const outside = planSenders(wires, flows);
  const gaps = [...(await twin.batch(OUTSIDE, 'ip', outside.ip)), ...(await twin.batch(OUTSIDE, 'ip -6', outside.ip6))];
  await twin.stations.get(OUTSIDE)?.listen(answering(flows));
  const watch = await Watch.start(twin);
  const sent = [...schedule(flows)].flatMap(([client, probes]) => twin.stations.get(client)?.probe(probes) ?? []);
  const results = new Map((await Promise.all(sent)).map((result) => [result.id, result]));
  const { captured: all, kept, trace } = await watch.stop();
  // what crosses a bridge of the outside stays on the host's network
  const devices = new Set(wires.map((wire) => wire.dev));
  const captured = all.filter((packet) => packet.netns !== OUTSIDE || devices.has(packet.iface));
  const relayed = new Map([...twin.stations].map(([name, station]) => [name, station.relayed]));
  const packets = attribute(flows, captured, relayed, trace);
  const rules = attributeRules(flows, packets, trace);
  const { proxied } = packets;
  const observed = flows.map((flow) => ({
    flow,
    result: results.get(flow.id) ?? { id: flow.id, outcome: 'timeout' as const, detail: 'it was not sent' },
    packets: packets.packets.get(flow.id) ?? [],
    proxied: proxied.has(flow.id),
    errors: packets.errors.get(flow.id) ?? [],
    rules: rules.get(flow.id) ?? [],
  }));
  return { observed, kept: kept.filter(({ netns }) => netns !== OUTSIDE), gaps };
}
