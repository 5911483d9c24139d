import { familyOf, maskIp, maskOf, parseIp, prefixOf, type Family, type Ip } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';

/** @returns the family of an address as text, without reading it. */
export function familyOfText(text: string): Family {
  return text.includes(':') ? 6 : 4;
}

/** Networks by the lengths of their prefixes. */
class Networks {
  private readonly byLength = new Map<number, Set<Ip>>();

  constructor(nets: Iterable<{ readonly ip: Ip; readonly prefixLength: number }>) {
    for (const { ip, prefixLength } of nets) {
      const same = this.byLength.get(prefixLength) ?? new Set<Ip>();
      this.byLength.set(prefixLength, same.add(prefixOf(ip, prefixLength).addr));
    }
  }

  hold(ip: Ip): boolean {
    const family = familyOf(ip);
    for (const [length, nets] of this.byLength)
      if (length <= (family === 4 ? 32 : 128) && nets.has(maskIp(ip, maskOf(family, length)))) return true;
    return false;
  }
}

const networks = new WeakMap<Machine, Map<string, Networks>>();

function networksOf(machine: Machine, name: string): Networks {
  let known = networks.get(machine);
  if (known === undefined) networks.set(machine, (known = new Map<string, Networks>()));
  let found = known.get(name);
  if (found === undefined) {
    const devices = [...(machine.namespaces.get(name)?.interfaces.values() ?? [])];
    known.set(name, (found = new Networks(devices.flatMap(({ addresses }) => addresses))));
  }
  return found;
}

/** @returns addresses, those on networks of the sender first: the ones its resolver would give it. */
export function nearestAddresses(machine: Machine, from: string, addresses: readonly string[]): readonly string[] {
  if (addresses.length < 2) return addresses;
  const nets = networksOf(machine, from);
  const near = new Set(addresses.filter((text) => nets.hold(parseIp(text)!)));
  return near.size === 0 ? addresses : [...addresses.filter((text) => near.has(text)), ...addresses.filter((text) => !near.has(text))];
}
