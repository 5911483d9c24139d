import { type Family, type Ip, familyOf, formatIp, isLoopback, isPrivate } from '../../address/ip.js';
import { type Machine, traceFlow, analyseRules } from '../../datapath/index.js';
import { endpointOn } from '../../inventory/index.js';
import type { Container, DockerNetwork, Host } from '../../model/host.js';
import { isHostNetns } from '../../model/netns.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import {
  type Outsider,
  type Service,
  addressesOf,
  addressesOn,
  boundTo,
  containerAddresses,
  doorPort,
  familiesOf,
  findOutsiders,
  findServices,
  ofFamily,
  uplinks,
} from '../../surface/index.js';
import { IdleRules } from '../matching/never.js';
import type { SurveyedFlow } from './asked.js';
import { isReached } from './reached.js';

/** What the rules share: the machine, who is around, and the traces walked so far. Answers are kept, so asking twice costs nothing. */
export class Survey {
  readonly outsiders: readonly Outsider[];
  readonly services: readonly Service[];
  private readonly traces = new Map<string, Trace>();
  private idle: IdleRules | undefined;

  constructor(readonly machine: Machine) {
    machine.toil.allow();
    this.outsiders = findOutsiders(machine);
    this.services = findServices(machine);
  }

  get host(): Host {
    return this.machine.host;
  }

  /** @returns the rules of every namespace that decide for no packet. */
  idleRules(): IdleRules {
    this.idle ??= new IdleRules(analyseRules(this.machine));
    return this.idle;
  }

  /** @returns an address as requests and traces write it. */
  text(ip: Ip): string {
    return formatIp(ip);
  }

  /** How many flows have been walked. */
  get walked(): number {
    return this.traces.size;
  }

  /** @returns every flow walked so far. */
  allTraces(): readonly Trace[] {
    return [...this.traces.values()];
  }

  /** @returns every flow walked so far that got through. */
  openTraces(): readonly Trace[] {
    return this.allTraces().filter((trace) => trace.outcome === 'connected' || trace.outcome === 'leaves-host');
  }

  /** @returns the trace of a flow, walked once. @throws OutOfBudget where one audit walks no more. */
  trace(request: FlowRequest): Trace {
    const key = [request.from, request.src, request.to, request.proto, request.dport].join(' ');
    const known = this.traces.get(key);
    if (known !== undefined) return known;
    this.machine.toil.begin();
    const trace = traceFlow(this.machine, request);
    this.traces.set(key, trace);
    return trace;
  }

  /** Asks from an outside machine. */
  fromOutside(outsider: Outsider, to: Ip, proto: 'tcp' | 'udp', port: number): SurveyedFlow {
    const request: FlowRequest = { from: formatIp(outsider.ip), to: formatIp(to), proto, dport: port };
    return { from: outsider.name, outsider, family: outsider.family, request, trace: this.trace(request) };
  }

  /** Asks from a namespace: a container's name, or `host`. */
  fromInside(from: string, to: Ip, proto: 'tcp' | 'udp', port: number): SurveyedFlow {
    const request: FlowRequest = { from, to: formatIp(to), proto, dport: port };
    return { from, family: familyOf(to), request, trace: this.trace(request) };
  }

  /** @returns the addresses of the host that an outside machine would knock at. */
  doorsFor(outsider: Outsider): readonly Ip[] {
    const near = this.machine.root.interfaces.get(outsider.dev);
    const own = near === undefined ? [] : ofFamily(addressesOn(near), outsider.family);
    return own.length > 0 ? own : ofFamily(uplinks(this.machine).flatMap(addressesOn), outsider.family);
  }

  /** @returns where an outside machine would knock for a service; nothing where its address is of no use to it. */
  addressesFor(service: Service, outsider: Outsider): readonly Ip[] {
    switch (service.kind) {
      case 'published': {
        const { hostIp, family } = service.port;
        if (family !== undefined && family !== outsider.family) return [];
        return hostIp === undefined ? this.doorsFor(outsider) : this.sentTo(outsider, hostIp);
      }
      case 'container':
        return this.addressesOf(service.container, outsider.family).filter((ip) => outsider.zone === 'lan' || !isPrivate(ip));
      case 'host': {
        const { listener, door } = service;
        const families = door === undefined ? familiesOf(listener) : [door.family];
        if (!families.includes(outsider.family)) return [];
        const ip = boundTo(service);
        if (ip === undefined) return this.doorsFor(outsider);
        return (door === undefined && isLoopback(ip)) || familyOf(ip) !== outsider.family ? [] : this.sentTo(outsider, ip);
      }
    }
  }

  /** An address, where a packet to it can come from there: routers drop 127.0.0.0/8, and know the private addresses of a link only on that link. */
  private sentTo(outsider: Outsider, ip: Ip): readonly Ip[] {
    const far = outsider.zone === 'internet' && !this.doorsFor(outsider).includes(ip);
    return far && (isLoopback(ip) || isPrivate(ip)) ? [] : [ip];
  }

  /** @returns a container's own addresses, of the listing of its namespace or of docker inspect. */
  addressesOf(container: Container, family: Family): readonly Ip[] {
    return ofFamily(containerAddresses(this.machine, container), family);
  }

  /** Asks for a service from every outside machine that has a way to knock; for a published port at its published address. */
  knock(service: Service): readonly SurveyedFlow[] {
    return this.outsiders.flatMap((outsider) => {
      const ask = (ips: readonly Ip[]): readonly SurveyedFlow[] =>
        ips.map((ip) => this.fromOutside(outsider, ip, service.proto, doorPort(service)));
      const front = ask(this.addressesFor(service, outsider));
      const side = front.some((asked) => isReached(asked, service)) ? [] : ask(this.sideDoorsFor(service, outsider));
      return [...front, ...side.filter((asked) => isReached(asked, service))];
    });
  }

  /** @returns further addresses of the host at which a neighbour may ask for what is there on every address: the weak host model answers for all. */
  private sideDoorsFor(service: Service, outsider: Outsider): readonly Ip[] {
    if (service.kind === 'container' || outsider.zone !== 'lan') return [];
    if (boundTo(service) !== undefined) return [];
    const front = new Set(this.addressesFor(service, outsider));
    const all = ofFamily(addressesOf(this.machine.root), outsider.family);
    return front.size === 0 ? [] : [...new Set(all)].filter((ip) => !front.has(ip));
  }

  /** @returns the networks that a container is on. */
  networksOf(container: Container): readonly DockerNetwork[] {
    return this.host.networks.filter((network) => endpointOn(container, network) !== undefined);
  }

  /** @returns whether an outside machine reaches a service in or behind the container, with the first trace that proves it. */
  reachedFromOutside(container: Container): SurveyedFlow | undefined {
    for (const service of this.services) {
      const mine = service.kind === 'host' ? service.container : service.container;
      if (mine === undefined || (mine.name !== container.name && mine.netns !== container.netns)) continue;
      if (mine.name !== container.name && isHostNetns(container.netns)) continue;
      const found = this.knock(service).find((asked) => isReached(asked, service));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
