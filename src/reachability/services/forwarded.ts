import { formatIp, isLoopback } from '../../address/ip.js';
import type { Range } from '../../address/ranges.js';
import { type Proto, type Machine, doorsTo, portAfter } from '../../datapath/index.js';
import type { MatrixService } from '../../model/reachability.js';
import { allDoors, listenersBehind, type Door } from '../../surface/index.js';

/** Of longer ranges the two ends stand for the rest, and the ports that lead to somebody who listens. */
const MOST_PORTS = 16;

const isLong = ([lo, hi]: Range): boolean => Number(hi) - Number(lo) >= MOST_PORTS;

function portsOf(range: Range): readonly number[] {
  const [lo, hi] = [Math.max(Number(range[0]), 1), Number(range[1])];
  return isLong(range) ? [lo, hi] : Array.from({ length: hi - lo + 1 }, (_, i) => lo + i);
}

/** Ports that lead to somebody who listens; where all of them do, the one that stays what it is. */
function leading(door: Door, proto: Proto): readonly number[] {
  const { translation } = door;
  const { toPorts } = translation;
  const listened = (): readonly number[] => [...new Set(listenersBehind(door).flatMap((s) => (s.proto === proto ? s.port : [])))];
  const heard = toPorts !== undefined && toPorts.lo === toPorts.hi ? [toPorts.lo] : listened();
  return heard.flatMap((port) => doorsTo(translation, port).map(([lo]) => Number(lo)));
}

/** Ports that show what a rule takes. */
function portsAsked(door: Door, proto: Proto): readonly number[] {
  const { ports } = door.translation;
  if (ports === undefined) return leading(door, proto);
  const named = ports.flatMap(portsOf);
  return ports.some(isLong) ? [...new Set([...named, ...leading(door, proto)])] : named;
}

/** Services by name; one that several rules forward is asked for at the addresses of all. */
class Forwarded {
  readonly services = new Map<string, MatrixService>();

  constructor(private readonly known: ReadonlySet<string>) {}

  add({ translation, at, ip, owner, to }: Door, proto: Proto, port: number): void {
    const address = formatIp(ip);
    const bound = `${address.includes(':') ? `[${address}]` : address}:${port}/${proto}`;
    const name = at.hasAddress(ip) && !isLoopback(ip) ? `${at.name}:${port}/${proto}` : bound;
    if (this.known.has(name) || this.known.has(bound)) return;
    const target = owner?.name ?? (to === undefined ? at.name : formatIp(to));
    const known = this.services.get(name);
    const addresses = [...new Set([...(known?.addresses ?? []), address])];
    const leadsTo = `${target}:${portAfter(translation, port)}`;
    const service = { name, kind: 'forwarded', target, proto, port, leadsTo, origin: translation.rule.origin } as const;
    this.services.set(name, { ...service, ...known, addresses });
  }
}

/**
 * Ports that rules send on without Docker's doing: DNAT, REDIRECT and NETMAP that somebody wrote by hand.
 * @param known names that others have already.
 */
export function forwardedServices(machine: Machine, known: ReadonlySet<string>): readonly MatrixService[] {
  const found = new Forwarded(known);
  for (const door of allDoors(machine))
    for (const proto of door.translation.protos) for (const port of portsAsked(door, proto)) found.add(door, proto, port);
  return [...found.services.values()];
}
