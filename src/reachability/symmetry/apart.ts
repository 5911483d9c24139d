import { type Ip, parseIp } from '../../address/ip.js';
import type { Machine, NetnsState } from '../../datapath/index.js';
import type { RuleHead } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import type { Binding } from './binding.js';
import { CLIENT_PORTS } from './client-ports.js';
import type { MetByAnswers } from './met-by-answers.js';
import { type SpecificRule, type SpecificRules, ownAddresses, single } from './specific-rules.js';

/** Tells where rules speak of a sender and its destination both. */
export class JointRules {
  private readonly selecting = new Map<Ip, readonly SpecificRule[]>();
  private readonly own = new Map<NetnsState, readonly Ip[]>();

  constructor(
    private readonly machine: Machine,
    private readonly rules: SpecificRules,
    private readonly metByAnswers: MetByAnswers,
  ) {}

  private addressesOf(ns: NetnsState): readonly Ip[] {
    let known = this.own.get(ns);
    if (known === undefined) this.own.set(ns, (known = ownAddresses(ns)));
    return known;
  }

  /**
   * @param sport the port that the sender sends from.
   * @returns whether rules speak of a sender and this destination both, or of a sender and its ports: then what others like it come to tells nothing.
   */
  of(sender: string, bindings: readonly Binding[], sport: number): boolean {
    const ns = this.machine.namespaces.get(sender);
    if (ns === undefined || ns.isHost) return false;
    const told = ({ file, line }: Origin): boolean =>
      bindings.some((b) => b.origins.some(({ origin }) => origin.line === line && origin.file === file));
    return this.addressesOf(ns).some((own) =>
      this.selective(own, sport).some(
        (one) => bindings.some((to) => speaksOfBoth(one.head, own, to, sport)) && !told(one.rule.origin) && this.isMet(one, own),
      ),
    );
  }

  /** Whether what a sender sends may come to a rule that names it, or what comes back. */
  private isMet(rule: SpecificRule, own: Ip): boolean {
    return single(rule.head.dst) !== own || this.metByAnswers.of(rule, own);
  }

  /** Rules that name a sender and may tell its destinations apart. */
  private selective(own: Ip, sport: number): readonly SpecificRule[] {
    const all = this.rules.byAddress.get(own) ?? [];
    if (!CLIENT_PORTS.includes(sport)) return all;
    let known = this.selecting.get(own);
    if (known === undefined) {
      known = all.filter(({ head }) => {
        const there = single(head.src) === own && (head.dst !== undefined || head.dport !== undefined || head.sport !== undefined);
        const back = single(head.dst) === own && (head.src !== undefined || head.sport !== undefined || head.dport !== undefined);
        return there || (back && includesAny(head.dport, CLIENT_PORTS));
      });
      this.selecting.set(own, known);
    }
    return known;
  }
}

/** Whether a condition lets one of these ports pass. */
function includesAny(condition: RuleHead['dport'], ports: readonly number[]): boolean {
  return condition === undefined || ports.some((port) => (port >= condition.value[0] && port <= condition.value[1]) !== condition.negated);
}

/** Whether a rule that names a sender can take its packets to some destinations and not to others, this one among them. */
function speaksOfBoth(head: RuleHead, own: Ip, to: Binding, sport: number): boolean {
  const [src, dst] = [single(head.src), single(head.dst)];
  const other = parseIp(to.ip);
  const clients = [sport, ...CLIENT_PORTS];
  if (src === own) {
    const uniform = head.dst === undefined && head.dport === undefined && head.sport === undefined;
    if (!uniform && (dst === undefined || dst === other) && includesAny(head.dport, [to.port]) && includesAny(head.sport, clients))
      return true;
  }
  if (dst !== own) return false;
  const uniform = head.src === undefined && head.dport === undefined && head.sport === undefined;
  return !uniform && (src === undefined || src === other) && includesAny(head.sport, [to.port]) && includesAny(head.dport, clients);
}
