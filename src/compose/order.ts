import { itemsAt, tableAt, textAt, textOf } from './access.js';
import { refuseAt } from './error.js';
import type { TableNode } from './tree.js';

/** Services that a service waits for, and whether it can do without them. */
function needsOf(service: TableNode): ReadonlyMap<string, boolean> {
  const needs = new Map<string, boolean>();
  const value = service.entries.get('depends_on');
  if (value?.kind === 'table')
    for (const [name, how] of value.entries)
      needs.set(name, !(how.kind === 'table' && textAt(tableAt(value, name)!, 'required') === 'false'));
  else for (const item of itemsAt(service, 'depends_on')) needs.set(textOf(item, 'depends_on'), true);
  const links = itemsAt(service, 'links').map((item) => textOf(item, 'a link').split(':')[0]!);
  for (const other of [...links, ...sharedWith(service)]) if (!needs.has(other)) needs.set(other, true);
  return needs;
}

/** Keys by which a service lives in a namespace of another (compose-go, loader/normalize.go). */
const SHARED = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'];

/** Services whose namespaces or volumes one shares: it is started behind them. */
function sharedWith(service: TableNode): readonly string[] {
  const spaces = SHARED.map((key) => textAt(service, key) ?? '').filter((value) => value.startsWith('service:'));
  const volumes = itemsAt(service, 'volumes_from').map((item) => textOf(item, 'volumes_from'));
  return [
    ...spaces.map((value) => value.slice('service:'.length)),
    ...volumes.filter((value) => !value.startsWith('container:')).map((value) => value.split(':')[0]!),
  ];
}

/** @returns for each service all those that it waits for, by way of others too. @param ordered as `inOrder` gives them. */
export function awaitedBy(ordered: readonly (readonly [string, TableNode])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const awaited = new Map<string, ReadonlySet<string>>();
  for (const [name, service] of ordered) {
    const own = [...needsOf(service).keys()];
    awaited.set(name, new Set(own.flatMap((other) => [other, ...(awaited.get(other) ?? [])])));
  }
  return awaited;
}

/**
 * @param active services that would be started. @param all those of the file.
 * @returns the services, each behind all that it depends on, else by name: so Compose starts those that wait for one another.
 * @throws ComposeError where one depends on a service that is not there or has another profile, or on itself.
 */
export function inOrder(active: ReadonlyMap<string, TableNode>, all: TableNode): readonly (readonly [string, TableNode])[] {
  const done = new Map<string, TableNode>();
  const visit = (name: string, from: TableNode, above: readonly string[]): void => {
    const service = active.get(name);
    if (service === undefined)
      refuseAt(
        from.at,
        `service ${above.at(-1) ?? ''} depends on "${name}", which ${all.entries.has(name) ? 'has another profile: name that one with --profile' : 'is no service of the file'}`,
      );
    if (above.includes(name)) refuseAt(from.at, `services depend on one another in a circle: ${[...above, name].join(' → ')}`);
    if (done.has(name)) return;
    const needs = [...needsOf(service)].filter(([other, required]) => required || active.has(other));
    for (const [other] of needs.sort(([a], [b]) => (a < b ? -1 : 1))) visit(other, service, [...above, name]);
    done.set(name, service);
  };
  for (const name of [...active.keys()].sort((a, b) => (a < b ? -1 : 1))) visit(name, all, []);
  return [...done];
}
