import type { Ip } from '../../address/ip.js';
import { PROTO } from '../../model/packet.js';
import type { Action, NatRange, OracleQuery, KeyPart, SetEntry, Term, Value } from '../../netfilter/index.js';
import type { MatchContext } from './context.js';
import { vmap } from './native-map.js';
import { isTransparent } from './socket.js';
import { BROKE, decides, ON, TermReader, unseen, type Drawn, type StepResult } from './step-result.js';
import { keyValues, partsOf, UNKNOWN, valueOf } from './terms.js';

/** Where others have ports, ICMP has its type, its code and its checksum. */
const WRITTEN_OVER: OracleQuery = {
  category: 'unknown',
  yes: 'continue',
  no: 'drop',
  usual: true,
  detail: 'a packet that is rewritten in place',
};

const partOf = (value: Value): KeyPart =>
  typeof value === 'string' ? { kind: 'name', name: value, prefix: false } : { kind: 'range', lo: value, hi: value };

/** Whether a value that nobody can tell is there for certain: bytes of the packet are, what is looked up may not be. */
function isThere(term: Term): boolean {
  if (term.op === 'binary') return isThere(term.left) && isThere(term.right);
  return term.op === 'bits' || term.op === 'const' || term.op === 'field';
}

function write({ to, value }: Extract<Action, { kind: 'write' }>, reader: TermReader): StepResult {
  const got = valueOf(value, reader.context, reader.pick);
  if (got === undefined || typeof got === 'string') return BROKE;
  if (got === UNKNOWN) {
    const unwritten = (question: OracleQuery): StepResult =>
      to === 'mark' || to === 'connmark' ? { kind: 'unwritten', to, question } : decides(question);
    if (reader.manyDrawn !== undefined) return unwritten(reader.manyDrawn);
    return isThere(value) ? unwritten(reader.question) : reader.unread(unwritten);
  }
  const { proto } = reader.context.skb.packet;
  if ((to === 'sport' || to === 'dport') && (proto === PROTO.ICMP || proto === PROTO.ICMPV6)) return decides(WRITTEN_OVER);
  return { kind: 'on', action: { kind: 'write', to, value: { op: 'const', value: got } } };
}

function constants(terms: readonly Term[], reader: TermReader): readonly Term[] | typeof UNKNOWN | undefined {
  const values = keyValues(terms, undefined, reader.context, reader.pick);
  return values === undefined || values === UNKNOWN ? values : values.map((value) => ({ op: 'const', value }));
}

function update(action: Extract<Action, { kind: 'update' }>, reader: TermReader): StepResult {
  const key = constants(action.key, reader);
  const data = constants(action.data ?? [], reader);
  if (key === undefined || data === undefined) return BROKE;
  // an entry that nobody can tell is not found by a key that can be told; what another holds may be found
  if (key === UNKNOWN) return reader.unread(() => ON);
  if (data === UNKNOWN) return reader.unread(decides);
  return { kind: 'on', action: { ...action, key, ...(action.data !== undefined && { data }) } };
}

/** nft_tproxy_eval_v4, _v6: without a transparent socket to give the packet to the rule ends. */
function tproxy({ addr, port }: Extract<Action, { kind: 'tproxy-to' }>, reader: TermReader): StepResult {
  const { skb, ns, in: dev, ports } = reader.context;
  const { packet } = skb;
  if (packet.proto !== PROTO.TCP && packet.proto !== PROTO.UDP) return BROKE;
  const addressed = addr && valueOf(addr, reader.context, reader.pick);
  const number = port && valueOf(port, reader.context, reader.pick);
  if (addressed === UNKNOWN || number === UNKNOWN) return reader.unread(decides);
  const own = ns.interfaces.get(dev)?.addresses.find((a) => typeof a.ip === typeof packet.dst && !a.flags.includes('secondary'))?.ip;
  const ip = addressed === undefined || typeof addressed === 'string' ? (own ?? packet.dst) : addressed;
  const to = number === undefined ? packet.dport : Number(number);
  ports?.lookedUp(to, ns.sockets.usedPorts);
  const found = ns.sockets.listener(packet.proto === PROTO.TCP ? 'tcp' : 'udp', ip, to, dev);
  if (found === undefined && ns.netns.sources.has('sockets')) return BROKE;
  const given: Action = { kind: 'tproxy-to', addr: { op: 'const', value: ip }, port: { op: 'const', value: to } };
  return { kind: 'open', questions: [isTransparent(to)], then: { kind: 'on', action: given } };
}

