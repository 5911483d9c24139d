import type { Origin } from '../model/origin.js';
import { onlyKeys, textAt, textOf } from './access.js';
import { refuseAt } from './error.js';
import type { TableNode, Tree } from './tree.js';

const LONG_KEYS: ReadonlySet<string> = new Set(['name', 'target', 'published', 'host_ip', 'protocol', 'mode', 'app_protocol']);
const RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;

interface Ports {
  readonly at: Origin;
  readonly ip: string;
  /** '' where Docker is to choose. */
  readonly published: string;
  readonly target: string;
  readonly proto: string;
}

/** splitParts of docker/go-connections: the last part is the container's port, the one before it the host's, all before that an address. */
function shortPort(text: string, at: Origin): Ports {
  const [ports = '', proto = 'tcp', ...rest] = text.split('/');
  const parts = ports.split(':');
  const target = parts.pop() ?? '';
  const published = parts.pop() ?? '';
  if (rest.length > 0 || target === '') refuseAt(at, `"${text}" is no port: [ADDRESS:][HOST:]CONTAINER[/PROTOCOL]`);
  return { at, ip: parts.join(':').replace(/^\[|\]$/g, ''), published, target, proto: proto.toLowerCase() };
}

function longPort(tree: TableNode): Ports {
  onlyKeys(tree, LONG_KEYS, 'a port');
  const mode = textAt(tree, 'mode') ?? 'ingress';
  if (mode !== 'host' && mode !== 'ingress') refuseAt(tree.at, `the mode of a port is host or ingress, not "${mode}"`);
  const target = textAt(tree, 'target') ?? refuseAt(tree.at, 'a port needs its target');
  const proto = (textAt(tree, 'protocol') ?? 'tcp').toLowerCase();
  return { at: tree.at, ip: textAt(tree, 'host_ip') ?? '', published: textAt(tree, 'published') ?? '', target, proto };
}

function span(text: string, what: string, at: Origin): readonly [number, number] {
  const found = RANGE.exec(text);
  const [from, to] = [Number(found?.[1]), Number(found?.[2] ?? found?.[1])];
  if (found === null || from > to || to > 65535) refuseAt(at, `"${text}" is no ${what}: a number up to 65535, or two with - between`);
  return [from, to];
}

/** The words `-p` of docker run for each container port: a range of them is written out, one of the host's for one port is left for Docker to choose from. */
function published({ at, ip, published: host, target, proto }: Ports): readonly string[] {
  if (!['tcp', 'udp', 'sctp'].includes(proto)) refuseAt(at, `the protocol of a port is tcp, udp or sctp, not "${proto}"`);
  const [from, to] = span(target, 'port of a container', at);
  if (from === 0) refuseAt(at, 'a container has no port 0');
  const address = ip === '' ? '' : `${ip.includes(':') ? `[${ip}]` : ip}:`;
  if (host === '' || host === '0') {
    return Array.from({ length: to - from + 1 }, (_, i) => `${address}${address === '' ? '' : ':'}${from + i}/${proto}`);
  }
  const [hostFrom, hostTo] = span(host, 'port of the host', at);
  if (hostTo - hostFrom !== to - from && from !== to) refuseAt(at, `the ranges ${host} and ${target} are not of one length`);
  if (from === to) return [`${address}${host}:${from}/${proto}`];
  return Array.from({ length: to - from + 1 }, (_, i) => `${address}${hostFrom + i}:${from + i}/${proto}`);
}

/** @returns an entry of `ports:`, short or long, as the values of `docker run -p`. @throws ComposeError. */
export function portWords(tree: Tree): readonly string[] {
  return published(tree.kind === 'table' ? longPort(tree) : shortPort(textOf(tree, 'a port'), tree.at));
}

/** @returns an entry of `expose:` as the value of `docker run --expose`: PORT, PORT-PORT, PORT/PROTOCOL. @throws ComposeError. */
export function exposedWord(tree: Tree): string {
  const [port = '', proto = 'tcp'] = textOf(tree, 'an exposed port').split('/');
  span(port, 'port of a container', tree.at);
  return `${port}/${proto.toLowerCase()}`;
}
