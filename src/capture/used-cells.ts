import { contains, parseIp, parsePrefix } from '../address/ip.js';
import type { Prefix } from '../address/ip.js';
import type { CapturedFlow } from '../model/capture.js';
import type { Matrix, MatrixService, MatrixSource, MatrixUse } from '../model/reachability.js';
import { canonical } from './names.js';

/**
 * Finds the cells of a matrix that captures show in use: connections of a source to the very address and port of a service, as they were asked for.
 * @returns one entry a cell that was used; nothing is said of the others, which the captures may have missed.
 */
export function usedCells(
  { sources, services }: Pick<Matrix, 'sources' | 'services'>,
  flows: Iterable<CapturedFlow>,
): readonly MatrixUse[] {
  const bySource = new SourceFinder(sources);
  const byServer = serversOf(services);
  const used = new Map<string, { -readonly [Key in keyof MatrixUse]: MatrixUse[Key] }>();
  for (const flow of flows) {
    const asked = byServer.get(serverKey(flow.proto, flow.server.ip, flow.server.port));
    const source = asked === undefined ? -1 : bySource.indexOf(flow);
    if (asked === undefined || source < 0) continue;
    const answered = flow.outcome === 'established' || flow.outcome === 'joined' ? 1 : 0;
    for (const service of asked) {
      const cell = used.get(`${source} ${service}`);
      if (cell === undefined) used.set(`${source} ${service}`, { source, service, flows: 1, answered, first: flow.first, last: flow.last });
      else {
        cell.flows++;
        cell.answered += answered;
        cell.first = Math.min(cell.first, flow.first);
        cell.last = Math.max(cell.last, flow.last);
      }
    }
  }
  return [...used.values()];
}

function serverKey(proto: string, ip: string, port: number | undefined): string {
  return `${proto} ${ip} ${port ?? ''}`;
}

function serversOf(services: readonly MatrixService[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  services.forEach(({ proto, port, addresses }, index) => {
    if (port === undefined) return;
    for (const address of addresses) {
      const key = serverKey(proto, canonical(address), port);
      const there = found.get(key);
      if (there === undefined) found.set(key, [index]);
      else there.push(index);
    }
  });
  return found;
}

/** Tells which source of a matrix a client is: a namespace by its name, else the narrowest of the networks outside. */
class SourceFinder {
  private readonly byName: ReadonlyMap<string, number>;
  private readonly byAddress = new Map<string, number>();
  private readonly networks: readonly { readonly index: number; readonly prefix: Prefix }[];

  constructor(sources: readonly MatrixSource[]) {
    const named = sources
      .map(({ name, kind }, index) => ({ name, kind, index }))
      .filter(({ kind }) => kind === 'container' || kind === 'host');
    this.byName = new Map(named.map(({ name, index }) => [name, index]));
    this.networks = sources
      .flatMap(({ kind, members }, index) =>
        kind === 'outside' || kind === 'lan'
          ? members.flatMap((text) => [parsePrefix(text)].flatMap((prefix) => (prefix ? [{ index, prefix }] : [])))
          : [],
      )
      .sort((a, b) => b.prefix.length - a.prefix.length);
  }

  indexOf({ client, hops: [first] }: CapturedFlow): number {
    const isLoopback = client.ip.startsWith('127.') || client.ip === '::1';
    const name = isLoopback ? first?.netns : client.name;
    if (name !== undefined) return this.byName.get(name) ?? -1;
    const ip = parseIp(client.ip);
    if (ip === undefined) return -1;
    let index = this.byAddress.get(client.ip);
    if (index === undefined) this.byAddress.set(client.ip, (index = this.networks.find(({ prefix }) => contains(prefix, ip))?.index ?? -1));
    return index;
  }
}
