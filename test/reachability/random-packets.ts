import { familyOf, formatIp, type Family, type Ip } from '../../src/address/ip.js';
import type { Machine } from '../../src/datapath/index.js';
import type { NetnsState } from '../../src/datapath/machine/netns-state.js';
import type { FlowProto, FlowRequest } from '../../src/model/trace.js';
import { addressClasses } from '../../src/reachability/classes/address-classes.js';
import { PORT_MAX } from '../../src/address/ranges.js';

/** So many flows are kept to draw likes of. */
const USUAL = 48;

/** Draws whole numbers below a limit. */
export type Draw = (below: number) => number;

const PORT_WORD = /(?:--[sd]?ports?|--(?:source|destination)-ports?|--to-ports?|[\d\]]:|dport|sport|[tu][cd]p:) ?(\d[\d,:-]*)/g;

/** Every port that rules, sets and listeners speak of, with its neighbours. */
function portsOf(machine: Machine): readonly number[] {
  const found = new Set<number>([22, 80, 443, 1, PORT_MAX, 49152]);
  const near = (port: number): void => {
    for (const one of [port - 1, port, port + 1]) if (one >= 1 && one <= PORT_MAX) found.add(one);
  };
  for (const { netns } of machine.namespaces.values()) {
    for (const socket of netns.sockets) near(socket.port);
    for (const rule of netns.rules)
      for (const range of [rule.sport, rule.dport]) if (range !== undefined) range.forEach((p) => near(Number(p)));
    for (const set of netns.rulesets)
      for (const table of set.tables.values())
        for (const chain of table.chains.values())
          for (const rule of chain.rules.slice(0, 2000))
            for (const [, text = ''] of rule.text.matchAll(PORT_WORD)) for (const word of text.split(/[,:-]/)) near(Number(word));
  }
  for (const container of machine.host.containers) for (const { hostPort } of container.published) near(hostPort);
  return [...found].filter((port) => !Number.isNaN(port));
}

const step = (ip: Ip, by: number): Ip => (typeof ip === 'number' ? Math.min(0xffffffff, Math.max(0, ip + by)) : ip + BigInt(by));

function ownAddresses(ns: NetnsState): readonly Ip[] {
  return [...ns.interfaces.values()].flatMap((i) => i.addresses.filter((a) => a.scope !== 'link').map((a) => a.ip));
}

/** Any address of a family; those of IPv6 mostly where addresses are in use. */
function anyAddress(draw: Draw, family: Family): string {
  const word = (): bigint => BigInt(draw(0x10000));
  if (family === 4) return formatIp(draw(0x10000) * 0x10000 + draw(0x10000));
  const first = [0x2001n, 0xfd00n, 0xfe80n, word()][draw(4)] ?? 0n;
  return formatIp([word(), word(), word(), word(), word(), word(), word()].reduce((sum, one) => (sum << 16n) | one, first));
}

/** Addresses at the ends of what the snapshot looks at, and within. */
function addressesOf(machine: Machine, draw: Draw): readonly string[] {
  const own = [...machine.namespaces.values()].flatMap(ownAddresses);
  const ends = ([4, 6] as const).flatMap((family) => {
    const { blocks } = addressClasses(machine, family);
    const chosen = blocks.length <= 400 ? blocks : Array.from({ length: 400 }, () => blocks[draw(blocks.length)]!);
    return chosen.flatMap((block) => {
      const [lo, hi] = block[draw(block.length)]!;
      return [lo, hi, step(lo, draw(3))].filter((ip) => familyOf(ip) === family && BigInt(ip) >= 0n);
    });
  });
  const limit = (1n << 128n) - 1n;
  return [...new Set([...own, ...own, ...ends].filter((ip) => typeof ip === 'number' || ip <= limit).map(formatIp))];
}

/** Makes random flows through a host, most of them at the limits of what its rules speak of. */
export class RandomPackets {
  private readonly ports: readonly number[];
  private readonly addresses: readonly string[];
  private readonly names: readonly string[];
  private readonly senders: readonly string[];
  /** The addresses of each namespace, which it may choose to send from. */
  private readonly own: ReadonlyMap<string, readonly string[]>;
  private readonly usual: FlowRequest[] = [];

  constructor(
    machine: Machine,
    private readonly draw: Draw,
  ) {
    this.ports = portsOf(machine);
    this.addresses = addressesOf(machine, draw);
    this.names = [...machine.namespaces.keys()];
    this.senders = [...this.names, 'internet'];
    this.own = new Map([...machine.namespaces].map(([name, ns]) => [name, ownAddresses(ns).map(formatIp)]));
  }

  private one<T>(list: readonly T[]): T {
    return list[this.draw(list.length)]!;
  }

  private port(): number {
    return this.draw(4) === 0 ? 1 + this.draw(PORT_MAX) : this.one(this.ports);
  }

  /** Most flows are like one of a few, other ports apart: sets are met again. */
  next(): FlowRequest {
    const { draw, usual } = this;
    if (usual.length < USUAL || draw(4) === 0) {
      const flow = this.fresh();
      if (usual.length < USUAL) usual.push(flow);
      else usual[draw(USUAL)] = draw(8) === 0 ? flow : usual[draw(USUAL)]!;
      return flow;
    }
    const like = this.one(usual);
    return { ...like, sport: this.sport(), ...(like.proto !== 'icmp' && { dport: this.port() }) };
  }

  private sport(): number {
    return this.draw(2) === 0 ? 32768 + this.draw(28232) : this.port();
  }

  /** Mostly an address that something looks at; else one of which nothing may be known. */
  private address(family: Family | undefined): string | undefined {
    if (this.draw(12) === 0) return anyAddress(this.draw, family ?? (this.draw(3) === 0 ? 6 : 4));
    for (let i = 0; i < 20; i++) {
      const text = this.one(this.addresses);
      if (family === undefined || family === (text.includes(':') ? 6 : 4)) return text;
    }
    return undefined;
  }

  private fresh(): FlowRequest {
    const { draw } = this;
    const proto: FlowProto = draw(10) === 0 ? 'icmp' : draw(3) === 0 ? 'udp' : 'tcp';
    const to = draw(30) === 0 ? this.one(this.names) : (this.address(undefined) ?? '127.0.0.1');
    const family = to.includes(':') ? 6 : 4;
    const from = (draw(3) === 0 ? this.address(family) : undefined) ?? this.one(this.senders);
    const src = draw(8) === 0 ? this.own.get(from)?.filter((text) => text.includes(':') === (family === 6)) : undefined;
    return {
      from,
      to,
      proto,
      sport: this.sport(),
      ...(proto !== 'icmp' && { dport: this.port() }),
      ...(src !== undefined && src.length > 0 && { src: this.one(src) }),
    };
  }
}
