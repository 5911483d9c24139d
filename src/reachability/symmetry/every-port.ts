import { parseIp } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import type { FlowProto } from '../../model/trace.js';
import type { DestinationClasses } from './likeness.js';

/** Ports to find one among that nothing singles out. */
const FREE = Array.from({ length: 64 }, (_, i) => 60_001 + i);

/** Tells addresses alike over all their ports. */
export class EveryPort {
  private readonly known = new Map<string, string | undefined>();

  constructor(
    private readonly machine: Machine,
    private readonly likenesses: DestinationClasses,
  ) {}

  private anew(to: string, proto: FlowProto): string | undefined {
    const ip = parseIp(to);
    const owner = ip === undefined ? undefined : this.machine.ownerOf(ip);
    const { singledOut } = this.likenesses;
    if (ip === undefined || owner === undefined || owner.isHost || singledOut.unheardTargets().has(ip)) return undefined;
    const ports = singledOut.portsOf(ip, proto, owner).filter((port) => port !== undefined && port > 0);
    const keys = ports.map((port) => this.likenesses.of(to, proto, port!)?.key);
    const free = FREE.find((port) => !singledOut.has(ip, proto, port, owner));
    const rest = free === undefined ? undefined : this.likenesses.of(to, proto, free)?.key;
    return rest === undefined || keys.includes(undefined) ? undefined : `${keys.join()} ${rest}`;
  }

  /** @returns what tells all ports of an address from those of another; undefined where nothing is like them. */
  of(to: string, proto: FlowProto): string | undefined {
    const name = `${to} ${proto}`;
    if (!this.known.has(name)) this.known.set(name, this.anew(to, proto));
    return this.known.get(name);
  }
}
