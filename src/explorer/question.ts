import type { FlowProto } from '../model/trace.js';

/** Who asks, and for what: as people type it. */
export interface TypedQuestion {
  readonly from: string;
  /** With the port, where there is one: `db:5432`. */
  readonly to: string;
  /** Absent: TCP to a port, else an ICMP echo. */
  readonly proto?: FlowProto;
  /** The address that the packet bears as its source; absent: the one that routing gives it. */
  readonly src?: string;
  /** The source port likewise, as it was typed. */
  readonly sport?: string;
}

/** A question and what is supposed to have been run before it is asked. */
export interface Link {
  readonly question: TypedQuestion;
  readonly suppose: readonly string[];
}

/** What may be said of a packet beside its ends. */
export interface PacketDetails {
  readonly proto?: string | undefined;
  readonly src?: string | undefined;
  readonly sport?: string | undefined;
}

const PROTOS: ReadonlySet<string> = new Set<FlowProto>(['tcp', 'udp', 'icmp']);
/** A link is written by anybody: more than this is nobody's question. */
const MOST_SUPPOSED = 100;

function isProto(text: string | undefined): text is FlowProto {
  return text !== undefined && PROTOS.has(text);
}

/** @returns the question with the protocol that its destination names (`db:53/udp`). */
function withProtoApart(from: string, to: string, { proto, src = '', sport = '' }: PacketDetails): TypedQuestion {
  const [, head, tail] = /^(.*)\/(tcp|udp|icmp)$/.exec(to) ?? [];
  const said = isProto(tail) ? tail : isProto(proto) ? proto : undefined;
  return {
    from,
    to: head ?? to,
    ...(said === undefined ? {} : { proto: said }),
    ...(src.trim() === '' ? {} : { src: src.trim() }),
    ...(sport.trim() === '' ? {} : { sport: sport.trim() }),
  };
}

/**
 * Reads what was typed: two ends, or `web → db:5432/tcp` in the first of them.
 * @param details a protocol that is none stands for no choice; what `to` says itself goes before it.
 */
export function readQuestion(from: string, to: string, details: PacketDetails = {}): TypedQuestion {
  const [first, second, ...more] = from.split(/→|->|➜/).map((end) => end.trim());
  if (first !== undefined && second !== undefined && more.length === 0) return withProtoApart(first, second, details);
  return withProtoApart(from.trim(), to.trim(), details);
}

function part(text: string): string {
  return encodeURIComponent(text).replace(/%3A/g, ':').replace(/%2F/g, '/');
}

/** @returns the link to a question with all that it was asked with: `#from=web&to=db:5432&proto=tcp&suppose=iptables%20…`. */
export function linkTo({ from, to, proto, src, sport }: TypedQuestion, suppose: readonly string[] = []): string {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['from', from],
    ['to', to],
    ['proto', proto],
    ['src', src],
    ['sport', sport],
    ...suppose.map((command) => ['suppose', command] as const),
  ];
  return `#${fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${part(value)}`])).join('&')}`;
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
export function readLink(hash: string): Link | undefined {
  const fields = hash
    .replace(/^#/, '')
    .split('&')
    .map((field) => [field.slice(0, field.indexOf('=')), decoded(field.slice(field.indexOf('=') + 1))] as const);
  const last = new Map(fields);
  const [from, to] = [last.get('from'), last.get('to')];
  if (from === undefined || to === undefined) return undefined;
  const suppose = fields.flatMap(([name, value]) => (name === 'suppose' ? [value] : [])).slice(0, MOST_SUPPOSED);
  return { question: readQuestion(from, to, { proto: last.get('proto'), src: last.get('src'), sport: last.get('sport') }), suppose };
}
