import { formatIp } from '../../address/ip.js';
import type { FindingObject } from '../../model/audit.js';
import type { RuleDoor, Service } from '../../surface/index.js';
import { shown } from '../remedy/close.js';

/** @returns a service as an object of a finding; the same service has the same name in every snapshot. */
export function objectOf(service: Service): Omit<FindingObject, 'fingerprint'> {
  switch (service.kind) {
    case 'published': {
      const { hostIp, hostPort } = service.port;
      const port = service.door?.last === undefined ? String(hostPort) : `${hostPort}-${service.door.last}`;
      const at = hostIp === undefined ? port : `${shown(hostIp)}:${port}`;
      return {
        kind: 'port',
        name: `${service.container.name} ${at}/${service.proto}`,
        container: service.container.name,
        origin: service.origin,
      };
    }
    case 'container':
      return {
        kind: 'listener',
        name: `${service.container.name} ${service.listener.port}/${service.proto}`,
        container: service.container.name,
        origin: service.origin,
      };
    case 'host': {
      const { ip, port } = service.listener;
      const own = ip === undefined ? String(port) : `${shown(ip)}:${port}`;
      const at = service.door === undefined ? own : `${doorName(service.door)} → ${own}`;
      const guest = service.container === undefined ? {} : { container: service.container.name };
      return { kind: 'listener', name: `host ${at}/${service.proto}`, ...guest, origin: service.origin };
    }
  }
}

function doorName({ at, port, last }: RuleDoor): string {
  const ports = last === undefined ? String(port) : `${port}-${last}`;
  return at === undefined ? ports : `${shown(at)}:${ports}`;
}

/** @returns `a, b and 3 more`. */
export function some(names: readonly string[], most = 6): string {
  const unique = [...new Set(names)];
  const shownNames = unique.slice(0, most).join(', ');
  return unique.length > most ? `${shownNames} and ${unique.length - most} more` : shownNames;
}

/** @returns what a service is, for a phrase: `→ web:80 (nginx)`. */
export function behind(service: Service): string {
  const process = service.listener?.process;
  const name = process === undefined ? '' : ` (${process})`;
  if (service.kind === 'published') return `→ ${service.container.name}:${service.port.containerPort}${name}`;
  const at = service.listener.ip === undefined ? '*' : formatIp(service.listener.ip);
  return `${process ?? 'a listener'} on ${service.proto} ${at}:${service.listener.port}`;
}
