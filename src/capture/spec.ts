import { HOST_NETNS, type NetnsName } from '../model/netns.js';
/** A capture as the user names it. */
export interface CaptureSpec {
  readonly path: string;
  /** Absent where the file itself must tell. */
  readonly netns?: NetnsName;
  /** A name, or `any`. */
  readonly iface?: string;
}

/**
 * Reads `host:docker0=FILE`, `web:any=FILE`, `docker0=FILE` (of the host) or `FILE`. A name before `=` holds no slash, so that a path may hold one.
 * @returns undefined where the file's name is missing.
 */
export function parseSpec(text: string): CaptureSpec | undefined {
  const at = text.indexOf('=');
  const place = at < 0 ? '' : text.slice(0, at);
  if (at < 0 || place.includes('/') || place === '') return text === '' ? undefined : { path: text };
  const path = text.slice(at + 1);
  if (path === '') return undefined;
  const colon = place.lastIndexOf(':');
  const iface = colon < 0 ? place : place.slice(colon + 1);
  const netns = colon < 0 ? HOST_NETNS : place.slice(0, colon);
  return { path, netns: netns === '' ? HOST_NETNS : netns, ...(iface !== '' && { iface }) };
}
