import type { Host } from '../model/host.js';

/** @returns the major version of the host's Docker Engine; undefined where none is told, or not by a number (`master-dockerproject`). */
export function engineMajor({ meta: { docker } }: Pick<Host, 'meta'>): number | undefined {
  const [, major] = /^v?(\d+)(?!\w)/.exec(docker ?? '') ?? [];
  return major === undefined ? undefined : Number(major);
}
