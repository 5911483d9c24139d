import type { Range } from '../../address/ranges.js';
import { OUTSIDE_MAC } from '../link/outside.js';
import { tri, Tri, type Test } from './context.js';
import { getterOf } from './fields.js';
import { within } from './within.js';

const MAX_MAC = (1n << 48n) - 1n;

/** xt_mac; the address of a machine beyond the uplink is known only as none of those that the snapshot's devices have. */
export function sourceMacTest(ranges: readonly Range[]): Test {
  const get = getterOf('srcMac');
  return (context) => {
    const value = get(context);
    if (value === undefined) return Tri.No;
    if (context.skb.packet.srcMac !== OUTSIDE_MAC) return tri(within(value, ranges));
    const limits = ranges.flat().map(BigInt);
    const named = limits.find((limit) => limit !== 0n && limit !== MAX_MAC) ?? 0n;
    if ([named - 1n, named, named + 1n].some((mac) => context.ns.knowsMac(mac))) return tri(within(value, ranges));
    const detail = "the outside machine's link-layer address, which the host's ip-neigh.json would show";
    context.questions.push({ category: 'missing', yes: 'mac=match', no: 'mac=other', usual: false, detail });
    return Tri.Unknown;
  };
}
