import { isLoopback } from '../../address/ip.js';
import type { PublishedPort } from '../../model/host.js';
import { type Service, ownPort } from '../../surface/index.js';
import type { Target } from '../rules/rule.js';
import { recognise, type Recognised } from './recognise.js';

/** A service that a rule asks about. */
export interface Chosen {
  readonly service: Service;
  readonly recognised?: Recognised;
}

function addressOf(service: Service): PublishedPort['hostIp'] {
  return service.kind === 'published' ? service.port.hostIp : service.listener.ip;
}

function bindFits(service: Service, bind: NonNullable<Target['bind']>): boolean {
  const ip = addressOf(service);
  switch (bind) {
    case 'any':
      // the operator's own rule opens what nobody published, at whichever address
      return ip === undefined || (service.kind === 'published' && service.door !== undefined);
    case 'loopback':
      return isLoopback(ip);
    case 'address':
      return ip !== undefined && !isLoopback(ip);
  }
}

function processFits(service: Service, target: Target): boolean {
  if (target.processes === undefined) return true;
  const process = service.listener?.process;
  return process === undefined ? target.orUnknownProcess === true : target.processes.includes(process);
}

const KINDS: NonNullable<Target['kind']> = ['published', 'host'];

/** @returns the services that the conditions of a rule's target leave. */
export function chooseTargets(services: readonly Service[], target: Target): readonly Chosen[] {
  const kinds = target.kind ?? KINDS;
  const chosen = services.flatMap((service): Chosen[] => {
    if (!kinds.includes(service.kind) && !(kinds.includes('published') && service.kind === 'host' && service.forUnseen === true)) return [];
    if (target.ports !== undefined && !target.ports.includes(ownPort(service))) return [];
    if (target.protocols !== undefined && !target.protocols.includes(service.proto)) return [];
    if (target.bind !== undefined && !bindFits(service, target.bind)) return [];
    if (target.published !== undefined && service.kind === 'container' && service.published !== target.published) return [];
    if (!processFits(service, target)) return [];
    if (target.services === undefined) return [{ service }];
    const recognised = recognise(target.services, service);
    // a rule that names services of every kind ends its list with one that has no conditions
    const other = target.services.find((s) => s.images === undefined && s.processes === undefined && s.ports === undefined);
    if (recognised === undefined) return other === undefined ? [] : [{ service, recognised: { spec: other, by: '' } }];
    return [{ service, recognised }];
  });
  return chosen.filter(({ service }) => !isPublishedAnyway(service, chosen));
}

/** A listener in a container whose published port is asked about as well: one service, told once. */
function isPublishedAnyway(service: Service, chosen: readonly Chosen[]): boolean {
  if (service.kind !== 'container') return false;
  return chosen.some(
    ({ service: other }) =>
      other.kind === 'published' &&
      other.container.netns === service.container.netns &&
      other.port.containerPort === service.listener.port &&
      other.proto === service.proto &&
      !isLoopback(other.port.hostIp),
  );
}
