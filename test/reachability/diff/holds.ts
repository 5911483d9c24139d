import { traceFlow, type Machine } from '../../../src/datapath/index.js';
import type { ReachChange } from '../../../src/model/reachability.js';
import type { Trace } from '../../../src/model/trace.js';

const arrives = ({ outcome, cause }: Trace): boolean => outcome === 'connected' || cause.kind === 'no-listener';

/** Whether a change's witness fares otherwise than before, as it should; of what is new or gone, as it does where it is there. */
export function holds({ kind, witness, before, after }: ReachChange, [old, now]: readonly [Machine, Machine]): boolean {
  const was = before === 'absent' ? kind === 'closed' : arrives(traceFlow(old, witness));
  const is = after === 'absent' ? kind === 'opened' : arrives(traceFlow(now, witness));
  return kind === 'opened' ? is && !was : was && !is;
}
