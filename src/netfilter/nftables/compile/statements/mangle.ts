import type { Action, RuleStep, Writable } from '../../../action.js';
import type { Term } from '../../../term.js';
import type { MangleStatement } from '../../ast.js';
import type { CompileContext } from '../context.js';
import { select, single } from '../expressions/index.js';

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

function target({ key }: MangleStatement, value: Term): { readonly to: Writable; readonly value: Term } | undefined {
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
    case 'raw payload':
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

/**
 * nft_meta_set_eval, nft_ct_set_eval, nft_payload_set_eval: writes into the packet or its connection. What only leaves the
 * machine (priorities, labels, options of the transport) changes nothing here.
 */
export function mangleSteps(statement: MangleStatement, context: CompileContext): readonly RuleStep[] {
  const { terms, needs } = single(statement.value, context);
  const place = target(statement, terms[0]!);
  const written = statement.key.kind === 'payload' ? select(statement.key, context).needs : [];
  const conditions = [...written, ...needs].map((predicate): RuleStep => ({ step: 'when', predicate }));
  if (place === undefined) return conditions;
  return [...conditions, { step: 'do', action: plainAction(place.to, place.value) }];
}
