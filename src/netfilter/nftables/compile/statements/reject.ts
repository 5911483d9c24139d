import type { RejectWith, RuleStep } from '../../../action.js';
import { equals, type Predicate } from '../../../predicate/predicate.js';
import type { RejectStatement } from '../../ast.js';
import { inFamily, withProtocol, type CompileContext } from '../context.js';

/** Codes of a destination-unreachable message (RFC 792, RFC 1812); the kernel sends the others as they are, which no client tells apart. */
const ICMP: ReadonlyMap<number, RejectWith> = new Map<number, RejectWith>([
  [0, 'icmp-net-unreachable'],
  [1, 'icmp-host-unreachable'],
  [2, 'icmp-proto-unreachable'],
  [3, 'icmp-port-unreachable'],
  [9, 'icmp-net-prohibited'],
  [10, 'icmp-host-prohibited'],
  [13, 'icmp-admin-prohibited'],
]);
/** RFC 4443. */
const ICMPV6: ReadonlyMap<number, RejectWith> = new Map<number, RejectWith>([
  [0, 'icmp6-no-route'],
  [1, 'icmp6-adm-prohibited'],
  [3, 'icmp6-addr-unreachable'],
  [4, 'icmp6-port-unreachable'],
  [5, 'icmp6-policy-fail'],
  [6, 'icmp6-reject-route'],
]);
/** nft_reject_icmp_code, nft_reject_icmpv6_code (net/netfilter/nft_reject.c), by NFT_REJECT_ICMPX_*. */
const ICMPX: readonly (readonly [RejectWith, RejectWith])[] = [
  ['icmp-net-unreachable', 'icmp6-no-route'],
  ['icmp-port-unreachable', 'icmp6-port-unreachable'],
  ['icmp-host-unreachable', 'icmp6-addr-unreachable'],
  ['icmp-admin-prohibited', 'icmp6-adm-prohibited'],
];

const TCP = 6;
const reject = (kind: RejectWith): RuleStep => ({ step: 'do', action: { kind: 'reject', with: kind } });

/** What nft asks before all else that a rule asks or does, and by what other words the rule may have said so itself. */
export interface Need {
  readonly predicate: Predicate;
  readonly saidBy: readonly Predicate[];
}

/** Of tables of both families it is `meta nfproto` that says so, of a bridge's the type of the frame. */
const ofFamily = (context: CompileContext, family: 4 | 6, nfproto: number, ethertype: number): readonly Need[] =>
  inFamily(context, family).map((predicate) => ({
    predicate,
    saidBy: [context.family === 'bridge' ? equals('ethertype', ethertype) : equals('ctfamily', nfproto)],
  }));

/** @returns what a rule asks at its beginning because it ends in such an answer (stmt_reject_gen_dependency). */
export function rejectNeeds({ type }: RejectStatement, context: CompileContext): readonly Need[] {
  switch (type) {
    case 'tcp reset':
      return [{ predicate: withProtocol(TCP), saidBy: [] }];
    case 'icmp':
      return ofFamily(context, 4, 2, 0x0800);
    case 'icmpv6':
      return ofFamily(context, 6, 10, 0x86dd);
    case 'icmpx':
      return [];
  }
}

/** nft_reject_inet_eval: the answer by the packet's family, where the statement leaves it open. */
export function rejectSteps({ type, code }: RejectStatement, context: CompileContext): readonly RuleStep[] {
  switch (type) {
    case 'tcp reset':
      return [reject('tcp-reset')];
    case 'icmp':
      return [reject(ICMP.get(code ?? 3) ?? 'icmp-host-unreachable')];
    case 'icmpv6':
      return [reject(ICMPV6.get(code ?? 4) ?? 'icmp6-addr-unreachable')];
    case 'icmpx': {
      const [v4, v6] = ICMPX[code ?? 1] ?? ICMPX[1]!;
      if (context.family === 'ip') return [reject(v4)];
      if (context.family === 'ip6') return [reject(v6)];
      return [{ step: 'do', action: { kind: 'reject', with: v4, with6: v6 } }];
    }
  }
}
