import type { Machine } from '../../datapath/index.js';
import { containerServices, hostServices, publishedServices, type Service } from './services.js';
import { translatedServices } from './translated.js';

/** @returns everything on the host that could answer somebody. */
export function findServices(machine: Machine): readonly Service[] {
  return [...publishedServices(machine), ...translatedServices(machine), ...containerServices(machine), ...hostServices(machine)];
}
