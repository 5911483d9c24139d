import type { Origin } from '../../model/origin.js';
import type { RuleHit } from '../../model/trace.js';
import type { Oracle } from '../walk/oracle.js';
import { Carrier, carryOut } from './branches/carry-out.js';
import { Effort } from './branches/effort.js';
import { BranchSearch } from './branches/explore.js';
import { restore, stateOf } from './branches/packet-state.js';
import { everyPath, pathsOf, reportPath } from './branches/paths.js';
import type { ChainTable, RunnableChain } from './compile.js';
import type { MatchContext } from './context.js';
import { PlainRun } from './plain-run.js';
import type { TableVerdict } from './verdict.js';

export type { TableVerdict, TrackingAction } from './verdict.js';

export interface TableRun {
  readonly verdict: TableVerdict;
  readonly hits: readonly RuleHit[];
  /** Rules that may have matched as well, to no effect. */
  readonly besides: readonly RuleHit[];
  /** More matched than is told: each rule stands in `hits` once, where it matched first. */
  readonly cut: boolean;
  /** Set where the chain's policy decided. */
  readonly policy: 'ACCEPT' | 'DROP' | undefined;
  /** The line of the base chain, with its policy. */
  readonly base: Origin;
}

const BY_POLICY = { accept: { kind: 'accept' }, drop: { kind: 'drop' } } as const;

function byPolicy(base: RunnableChain, hits: readonly RuleHit[], besides: readonly RuleHit[], cut = false): TableRun {
  const policy = base.policy ?? 'ACCEPT';
  return { verdict: policy === 'DROP' ? BY_POLICY.drop : BY_POLICY.accept, hits, besides, cut, policy, base: base.origin };
}

/** Takes one of the ways that lie open: the usual one, or the one that the walk is to look at. */
function runSides(table: ChainTable, base: RunnableChain, context: MatchContext, oracle: Oracle): TableRun {
  const before = stateOf(context);
  const ahead = new BranchSearch(table, base, context, oracle).branches();
  const paths = oracle.most === undefined ? pathsOf(ahead) : everyPath(ahead, oracle.most);
  restore(context, before);
  const where = `${context.ns.name}'s ${table.name ?? ''} ${context.hook}`;
  const { done, hits, besides, cut, verdict } = oracle.choose(paths.length, (way) => reportPath(paths[way]!));
  for (const action of done) carryOut(action, context);
  if (cut !== undefined) {
    const carrier = new Carrier(context, where, Effort.of(base));
    for (const events of cut) carrier.run(events);
  }
  const isCut = cut !== undefined;
  return verdict === undefined
    ? byPolicy(base, hits, besides, isCut)
    : { verdict, hits, besides, cut: isCut, policy: undefined, base: base.origin };
}

/**
 * Walks one base chain (ipt_do_table, nft_do_chain).
 * @returns the verdict and every rule that matched, in order.
 * @throws OutOfBudget where the rules were made to be endless.
 */
export function runTable(table: ChainTable, base: RunnableChain, context: MatchContext, oracle: Oracle): TableRun {
  // what may have to be restored is kept in locals: an object for each of a million walks costs more than the walk
  const { changes, skb } = context;
  const { mark, ttl, tos, src, dst, sport, dport, srcMac, dstMac, pkttype } = skb.packet;
  const { untracked, template, tproxy } = skb;
  const connmark = skb.ct?.connection.mark ?? 0;
  const { made } = changes;
  const run = new PlainRun(table, context, oracle);
  const plain = run.walk(base);
  oracle.tried += run.tries;
  if (plain === 'unclear') {
    const written = { src, dst, sport, dport, srcMac, dstMac, pkttype, tproxy };
    restore(context, { mark, ttl, tos, connmark, untracked, template, changes: made, ...written });
    return runSides(table, base, context, oracle);
  }
  if (plain === 'policy') return byPolicy(base, run.hits, run.besides);
  return { verdict: plain, hits: run.hits, besides: run.besides, cut: false, policy: undefined, base: base.origin };
}
