import type { Host } from '../../model/host.js';

/** What docker info tells of the swarm. */
export interface SwarmState {
  readonly active: boolean;
  /** Absent where this node, a worker, does not know. */
  readonly nodes?: number;
  /** Addresses of managers other than this node. */
  readonly otherManagers: readonly string[];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** @returns the state of the swarm, undefined where no docker info tells it. */
export function swarmOf(host: Host): SwarmState | undefined {
  if (host.info === undefined) return undefined;
  const swarm = record(record(host.info)['Swarm']);
  if (typeof swarm['LocalNodeState'] !== 'string') return undefined;
  const nodes = swarm['Nodes'];
  const own = swarm['NodeID'];
  const managers = Array.isArray(swarm['RemoteManagers']) ? swarm['RemoteManagers'].map(record) : [];
  return {
    active: swarm['LocalNodeState'] === 'active',
    ...(typeof nodes === 'number' && nodes > 0 && { nodes }),
    otherManagers: managers.filter((m) => m['NodeID'] !== own).map((m) => String(m['Addr'])),
  };
}
