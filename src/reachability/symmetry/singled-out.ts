import type { Ip } from '../../address/ip.js';
import type { Machine, NetnsState } from '../../datapath/index.js';
import type { FlowProto } from '../../model/trace.js';
import { dnatTarget } from './dnat-target.js';
import { singlePort, type SpecificRules } from './specific-rules.js';

/** Knows which ports of an address a rule or a listener singles out; all others fare alike. */
export class SingledOut {
  private unheard: ReadonlySet<Ip> | undefined;

  constructor(
    private readonly machine: Machine,
    private readonly rules: SpecificRules,
  ) {}

  has(ip: Ip, proto: FlowProto, port: number, owner: NetnsState): boolean {
    return this.rules.byPort.has(port) || owner.sockets.onPort(proto, port).length > 0 || this.isNamed(ip, port);
  }

  private isNamed(ip: Ip, port: number): boolean {
    return (this.rules.byAddress.get(ip) ?? []).some(({ head }) => singlePort(head.dport) === port || singlePort(head.sport) === port);
  }

  /** @returns the ports that rules on the address and its listeners single out; undefined among them stands for none named. */
  portsOf(ip: Ip, proto: FlowProto, owner: NetnsState): readonly (number | undefined)[] {
    const named = (this.rules.byAddress.get(ip) ?? []).flatMap(({ head }) => [singlePort(head.dport), singlePort(head.sport)]);
    const heard = owner.netns.sockets.filter((s) => s.proto === proto).map((s) => s.port);
    return [...new Set([...named, ...heard])];
  }

  /** @returns addresses that rules send packets to on ports that nobody listens on there. */
  unheardTargets(): ReadonlySet<Ip> {
    if (this.unheard !== undefined) return this.unheard;
    const found = new Set<Ip>();
    for (const specific of [...this.rules.byPort.values()].flat()) {
      const target = dnatTarget(specific.facts);
      const owner = target === undefined ? undefined : this.machine.ownerOf(target.ip);
      if (target === undefined || owner === undefined) continue;
      const { port } = target;
      const heard = port !== undefined && (['tcp', 'udp'] as const).some((proto) => owner.sockets.onPort(proto, port).length > 0);
      if (!heard) found.add(target.ip);
    }
    return (this.unheard = found);
  }
}
