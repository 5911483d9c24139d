import type { Machine } from '../datapath/index.js';
import { containerServices, hostServices, publishedServices } from './listeners.js';
import { translatedServices } from './rule-doors.js';
import type { Service } from './service.js';

/** @returns everything on the host that could answer somebody. */
export function findServices(machine: Machine): readonly Service[] {
  return [...publishedServices(machine), ...translatedServices(machine), ...containerServices(machine), ...hostServices(machine)];
}
