import type { Lasting, Remedy } from '../../../model/trace.js';
import { listed } from './names.js';

const EVENTS = {
  dockerRestart: 'a restart of Docker',
  reload: 'a reload of the firewall',
  reboot: 'a reboot',
  recreate: 'the container made anew',
} as const;

function named(lasts: NonNullable<Remedy['lasts']>, wanted: Lasting): readonly string[] {
  return (['dockerRestart', 'reload', 'reboot', 'recreate'] as const)
    .filter((event) => lasts[event] === wanted)
    .map((event) => EVENTS[event]);
}

/** @returns until when a remedy holds, in a phrase. */
export function lastsText({ lasts }: Remedy): string | undefined {
  if (lasts === undefined) return undefined;
  const [stays, lost] = [named(lasts, 'stays'), named(lasts, 'lost')];
  if (lost.length === 0) return `outlives ${listed(stays)}`;
  return `outlives ${listed(stays)}; lost with ${listed(lost)}`;
}

/** @returns what else a remedy opens, in a phrase. */
export function opensText({ opens }: Remedy): string | undefined {
  if (opens === undefined || opens.compared === 0) return undefined;
  if (opens.count === 0) return `opens nothing else of ${opens.compared} flows that were compared`;
  const more = opens.count - opens.flows.length;
  return `opens ${opens.count} more of ${opens.compared} flows that were compared: ${opens.flows.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

/** @returns what was found when a remedy was walked, in a phrase. */
export function provedText({ then }: Remedy): string | undefined {
  if (then === undefined) return undefined;
  return then === 'connected' ? 'walked on the model: connected, there and back' : 'walked on the model: let out, and an answer in';
}

/** @returns all that is said of a remedy besides its commands. */
export function remedyNotes(remedy: Remedy): readonly string[] {
  const hole = remedy.hole === true ? 'it is a hole in the rules by which Docker keeps networks and containers apart' : undefined;
  return [provedText(remedy), opensText(remedy), lastsText(remedy), hole].filter((text) => text !== undefined);
}
