import { servicePort } from '../../netfilter/index.js';

/** @returns the port of a number or a service's name; undefined where the name is not known. */
export function portNumber(text: string): number | undefined {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65535 ? Number(text) : undefined;
  return servicePort(text.toLowerCase());
}