/** nft_flow_offload_eval: only connections that are confirmed, of TCP only established ones, are handed to a flowtable. */
function offloads({ skb }: MatchContext): boolean {
  return skb.ct?.connection.confirmed === true && skb.packet.proto === PROTO.UDP;
}

function numbers(part: KeyPart | undefined): readonly [Ip, Ip] | undefined {
  return part?.kind === 'range' ? [part.lo, part.hi] : undefined;
}

/** nft_nat_setup_netmap: the network of the value, the host bits of the packet. */
function netmapped({ minIp, maxIp }: NatRange): Action | undefined {
  if (minIp === undefined || maxIp === undefined) return undefined;
  const mask = BigInt(minIp) ^ BigInt(maxIp) ^ (typeof minIp === 'number' ? 0xffffffffn : (1n << 128n) - 1n);
  return { kind: 'netmap', addr: minIp, mask: typeof minIp === 'number' ? Number(mask) : mask };
}

/** nft_nat_setup_addr, nft_nat_setup_proto: a value of two fields is an address and a port. */
function natBy(action: Extract<Action, { kind: 'nat-by' }>, reader: TermReader): StepResult {
  const addr = action.addr && partsOf(action.addr, reader.context, reader.pick);
  const port = action.port && partsOf(action.port, reader.context, reader.pick);
  if ((action.addr && addr === undefined) || (action.port && port === undefined)) return BROKE;
  if (addr === UNKNOWN || port === UNKNOWN) {
    const { manyDrawn } = reader;
    return manyDrawn === undefined ? reader.unread(({ detail }) => unseen(detail)) : unseen(manyDrawn.detail);
  }
  const ip = numbers(addr?.[0]);
  const number = numbers(port?.[0] ?? addr?.[1]);
  const range: NatRange = {
    ...(ip !== undefined && { minIp: ip[0], maxIp: ip[1] }),
    ...(number !== undefined && { minPort: Number(number[0]), maxPort: Number(number[1]) }),
    random: action.random,
    persistent: action.persistent,
  };
  const mapped = action.netmap ? netmapped(range) : undefined;
  if (mapped !== undefined) return { kind: 'ends', action: mapped };
  if (action.type === 'masquerade' || action.type === 'redirect') return { kind: 'ends', action: { kind: action.type, range } };
  return { kind: 'ends', action: { kind: 'nat', manip: action.type === 'snat' ? 'src' : 'dst', range } };
}

/** @returns what a step comes to for the packet as it stands; nothing is carried out. */
export function resolve(action: Action, context: MatchContext, drawn: Drawn): StepResult {
  const reader = new TermReader(context, drawn);
  if (context.questions.length > 0) context.questions.length = 0;
  switch (action.kind) {
    case 'write':
      return write(action, reader);
    case 'update':
      return update(action, reader);
    case 'tproxy-to':
      return tproxy(action, reader);
    case 'vmap':
      return vmap(action, reader);
    case 'nat-by':
      return natBy(action, reader);
    case 'flow':
      return offloads(context) ? ON : BROKE;
    // a queue ends its rule
    case 'unknown':
      return action.question.category === 'queue'
        ? { kind: 'ends', action }
        : { kind: 'decides', question: action.question, later: action.later === true };
    // nft_ct_set_eval does nothing to packets without a connection, and goes on
    case 'connmark':
    case 'notrack':
    case 'mark':
    case 'ttl':
    case 'tos':
      return { kind: 'on', action };
    default:
      return { kind: 'ends', action };
  }
}

/** @returns the entry that an `update` of constants makes. */
export function madeEntry({ key, data }: Extract<Action, { kind: 'update' }>): {
  readonly values: readonly Value[];
  readonly entry: SetEntry;
} {
  const valueIn = (term: Term): Value => (term.op === 'const' ? term.value : 0);
  const values = key.map(valueIn);
  const of = data?.map((term) => partOf(valueIn(term)));
  return { values, entry: { key: values.map(partOf), asks: [], ...(of !== undefined && { data: { kind: 'values', of } }) } };
}
