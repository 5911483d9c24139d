import { Candidates, FiledBy, placeOf } from '../chain-index.js';
import type { RunnableChain } from '../compile.js';
import type { MatchContext } from '../context.js';

/** Positions of a chain's rules that are worth trying for one packet. */
interface Order {
  readonly filed: FiledBy;
  readonly positions: readonly number[];
}

/** Which rules of long chains are worth trying, for each form that a packet takes in one table. */
export class Orders {
  private readonly known = new Map<RunnableChain, Order[]>();

  constructor(private readonly context: MatchContext) {}

  /** @returns the first position from `from` on that is worth trying for the packet as it is now; undefined where none is left. */
  next(chain: RunnableChain, from: number): number | undefined {
    if (chain.index === undefined) return from;
    const { positions } = this.orderOf(chain, chain.index);
    return positions[placeOf(positions, from)];
  }

  private orderOf(chain: RunnableChain, index: NonNullable<RunnableChain['index']>): Order {
    const { context } = this;
    const { packet } = context.skb;
    let orders = this.known.get(chain);
    if (orders === undefined) this.known.set(chain, (orders = []));
    let order = orders.find(({ filed }) => filed.holds(packet));
    if (order === undefined) {
      const positions: number[] = [];
      const candidates = new Candidates(index.lists(context));
      for (let next = candidates.next(); next !== undefined; next = candidates.next()) positions.push(next);
      orders.push((order = { filed: new FiledBy(packet), positions }));
    }
    return order;
  }
}
