import type { Ip } from '../address/ip.js';
import { type Machine, soleTarget, type Translation } from '../datapath/index.js';
import { isDockersDoor } from '../inventory/index.js';
import type { PublishedPort } from '../model/host.js';
import { containerAddresses } from './addresses.js';

interface Publication {
  readonly port: PublishedPort;
  /** The container's. */
  readonly addresses: readonly Ip[];
}

/** The single value that a rule takes; undefined where it takes several, or any. */
function soleOf<T>(ranges: readonly (readonly [T, T])[] | undefined): T | undefined {
  const [first, ...others] = ranges ?? [];
  return first !== undefined && others.length === 0 && first[0] === first[1] ? first[0] : undefined;
}

function isFor(translation: Translation, { port, addresses }: Publication): boolean {
  const { protos, family, at, toPorts } = translation;
  if (!protos.some((proto) => proto === port.proto) || (port.family ?? family) !== family) return false;
  // a rule of Docker's chain for another address is no part of what it publishes
  if (port.hostIp === undefined ? at !== undefined : soleOf(at) !== port.hostIp) return false;
  const to = soleTarget(translation);
  const leads = toPorts === undefined ? port.hostPort : toPorts.lo;
  return to !== undefined && addresses.includes(to) && leads === port.containerPort;
}

/**
 * Docker's rule for a port that it publishes leads to a service that is known already: DNAT in its chain, from the port and address
 * that it publishes to the container (libnetwork, `setPerPortForwarding`).
 * @returns whether a rule of the host is such a one.
 */
export function publishing(machine: Machine): (translation: Translation) => boolean {
  const byPort = new Map<number, Publication[]>();
  for (const container of machine.host.containers) {
    if (!container.running || container.published.length === 0) continue;
    const addresses = containerAddresses(machine, container);
    for (const port of container.published) {
      const others = byPort.get(port.hostPort);
      if (others === undefined) byPort.set(port.hostPort, [{ port, addresses }]);
      else others.push({ port, addresses });
    }
  }
  return (translation) =>
    isDockersDoor(translation.rule) && (byPort.get(Number(soleOf(translation.ports))) ?? []).some((one) => isFor(translation, one));
}
