import type { FlowProto } from '../model/trace.js';

/** Who asks, and for what: as people type it. */
export interface TypedQuestion {
  readonly from: string;
  /** With the port, where there is one: `db:5432`. */
  readonly to: string;
  /** Absent: TCP to a port, else an ICMP echo. */
  readonly proto?: FlowProto;
}

const PROTOS: ReadonlySet<string> = new Set<FlowProto>(['tcp', 'udp', 'icmp']);

function isProto(text: string | undefined): text is FlowProto {
  return text !== undefined && PROTOS.has(text);
}

/** @returns the question with the protocol that its destination names (`db:53/udp`). */
function withProtoApart(from: string, to: string, proto: string | undefined): TypedQuestion {
  const [, head, tail] = /^(.*)\/(tcp|udp|icmp)$/.exec(to) ?? [];
  const said = isProto(tail) ? tail : isProto(proto) ? proto : undefined;
  return { from, to: head ?? to, ...(said === undefined ? {} : { proto: said }) };
}

/**
 * Reads what was typed: two ends, or `web → db:5432/tcp` in the first of them.
 * @param proto as chosen beside them; any other word stands for no choice. What `to` says itself goes before it.
 */
export function readQuestion(from: string, to: string, proto?: string): TypedQuestion {
  const [first, second, ...more] = from.split(/→|->|➜/).map((end) => end.trim());
  if (first !== undefined && second !== undefined && more.length === 0) return withProtoApart(first, second, proto);
  return withProtoApart(from.trim(), to.trim(), proto);
}

function part(text: string): string {
  return encodeURIComponent(text).replace(/%3A/g, ':').replace(/%2F/g, '/');
}

/** @returns the link to a question: `#from=web&to=db:5432&proto=tcp`. */
export function linkTo({ from, to, proto }: TypedQuestion): string {
  return `#from=${part(from)}&to=${part(to)}${proto === undefined ? '' : `&proto=${proto}`}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** @returns the question of a link; undefined where it is none. */
export function readLink(hash: string): TypedQuestion | undefined {
  const fields = new Map(
    hash
      .replace(/^#/, '')
      .split('&')
      .map((field) => [field.slice(0, field.indexOf('=')), decoded(field.slice(field.indexOf('=') + 1))] as const),
  );
  const [from, to] = [fields.get('from'), fields.get('to')];
  return from === undefined || to === undefined ? undefined : readQuestion(from, to, fields.get('proto'));
}
