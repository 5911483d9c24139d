import type { CaptureHop, CapturedFlow } from '../../model/capture.js';
import type { FlowProto } from '../../model/trace.js';
import type { PacketView, Sighting } from '../../model/sighting.js';
import { canonical } from '../names.js';

/** Which of a prediction's values stand for any: the client chose them, the question left them open, or NAT picks them from a range. */
export interface Wildcards {
  /** The client's port, where the question named it; where it is predicted otherwise, NAT chose it. */
  readonly sport?: number;
  /** The address that stands for the internet at large, where it does. */
  readonly client?: string;
}

/** @returns whether a captured packet bears the addresses and ports of a predicted one. */
export function sameAddresses(predicted: PacketView & { readonly reply: boolean }, seen: PacketView, wild: Wildcards): boolean {
  const { reply } = predicted;
  const client = reply ? 'dst' : 'src';
  const server = reply ? 'src' : 'dst';
  const [clientPort, serverPort] = reply ? (['dport', 'sport'] as const) : (['sport', 'dport'] as const);
  if (canonical(predicted[server]) !== seen[server] || predicted[serverPort] !== seen[serverPort]) return false;
  if (predicted[clientPort] === wild.sport && predicted[clientPort] !== seen[clientPort]) return false;
  return predicted[client] === wild.client || canonical(predicted[client]) === seen[client];
}

/** @returns whether a hop lies where a packet is predicted, whatever its addresses; what a capture does not tell fits. */
export function samePlace(predicted: Sighting, hop: CaptureHop): boolean {
  return (
    predicted.netns === hop.netns &&
    predicted.reply === hop.reply &&
    (hop.iface === '' || predicted.iface === hop.iface) &&
    (hop.dir === undefined || predicted.dir === hop.dir)
  );
}

/** @returns whether a hop bears a prediction out. */
export function fits(predicted: Sighting, hop: CaptureHop, wild: Wildcards): boolean {
  return samePlace(predicted, hop) && sameAddresses(predicted, hop, wild);
}

/**
 * @param predicted the sightings of one connection.
 * @returns the captured flows that are such a connection: those that begin with its ends, else those that show them later, else those that begin
 * further on its way. NAT makes other clients' connections alike, so the first that there are count alone.
 */
export function matching(
  predicted: readonly Sighting[],
  proto: FlowProto,
  flows: readonly CapturedFlow[],
  wild: Wildcards,
): readonly CapturedFlow[] {
  const requests = predicted.filter((sighting) => !sighting.reply);
  // what is refused before it crosses an interface is known by its answer alone
  const [first] = requests.length > 0 ? requests : predicted;
  if (first === undefined) return [];
  const alike = flows.filter((flow) => flow.proto === proto);
  const isFirst = (hop: CaptureHop | undefined): boolean => hop?.reply === first.reply && sameAddresses(first, hop, wild);
  const kinds: readonly ((flow: CapturedFlow) => boolean)[] = [
    ({ hops: [begin] }) => isFirst(begin),
    ({ hops }) => hops.some(isFirst),
    ({ hops: [begin] }) => begin !== undefined && requests.some((request) => fits(request, begin, wild)),
  ];
  return kinds.map((kind) => alike.filter(kind)).find((found) => found.length > 0) ?? [];
}

/** @returns how many predicted sightings a flow bears out. */
export function agreement(predicted: readonly Sighting[], flow: CapturedFlow, wild: Wildcards): number {
  return predicted.filter((sighting) => flow.hops.some((hop) => fits(sighting, hop, wild))).length;
}
