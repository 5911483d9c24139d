import type { Container, Host } from '../model/host.js';
import { isHostNetns } from '../model/netns.js';

/** Capabilities with which a program changes its namespace's rules and routes (capabilities(7)); Docker gives none of them by itself. */
const TO_CHANGE_A_NAMESPACE = /^(?:CAP_)?(?:NET_ADMIN|SYS_ADMIN|ALL)$/i;

function mayChange({ privileged, capAdd }: Container): boolean {
  return privileged || capAdd.some((name) => TO_CHANGE_A_NAMESPACE.test(name));
}

/**
 * @returns by namespace, the container that may have written rules and routes there; the host's own is left out, where everything is
 *   asked for anyhow.
 */
export function whoMayChange({ containers }: Pick<Host, 'containers'>): ReadonlyMap<string, Container> {
  const found = new Map<string, Container>();
  for (const one of containers) if (one.running && !isHostNetns(one.netns) && mayChange(one)) found.set(one.netns, one);
  return found;
}
