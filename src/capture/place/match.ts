import type { CaptureHop, CapturedFlow } from '../../model/capture.js';
import type { FlowProto, PacketView, Sighting } from '../../model/trace.js';
import { canonical } from '../names.js';

/** Which of a prediction's values stand for any: the client chose them, or the question left them open. */
export interface Wildcards {
  /** The client's port, unless the question named it. */
  readonly clientPort: boolean;
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
  if (!wild.clientPort && predicted[clientPort] !== seen[clientPort]) return false;
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
 * @returns the captured flows that are such a connection: begun as predicted, or seen at a predicted place as predicted.
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
  return flows.filter(
    (flow) =>
      flow.proto === proto &&
      flow.hops.some(
        (hop) => hop.reply === first.reply && (sameAddresses(first, hop, wild) || requests.some((request) => fits(request, hop, wild))),
      ),
  );
}
