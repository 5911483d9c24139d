import type { Action, RuleStep, Writable } from '../../../action.js';
import type { Term } from '../../../term.js';
import { PROTO } from '../../../../model/packet.js';
import type { Predicate } from '../../../predicate/predicate.js';
import type { MangleStatement, RawPayloadExpression } from '../../ast.js';
import { question, withProtocol, type CompileContext } from '../context.js';
import { select, single } from '../expressions/index.js';
import { portless, readsAnyPorts, withoutPorts } from '../expressions/portless.js';

const META: Readonly<Record<string, Writable>> = { mark: 'mark', pkttype: 'pkttype' };
const CT: Readonly<Record<string, Writable>> = { mark: 'connmark', zone: 'zone' };
const IP: Readonly<Record<string, Writable>> = { saddr: 'src', daddr: 'dst', ttl: 'ttl', hoplimit: 'ttl' };
const ETHER: Readonly<Record<string, Writable>> = { saddr: 'srcMac', daddr: 'dstMac' };

const tos: Term = { op: 'field', field: 'tos' };
const constant = (value: number): Term => ({ op: 'const', value });

function bits(keep: number, value: Term, shift: number): Term {
  const shifted: Term = shift === 0 ? value : { op: 'binary', by: '<<', left: value, right: constant(shift) };
  return { op: 'binary', by: '|', left: { op: 'binary', by: '&', left: tos, right: constant(keep) }, right: shifted };
}

/** The ports and addresses by where they lie. */
function rawTarget({ base, offset, length }: RawPayloadExpression, family: CompileContext['family']): Writable | undefined {
  if (base === 'th' && length === 16) return offset === 0 ? 'sport' : offset === 16 ? 'dport' : undefined;
  if (base !== 'nh' || (family !== 'ip' && family !== 'ip6')) return undefined;
  const [width, saddr] = family === 'ip' ? [32, 96] : [128, 64];
  if (length !== width) return undefined;
  return offset === saddr ? 'src' : offset === saddr + width ? 'dst' : undefined;
}

/** Fields whose change no rule, route or socket heeds. */
const IDLE: ReadonlySet<string> = new Set(
  ['ip id', 'ip6 flowlabel', 'tcp window', 'tcp urgptr'].concat(['vlan pcp', 'vlan dei', 'vlan cfi']),
);

/** A UDP checksum of 0 is none: IPv4 takes it for good, IPv6 drops the packet where it is received (RFC 8200 8.1, udp6_csum_init). */
function isWithoutChecksum({ key, value }: MangleStatement): boolean {
  return (
    key.kind === 'payload' && key.protocol === 'udp' && key.field === 'checksum' && value.kind === 'number' && Number(value.value) === 0
  );
}

/** Whether a write into the packet is of something that this model does not follow. */
function isUnfollowed({ key }: MangleStatement): boolean {
  return key.kind === 'raw payload' || (key.kind === 'payload' && !IDLE.has(`${key.protocol} ${key.field}`));
}

function target(
  { key }: MangleStatement,
  value: Term,
  family: CompileContext['family'],
): { readonly to: Writable; readonly value: Term } | undefined {
  switch (key.kind) {
    case 'meta':
      return META[key.key] && { to: META[key.key]!, value };
    case 'ct':
      return CT[key.key] && { to: CT[key.key]!, value };
    case 'payload': {
      const { protocol, field } = key;
      if (protocol === 'ip' || protocol === 'ip6') {
        if (field === 'dscp') return { to: 'tos', value: bits(0x03, value, 2) };
        if (field === 'ecn') return { to: 'tos', value: bits(0xfc, value, 0) };
        return IP[field] && { to: IP[field], value };
      }
      if (protocol === 'ether') return ETHER[field] && { to: ETHER[field], value };
      return field === 'sport' || field === 'dport' ? { to: field, value } : undefined;
    }
    case 'raw payload': {
      const place = rawTarget(key, family);
      return place && { to: place, value };
    }
    case 'exthdr':
    case 'tcp option':
    case 'ip option':
    case 'sctp chunk':
    case 'dccp option':
    case 'raw tcp option':
      return undefined;
  }
}

/** `ct mark set meta mark` and its likes in a form that reports know from CONNMARK and MARK. */
function plainAction(to: Writable, value: Term): Action {
  if (to === 'mark' && value.op === 'const') return { kind: 'mark', mask: 0xffffffff, value: Number(value.value) };
  if (to === 'connmark' && value.op === 'const')
    return { kind: 'connmark', op: 'set', value: Number(value.value), ctmask: 0xffffffff, nfmask: 0 };
  return { kind: 'write', to, value };
}

function unfollowed(context: CompileContext): Extract<RuleStep, { step: 'do' }> {
  const words = { yes: 'continue', no: 'drop', usual: true };
  const asked = question(context, 'unknown', 'a packet that is rewritten in place', words);
  return { step: 'do', action: { kind: 'unknown', question: asked, later: true } };
}

/** What the packet must be for it to have the place that is written to (nft_exthdr_tcp_set_eval, nft_payload_set_eval). */
function neededBy({ key }: MangleStatement, context: CompileContext): readonly Predicate[] {
  const isAnyTransport = key.kind === 'payload' ? key.protocol === 'th' : key.kind === 'raw payload' && key.base === 'th';
  if (key.kind === 'payload' && !isAnyTransport) return select(key, context).needs;
  if (isAnyTransport) return [withProtocol(PROTO.TCP, PROTO.UDP, PROTO.SCTP, PROTO.DCCP, PROTO.UDPLITE, PROTO.ICMP, PROTO.ICMPV6)];
  return key.kind === 'tcp option' || key.kind === 'raw tcp option' ? [withProtocol(PROTO.TCP)] : [];
}

/**
 * nft_meta_set_eval, nft_ct_set_eval, nft_payload_set_eval: writes into the packet or its connection. What only leaves the
 * machine (priorities, labels, options of the transport) changes nothing here.
 */
export function mangleSteps(statement: MangleStatement, context: CompileContext): readonly RuleStep[] {
  const value = single(statement.value, context);
  const { terms, needs: all } = value;
  const isOfPorts = readsAnyPorts(value);
  const needs = withoutPorts(all);
  const place = target(statement, terms[0]!, context.family);
  const written = neededBy(statement, context);
  const conditions = [...written, ...needs].map((predicate): RuleStep => ({ step: 'when', predicate }));
  if (isWithoutChecksum(statement)) return [...conditions, { ...unfollowed(context), only: 6 }];
  if (place === undefined) return isUnfollowed(statement) ? [...conditions, unfollowed(context)] : conditions;
  const step: RuleStep = { step: 'do', action: plainAction(place.to, place.value) };
  if (!isOfPorts) return [...conditions, step];
  const other = target(statement, portless(value).terms[0]!, context.family)!;
  const rest: RuleStep = { step: 'do', action: plainAction(other.to, other.value), only: 'no ports' };
  return [...conditions, { ...step, only: 'ports' }, rest];
}
