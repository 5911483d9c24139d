import { formatIp } from '../../address/ip.js';
import { isHostNetns } from '../../model/netns.js';
import type { Machine } from '../../datapath/index.js';
import type { Binding } from './binding.js';
import type { SenderClass } from './sender.js';

/** Knows the senders of one machine. */
export class Senders {
  /** By name, and by which of the places on the way it is. */
  private readonly known = new Map<string, Map<string, SenderClass>>();

  /** @param groups for each namespace the name of its group. */
  constructor(
    private readonly machine: Machine,
    private readonly groups: ReadonlyMap<string, string>,
  ) {}

  /** @param bindings the places on the way: the sender may be one of them. */
  of(from: string, bindings: readonly Binding[]): SenderClass {
    const part = bindings.findIndex((b) => b.netns === from);
    const id = part > 0 || (part === 0 && !isHostNetns(from)) ? `part ${part}` : '';
    let parts = this.known.get(from);
    if (parts === undefined) this.known.set(from, (parts = new Map<string, SenderClass>()));
    const known = parts.get(id);
    if (known !== undefined) return known;
    const ns = this.machine.namespaces.get(from);
    const own = ns === undefined || ns.isHost ? undefined : ns;
    const addresses = own === undefined ? [] : [...own.interfaces.values()].flatMap((i) => i.addresses.map((a) => formatIp(a.ip)));
    const group = own === undefined ? from : (this.groups.get(from) ?? from);
    const made = { key: `${group} ${id}`, name: from, addresses: addresses.filter((ip) => ip !== '127.0.0.1' && ip !== '::1') };
    parts.set(id, made);
    return made;
  }
}
