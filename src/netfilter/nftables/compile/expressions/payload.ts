import type { Field } from '../../../predicate/field.js';
import type { Predicate } from '../../../predicate/predicate.js';
import type { BitBase, Term } from '../../../term.js';
import type { PayloadExpression, RawPayloadExpression } from '../../ast.js';
import { field, hidden, inFamily, one, withProtocol, type CompileContext, type Selected } from '../context.js';
import { NETWORK, TRANSPORT } from './header-layout.js';
import { HAS_PORTS } from './portless.js';

/** if_arp.h. */
const ARPHRD_ETHER = 1;

function bits(base: BitBase, [offset, length]: readonly [number, number], detail: string): Term {
  return { op: 'bits', base, offset, length, detail };
}

const constant = (value: number): Term => ({ op: 'const', value });

/** The six bits of DSCP, or the two of ECN, in the TOS byte. */
function tosBits(name: 'dscp' | 'ecn'): Term {
  const tos: Term = { op: 'field', field: 'tos' };
  return name === 'dscp'
    ? { op: 'binary', by: '>>', left: tos, right: constant(2) }
    : { op: 'binary', by: '&', left: tos, right: constant(3) };
}

const NETWORK_FIELDS: Readonly<Record<string, Field>> = {
  saddr: 'src',
  daddr: 'dst',
  protocol: 'proto',
  nexthdr: 'proto',
  ttl: 'ttl',
  hoplimit: 'ttl',
};

function network(expression: PayloadExpression, family: 4 | 6, context: CompileContext): Selected {
  const { field: name } = expression;
  const needs = inFamily(context, family);
  const known = NETWORK_FIELDS[name];
  if (known !== undefined) return field(known, ...needs);
  if (name === 'dscp' || name === 'ecn') return one(tosBits(name), ...needs);
  const layout = NETWORK[family === 4 ? 'ip' : 'ip6'][name];
  const text = `${family === 4 ? 'ip' : 'ip6'} ${name}`;
  return layout === undefined ? hidden(context, 'unknown', `\`${text}\``) : one(bits('nh', layout, text), ...needs);
}

function transport({ protocol, field: name }: PayloadExpression, context: CompileContext): Selected {
  const header = TRANSPORT[protocol];
  const layout = header?.fields[name];
  if (header === undefined || layout === undefined) return hidden(context, 'bytes', `\`${protocol} ${name}\``);
  const needs = [protocol === 'th' ? HAS_PORTS : withProtocol(...header.protocols)];
  if (name === 'sport' || name === 'dport') return field(name, ...needs);
  if (protocol === 'tcp' && name === 'flags') return field('tcpFlags', ...needs);
  if ((protocol === 'icmp' || protocol === 'icmpv6') && name === 'type') return field('icmpType', ...needs);
  if ((protocol === 'icmp' || protocol === 'icmpv6') && name === 'code') return field('icmpCode', ...needs);
  return one(bits('th', layout, `${protocol} ${name}`), ...needs);
}

/** nft puts this before what it reads of a frame, but in tables of bridges, which have no other devices (payload_gen_special_dependency). */
function framed({ family }: CompileContext): readonly Predicate[] {
  return family === 'bridge' ? [] : [{ op: 'in', field: 'iiftype', ranges: [[ARPHRD_ETHER, ARPHRD_ETHER]] }];
}

function ether(name: string, context: CompileContext): Selected {
  switch (name) {
    case 'saddr':
      return field('srcMac', ...framed(context));
    case 'daddr':
      return field('dstMac', ...framed(context));
    case 'type':
      return one({ op: 'bits', base: 'll', offset: 96, length: 16, detail: 'ether type' }, ...framed(context));
    default:
      return hidden(context, 'bytes', `\`ether ${name}\``);
  }
}

/** nft_payload: a field of a header by name. A header that the packet has not ends the rule. */
export function payload(expression: PayloadExpression, context: CompileContext): Selected {
  const { protocol, field: name, inner } = expression;
  if (inner !== undefined) return hidden(context, 'bytes', `the packet inside ${inner}`);
  switch (protocol) {
    case 'ip':
      return network(expression, 4, context);
    case 'ip6':
      return network(expression, 6, context);
    case 'ether':
      return ether(name, context);
    case 'vlan':
      return one(
        { op: 'bits', base: 'll', offset: vlanOffset(name), length: vlanLength(name), detail: `vlan ${name}` },
        ...framed(context),
      );
    case 'arp':
      // ARP is no flow of this model: no packet here bears its header
      return one({ op: 'bits', base: 'nh', offset: -1, length: 0, detail: `arp ${name}` });
    default:
      return transport(expression, context);
  }
}

/** The tag that stands behind the addresses of a frame (IEEE 802.1Q). */
const VLAN: Readonly<Record<string, readonly [number, number]>> = {
  pcp: [112, 3],
  dei: [115, 1],
  cfi: [115, 1],
  id: [116, 12],
  type: [128, 16],
};
const vlanOffset = (name: string): number => VLAN[name]?.[0] ?? -1;
const vlanLength = (name: string): number => VLAN[name]?.[1] ?? 0;

/** What raw bits are by another name: conditions on them are as good as on the name. */
function namedBits({ base, offset, length }: RawPayloadExpression, { family }: CompileContext): Selected | undefined {
  if (base === 'th' && length === 16 && (offset === 0 || offset === 16)) return field(offset === 0 ? 'sport' : 'dport', HAS_PORTS);
  if (base !== 'nh' || (family !== 'ip' && family !== 'ip6')) return undefined;
  const found = Object.entries(NETWORK[family]).find(([, layout]) => layout[0] === offset && layout[1] === length)?.[0];
  const known = found === undefined ? undefined : NETWORK_FIELDS[found];
  return known && field(known);
}

/** `@nh,96,24`: bits of the packet wherever they lie. */
export function rawPayload(expression: RawPayloadExpression, context: CompileContext): Selected {
  const { base, offset, length } = expression;
  return namedBits(expression, context) ?? one({ op: 'bits', base, offset, length, detail: `@${base},${offset},${length}` });
}
