import type { FlowProto, FlowRequest } from '../model/trace.js';

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

/** Splits `web:80`, `10.0.0.1:80` and `[2001:db8::1]:80`; a bare IPv6 address has no port. */
export function portApart(text: string): { readonly to: string; readonly port?: number } {
  const found = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(text) ?? /^([^:]*):(\d{1,5})$/.exec(text);
  if (!found) return { to: text };
  const [, to = '', port] = found;
  return port === undefined ? { to } : { to, port: Number(port) };
}

/**
 * Makes the question of its fields. Without a port the probe is an ICMP echo, with one TCP.
 * @throws QuestionError where the fields contradict one another or one is missing.
 */
export function flowRequest(fields: FlowFields): FlowRequest {
  if (!fields.from) throw new QuestionError("say where the packet starts: 'from' is a container, host, internet or an address");
  if (!fields.to)
    throw new QuestionError("say where the packet goes: 'to' is a container, host, internet or an address, with or without :port");
  const { to, port } = portApart(fields.to);
  if (port !== undefined && (port < 1 || port > 65535))
    throw new QuestionError(`'to' names port ${port}; a port is a number from 1 to 65535`);
  if (port !== undefined && fields.dport !== undefined && port !== fields.dport)
    throw new QuestionError(`'to' says port ${port} and the port option ${fields.dport}; give one of them`);
  const dport = fields.dport ?? port;
  const proto = fields.proto ?? (dport === undefined ? 'icmp' : 'tcp');
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
