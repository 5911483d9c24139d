import { familyOf, formatIp, parseIp, type Ip, isLoopback } from '../../address/ip.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { FlowRequest } from '../../model/trace.js';
import { onHostNetns } from '../../inventory/index.js';
import { type HostService, type Service, containerSenders } from '../../surface/index.js';
import type { PathCheck, Target } from '../rules/rule.js';
import { iccDisabled, isDefaultBridge, pairsOn, strangers, type Pair } from '../survey/pairs.js';
import type { Survey } from '../survey/survey.js';
import type { SurveyedFlow } from '../survey/asked.js';
import { chooseTargets, type Chosen } from './target.js';

/** A question that a rule puts, and what it is about. */
export interface CheckedFlow {
  readonly asked: SurveyedFlow;
  readonly target: Chosen | { readonly pair: Pair } | { readonly address: string };
  /** Of which network, for questions between its containers. */
  readonly network?: string;
}

type From = PathCheck['from'][number];

function fromOutside(survey: Survey, chosen: readonly Chosen[], zone: 'internet' | 'lan'): readonly CheckedFlow[] {
  return chosen.flatMap((target) =>
    survey
      .knock(target.service)
      .filter((asked) => asked.outsider?.zone === zone)
      .map((asked) => ({ asked, target })),
  );
}

/** The host as a container knows it: its gateway, or the one address that the listener has. */
function hostAddresses(survey: Survey, container: string, service: HostService): readonly Ip[] {
  const { listener } = service;
  if (listener.ip !== undefined) return [listener.ip];
  const ns = survey.machine.namespaces.get(container);
  const family = listener.family === 4 || listener.dualStack ? 4 : 6;
  const hops = (ns?.netns.routes ?? []).filter((r) => r.family === family && r.dst.length === 0).flatMap((r) => r.nexthops);
  return hops.flatMap((hop) => (hop.via !== undefined && survey.machine.root.owns(hop.via) ? [hop.via] : []));
}

/** Asks from every container's namespace for a listener of the host; a loopback listener only answers those who share its namespace. */
export function containersAskHost(survey: Survey, service: HostService): readonly SurveyedFlow[] {
  const sharing = onHostNetns(survey.host).map((c) => {
    const ip = service.listener.ip ?? (service.listener.family === 4 || service.listener.dualStack ? 0x7f000001 : 1n);
    return { ...survey.fromInside(HOST_NETNS, ip, service.proto, service.listener.port), from: c.name };
  });
  const asking = isLoopback(service.listener.ip) ? [] : containerSenders(survey.machine);
  return [
    ...sharing,
    ...asking.flatMap((c) =>
      hostAddresses(survey, c.netns, service).map((ip) => survey.fromInside(c.name, ip, service.proto, service.listener.port)),
    ),
  ];
}

function pairsFor(survey: Survey, relation: NonNullable<Target['relation']>): readonly Pair[] {
  const bridges = survey.host.networks.filter((n) => n.driver === 'bridge');
  switch (relation) {
    case 'no-shared-network':
      return strangers(survey);
    case 'default-bridge':
      return bridges.filter((n) => isDefaultBridge(n) && !iccDisabled(n)).flatMap((n) => pairsOn(survey, n));
    case 'icc-disabled':
      return bridges.filter(iccDisabled).flatMap((n) => pairsOn(survey, n));
    case 'same-network':
      return survey.host.networks.flatMap((n) => pairsOn(survey, n));
  }
}

/** Asks for each listener of the other container, and with an echo request where it has none. */
function askPair(survey: Survey, pair: Pair, services: readonly Service[]): readonly CheckedFlow[] {
  const mine = services.filter((s) => s.kind === 'container' && s.container.name === pair.to.name);
  const network = pair.network === undefined ? {} : { network: pair.network.name };
  const asked = mine.flatMap((s) => (s.kind === 'container' ? [survey.fromInside(pair.from.name, pair.ip, s.proto, s.listener.port)] : []));
  if (asked.length > 0) return asked.map((one) => ({ asked: one, target: { pair }, ...network }));
  const request: FlowRequest = { from: pair.from.name, to: formatIp(pair.ip), proto: 'icmp' };
  const family = familyOf(pair.ip);
  return [{ asked: { from: pair.from.name, family, request, trace: survey.trace(request) }, target: { pair }, ...network }];
}

function fromContainers(survey: Survey, target: Target, chosen: readonly Chosen[]): readonly CheckedFlow[] {
  if (target.relation !== undefined) return pairsFor(survey, target.relation).flatMap((pair) => askPair(survey, pair, survey.services));
  return chosen.flatMap((one) => {
    const { service } = one;
    return service.kind === 'host' ? containersAskHost(survey, service).map((asked) => ({ asked, target: one })) : [];
  });
}

function askWorld(survey: Survey, target: Target): readonly CheckedFlow[] {
  const containers = containerSenders(survey.machine);
  return (target.address ?? []).flatMap((address) => {
    const ip = parseIp(address);
    if (ip === undefined) return [];
    const able = containers.filter((c) => survey.addressesOf(c, familyOf(ip)).length > 0);
    return able.flatMap((c) =>
      (target.ports ?? [80]).map((port) => ({ asked: survey.fromInside(c.name, ip, 'tcp', port), target: { address } })),
    );
  });
}

function fromHost(survey: Survey, chosen: readonly Chosen[]): readonly CheckedFlow[] {
  return chosen.flatMap((target) => {
    const { service } = target;
    if (service.kind === 'published') {
      const ip = service.port.hostIp ?? (service.port.family === 6 ? 1n : 0x7f000001);
      return [{ asked: survey.fromInside(HOST_NETNS, ip, service.proto, service.port.hostPort), target }];
    }
    if (service.kind !== 'container') return [];
    const ips = [...survey.addressesOf(service.container, 4), ...survey.addressesOf(service.container, 6)];
    return ips.map((ip) => ({ asked: survey.fromInside(HOST_NETNS, ip, service.proto, service.listener.port), target }));
  });
}

/** Puts every question of a path check. */
export function askAll(survey: Survey, check: PathCheck): readonly CheckedFlow[] {
  const chosen = chooseTargets(survey.services, check.to);
  const asks: Readonly<Record<From, () => readonly CheckedFlow[]>> = {
    internet: () => fromOutside(survey, chosen, 'internet'),
    lan: () => fromOutside(survey, chosen, 'lan'),
    container: () => (check.to.address === undefined ? fromContainers(survey, check.to, chosen) : askWorld(survey, check.to)),
    host: () => fromHost(survey, chosen),
  };
  return check.from.flatMap((from) => asks[from]());
}
