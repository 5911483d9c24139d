import { formatPrefix, prefixOf, type Prefix } from '../../address/ip.js';
import type { HeadCondition } from '../../model/netfilter.js';
import type { Action } from '../action.js';
import { coversBox, type RuleBox } from './rule-box.js';
import type { LookedAt } from './rule-table.js';
import { coveredTogether } from './union-cover.js';

/** A rule that ends its chain for what it takes. */
export interface Earlier {
  readonly rule: LookedAt;
  readonly action: Action;
  readonly box: RuleBox;
}

/** In longer chains a rule is held against single earlier rules alone. */
const MOST_TOGETHER = 1500;

function plain(condition: HeadCondition<Prefix> | undefined): Prefix | undefined {
  return condition === undefined || condition.negated || condition.value.length <= 0 ? undefined : condition.value;
}

/** Whether a box looks at a field, plainly or within a condition that is kept as it stands. */
function asks({ fields, others }: RuleBox, field: string): boolean {
  return [...fields.keys()].some((one) => one === field) || [...others].some((other) => other.includes(`"${field}"`));
}

/** Earlier rules that end, filed by the narrowest network they ask for, so that a rule is held only against those that could cover it. */
export class EarlierRules {
  private readonly filed = new Map<string, Earlier[]>();
  private readonly all: Earlier[] = [];

  private key({ head }: LookedAt): string {
    const dst = plain(head?.dst);
    const src = plain(head?.src);
    const port = head?.dport?.negated === false && head.dport.value[0] === head.dport.value[1] ? head.dport.value[0] : undefined;
    if (dst !== undefined) return `d${formatPrefix(dst)}${port === undefined ? '' : ` ${port}`}`;
    if (src !== undefined) return `s${formatPrefix(src)}`;
    return port === undefined ? '' : `p${port}`;
  }

  /**
   * @param written what a rule changes of the packet, or may; `everything` where nobody can tell.
   * @returns the earlier rules that say of the packet behind it what they said before it.
   */
  after(written: ReadonlySet<string>): EarlierRules {
    if (written.size === 0 || this.all.length === 0) return this;
    const kept = written.has('everything') ? [] : this.all.filter(({ box }) => ![...written].some((what) => asks(box, what)));
    if (kept.length === this.all.length) return this;
    const left = new EarlierRules();
    for (const one of kept) left.add(one);
    return left;
  }

  add(earlier: Earlier): void {
    this.all.push(earlier);
    const key = this.key(earlier.rule);
    const filed = this.filed.get(key);
    if (filed === undefined) this.filed.set(key, [earlier]);
    else filed.push(earlier);
  }

  /** Keys under which a rule that covers this one may be filed. */
  private *keys({ head }: LookedAt): Generator<string> {
    yield '';
    const dst = plain(head?.dst);
    const src = plain(head?.src);
    const port = head?.dport?.negated === false && head.dport.value[0] === head.dport.value[1] ? head.dport.value[0] : undefined;
    if (port !== undefined) yield `p${port}`;
    for (const [letter, net] of [
      ['d', dst],
      ['s', src],
    ] as const) {
      for (let length = 1; net !== undefined && length <= net.length; length++) {
        const wider = `${letter}${formatPrefix(prefixOf(net.addr, length))}`;
        yield wider;
        if (letter === 'd' && port !== undefined) yield `${wider} ${port}`;
      }
    }
  }

  /** Earlier rules that take all of a rule's packets between them. */
  coveringTogether(box: RuleBox): readonly Earlier[] | undefined {
    return this.all.length < 2 || this.all.length > MOST_TOGETHER ? undefined : coveredTogether(box, this.all);
  }

  covering(rule: LookedAt, box: RuleBox): Earlier | undefined {
    for (const key of this.keys(rule)) {
      const found = this.filed.get(key)?.find((earlier) => coversBox(earlier.box, box));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
