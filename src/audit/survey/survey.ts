import { formatIp, type Family, type Ip } from '../../address/ip.js';
import { traceFlow, type Machine } from '../../datapath/index.js';
import type { Container, DockerNetwork, Host } from '../../model/host.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { isReached } from './reached.js';
import { addressesOn, findOutsiders, uplinks, type Outsider } from './outsiders.js';
import { endpointOn, findServices, familiesOf, isLoopback, isPrivate, type Service } from './services.js';

/** A question put to the datapath: who asked, and what became of it. */
export interface Asked {
  /** The name that reports use: `internet`, `lan (up0)`, a container. */
  readonly from: string;
  readonly outsider?: Outsider;
  readonly family: Family;
  readonly request: FlowRequest;
  readonly trace: Trace;
}

/** What the rules share: the machine, who is around, and the traces walked so far. Answers are kept, so asking twice costs nothing. */
export class Survey {
  readonly outsiders: readonly Outsider[];
  readonly services: readonly Service[];
  private readonly traces = new Map<string, Trace>();

  constructor(readonly machine: Machine) {
    this.outsiders = findOutsiders(machine);
    this.services = findServices(machine);
  }

  get host(): Host {
    return this.machine.host;
  }

  /** @returns an address as requests and traces write it. */
  text(ip: Ip): string {
    return formatIp(ip);
  }

  /** How many flows have been walked. */
  get walked(): number {
    return this.traces.size;
  }

  /** @returns every flow walked so far that got through. */
  openTraces(): readonly Trace[] {
    return [...this.traces.values()].filter((trace) => trace.outcome === 'connected' || trace.outcome === 'leaves-host');
  }

  /** @returns the trace of a flow, walked once. */
  trace(request: FlowRequest): Trace {
    const key = [request.from, request.src, request.to, request.proto, request.dport].join(' ');
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    const trace = traceFlow(this.machine, request);
    this.traces.set(key, trace);
    return trace;
  }

  /** Asks from an outside machine. */
  fromOutside(outsider: Outsider, to: Ip, proto: 'tcp' | 'udp', port: number): Asked {
    const request: FlowRequest = { from: formatIp(outsider.ip), to: formatIp(to), proto, dport: port };
    return { from: outsider.name, outsider, family: outsider.family, request, trace: this.trace(request) };
  }

  /** Asks from a namespace: a container's name, or `host`. */
  fromInside(from: string, to: Ip, proto: 'tcp' | 'udp', port: number): Asked {
    const request: FlowRequest = { from, to: formatIp(to), proto, dport: port };
    return { from, family: typeof to === 'number' ? 4 : 6, request, trace: this.trace(request) };
  }

  /** @returns the addresses of the host that an outside machine would knock at. */
  doorsFor(outsider: Outsider): readonly Ip[] {
    const near = this.machine.root.interfaces.get(outsider.dev);
    const own = near === undefined ? [] : addressesOn(near, outsider.family);
    return own.length > 0 ? own : uplinks(this.machine).flatMap((iface) => addressesOn(iface, outsider.family));
  }

  /** @returns where an outside machine would knock for a service; nothing where its address is of no use to it. */
  addressesFor(service: Service, outsider: Outsider): readonly Ip[] {
    switch (service.kind) {
      case 'published': {
        const { hostIp, family } = service.port;
        if (family !== undefined && family !== outsider.family) return [];
        if (hostIp === undefined) return this.doorsFor(outsider);
        // a router drops what is addressed to 127.0.0.0/8: only a neighbour can send it
        return isLoopback(hostIp) && outsider.zone === 'internet' ? [] : [hostIp];
      }
      case 'container':
        return this.addressesOf(service.container, outsider.family).filter((ip) => outsider.zone === 'lan' || !isPrivate(ip));
      case 'host': {
        const { listener } = service;
        if (!familiesOf(listener).includes(outsider.family)) return [];
        if (listener.ip === undefined) return this.doorsFor(outsider);
        return isLoopback(listener.ip) || typeof listener.ip !== (outsider.family === 4 ? 'number' : 'bigint') ? [] : [listener.ip];
      }
    }
  }

  /** @returns a container's own addresses, of the listing of its namespace or of docker inspect. */
  addressesOf(container: Container, family: Family): readonly Ip[] {
    const ns = this.machine.namespaces.get(container.netns);
    const listed = [...(ns?.interfaces.values() ?? [])].filter((i) => i.detail.kind !== 'loopback').flatMap((i) => addressesOn(i, family));
    if (listed.length > 0) return listed;
    return container.endpoints.flatMap((e) => {
      const ip = family === 4 ? e.ip : e.ip6;
      return ip === undefined ? [] : [ip];
    });
  }

  /** Asks for a service from every outside machine that has a way to knock; for a published port at its published address. */
  knock(service: Service): readonly Asked[] {
    const port = service.kind === 'published' ? service.port.hostPort : service.listener.port;
    return this.outsiders.flatMap((outsider) =>
      this.addressesFor(service, outsider).map((ip) => this.fromOutside(outsider, ip, service.proto, port)),
    );
  }

  /** @returns the networks that a container is on. */
  networksOf(container: Container): readonly DockerNetwork[] {
    return this.host.networks.filter((network) => endpointOn(container, network) !== undefined);
  }

  /** @returns whether an outside machine reaches a service in or behind the container, with the first trace that proves it. */
  reachedFromOutside(container: Container): Asked | undefined {
    for (const service of this.services) {
      const mine = service.kind === 'host' ? service.container : service.container;
      if (mine === undefined || (mine.name !== container.name && mine.netns !== container.netns)) continue;
      if (mine.name !== container.name && container.netns === 'host') continue;
      const found = this.knock(service).find((asked) => isReached(asked, service));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
