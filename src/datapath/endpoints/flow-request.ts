import { servicePort } from '../../netfilter/index.js';
import { HOST_NETNS } from '../../model/netns.js';
import type { FlowProto, FlowRequest } from '../../model/trace.js';

/** A question that contradicts itself, or lacks an end. The message says which, and what to write. */
export class QuestionError extends Error {
  override readonly name = 'QuestionError';
}

/** A flow as an option list or a JSON line gives it, checked field by field but not as a whole. */
export interface FlowFields {
  readonly id?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly proto?: FlowProto | undefined;
  readonly src?: string | undefined;
  readonly sport?: number | undefined;
  readonly dport?: number | undefined;
}

/** What a word says of where a packet goes. */
export interface SplitDestination {
  readonly to: string;
  readonly port?: number;
  readonly proto?: FlowProto;
}

/** Ports of URLs that name none (RFC 9110 4.2, and the registries of their schemes). */
const SCHEMES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    http: 80,
    https: 443,
    ws: 80,
    wss: 443,
    ftp: 21,
    ssh: 22,
    redis: 6379,
    postgres: 5432,
    postgresql: 5432,
    mysql: 3306,
    mongodb: 27017,
    amqp: 5672,
    mqtt: 1883,
  }),
);

/** `http://user@web:8080/x`: the host that is named, and the port that it means. */
function splitUrl(text: string): SplitDestination | undefined {
  const [, scheme = '', authority = ''] = /^([a-z][a-z\d+.-]{0,20}):\/\/([^/?#]{1,260})/i.exec(text) ?? [];
  if (authority === '') return undefined;
  const known = SCHEMES.get(scheme.toLowerCase());
  const plain = splitAuthority(authority.slice(authority.lastIndexOf('@') + 1));
  const proto: Pick<SplitDestination, 'proto'> = scheme === 'udp' || scheme === 'tcp' ? { proto: scheme } : {};
  return { ...(known === undefined ? {} : { port: known }), ...plain, ...proto };
}

function splitAuthority(text: string): SplitDestination {
  const found = /^\[([^\]]*)\](?::([\w-]{1,20}))?$/.exec(text) ?? /^([^:]*):([\w-]{1,20})$/.exec(text);
  if (!found) return { to: text };
  const [, to = '', word] = found;
  if (word === undefined) return { to };
  const port = /^\d+$/.test(word) ? Number(word) : servicePort(word.toLowerCase());
  // `:8080` is the host's own port, as curl and browsers take it
  return port === undefined || port > 99_999 ? { to: text } : { to: to === '' ? HOST_NETNS : to, port };
}

/**
 * Splits `web:80`, `web:http`, `db:5432/udp`, `10.0.0.1:80`, `[2001:db8::1]:80`, `:8080` and `http://web:8080/x`; a bare IPv6 address has no port.
 */
export function portApart(text: string): SplitDestination {
  const url = splitUrl(text);
  if (url !== undefined) return url;
  const [, before, proto] = /^(.*:[\w-]{1,20})\/(tcp|udp)$/.exec(text) ?? [];
  if (before === undefined) return splitAuthority(text);
  return { ...splitAuthority(before), proto: proto === 'udp' ? 'udp' : 'tcp' };
}

/**
 * Makes the question of its fields. Without a port the probe is an ICMP echo, with one TCP.
 * @throws QuestionError where the fields contradict one another or one is missing.
 */
export function flowRequest(fields: FlowFields): FlowRequest {
  if (!fields.from) throw new QuestionError("say where the packet starts: 'from' is a container, host, internet or an address");
  if (!fields.to)
    throw new QuestionError("say where the packet goes: 'to' is a container, host, internet or an address, with or without :port");
  const { to, port, proto: told } = portApart(fields.to);
  if (port !== undefined && (port < 1 || port > 65535))
    throw new QuestionError(`'to' names port ${port}; a port is a number from 1 to 65535`);
  if (port !== undefined && fields.dport !== undefined && port !== fields.dport)
    throw new QuestionError(`'to' says port ${port} and the port option ${fields.dport}; give one of them`);
  if (told !== undefined && fields.proto !== undefined && told !== fields.proto)
    throw new QuestionError(`'to' says ${told} and the protocol option ${fields.proto}; give one of them`);
  const dport = fields.dport ?? port;
  const proto = fields.proto ?? told ?? (dport === undefined ? 'icmp' : 'tcp');
  if (proto !== 'icmp' && dport === undefined) throw new QuestionError(`a ${proto} flow needs a destination port`);
  if (proto === 'icmp' && dport !== undefined)
    throw new QuestionError(`an icmp flow has no port; leave out port ${dport} or name tcp or udp`);
  return {
    ...(fields.id !== undefined && { id: fields.id }),
    from: fields.from,
    to,
    proto,
    ...(fields.src !== undefined && { src: fields.src }),
    ...(fields.sport !== undefined && { sport: fields.sport }),
    ...(dport !== undefined && { dport }),
  };
}
