import { familyOf, type Family, type Ip } from '../../address/ip.js';
import { type Machine, settle, type WalkAhead } from '../../datapath/index.js';
import type { PolicyRule } from '../../model/link.js';
import type { Chain, RuleHead, Table, TableName } from '../../model/netfilter.js';
import { isHostNetns } from '../../model/netns.js';
import { type RuleFacts, CT_STATE } from '../../netfilter/index.js';
import { factsIn } from '../../netfilter/iptables/index.js';
import type { SpecificRule } from './specific-rules.js';

/** default, main, local (rtnetlink(7)). */
const DEFAULT_TABLES: readonly number[] = [253, 254, 255];

/** Whether a policy rule asks nothing of a packet, and sends it to one of the three tables that are always there. */
function isPlainPolicy({
  action,
  not,
  unknown,
  from,
  family: _family,
  priority: _priority,
  text: _text,
  origin: _origin,
  ...asked
}: PolicyRule): boolean {
  const asksNothing =
    !not && unknown.length === 0 && (from === undefined || from.length === 0) && Object.values(asked).every((value) => value === undefined);
  return asksNothing && action.kind === 'table' && DEFAULT_TABLES.includes(action.table);
}
/** How far packets of established connections come in the chains of a table that they may come to. */
type Limits = Map<string, number>;

/**
 * Knows which rules that name a container's address its answers may meet: most hosts accept what belongs to an established
 * connection before they look any further, and what Docker writes for a published port stands behind that.
 */
export class MetByAnswers {
  private readonly limits = new Map<string, Limits | undefined>();
  private readonly devices = new Map<Ip, string | undefined>();
  private readonly readable: Readonly<Record<Family, boolean>>;

  constructor(private readonly machine: Machine) {
    this.readable = { 4: this.isReadable(4), 6: this.isReadable(6) };
  }

  /** Whether the host tracks all connections of a family and routes by destination alone. */
  private isReadable(family: Family): boolean {
    const { root } = this.machine;
    const { rules, rulesets } = root.netns;
    const changesTracking = (table: Table, of: Family): boolean => {
      const facts = factsIn(table, of);
      return [...table.chains.values()].some((chain) => chain.rules.some((rule) => facts.of(rule).changesTracking));
    };
    return (
      root.tracksConnections(family) &&
      rules.every((rule) => rule.family !== family || isPlainPolicy(rule)) &&
      !rulesets.some((set) => [...set.tables.values()].some((table) => changesTracking(table, set.family)))
    );
  }

  /** The device by which the host reaches an address. */
  private deviceTo(ip: Ip): string | undefined {
    if (!this.devices.has(ip)) {
      const route = this.machine.root.routeTo(ip);
      this.devices.set(ip, route.kind === 'unicast' ? route.dev : undefined);
    }
    return this.devices.get(ip);
  }

  private limitsOf(family: Family, name: TableName, device: string): Limits | undefined {
    const key = `${family} ${name} ${device}`;
    if (!this.limits.has(key)) {
      const tables = this.machine.root.netns.rulesets.filter((set) => set.family === family).map((set) => set.tables.get(name));
      const [table, ...more] = tables.filter((one) => one !== undefined);
      this.limits.set(key, table === undefined || more.length > 0 ? undefined : limitsIn(table, family, device));
    }
    return this.limits.get(key);
  }

  /**
   * @param ip the address of a container that the rule names.
   * @returns whether a packet of an established connection may come to a rule on its way to the address.
   */
  of({ position, namespace, table, chain }: SpecificRule, ip: Ip): boolean {
    const family = familyOf(ip);
    if (!isHostNetns(namespace) || !this.readable[family]) return true;
    // a translation is made when a connection begins
    if (table === 'nat') return false;
    // raw stands before conntrack
    if (table === 'raw') return true;
    const device = this.deviceTo(ip);
    const limits = device === undefined ? undefined : this.limitsOf(family, table, device);
    return limits === undefined || position < (limits.get(chain) ?? 0);
  }
}

/** Hooks where no device to leave by is chosen yet. */
const BEFORE_ROUTING: readonly string[] = ['PREROUTING', 'INPUT'];

function limitsIn(table: Table, family: Family, device: string): Limits {
  const limits: Limits = new Map();
  for (const base of table.chains.values()) {
    if (base.policy === undefined) continue;
    const own: Limits = new Map();
    settle(enter(table, family, base, BEFORE_ROUTING.includes(base.name) ? '' : device, own), false);
    for (const [chain, limit] of own) limits.set(chain, Math.max(limit, limits.get(chain) ?? 0));
  }
  return limits;
}

/** @returns whether no established packet that leaves by the device goes beyond the chain. */
function* enter(table: Table, family: Family, chain: Chain, device: string, limits: Limits): WalkAhead<boolean> {
  if (limits.has(chain.name)) return false;
  limits.set(chain.name, chain.rules.length);
  let allStay = true;
  const all = factsIn(table, family);
  for (const [position, rule] of chain.rules.entries()) {
    const facts = all.of(rule);
    const certain = takesAnswers(rule.head, facts, device);
    if (certain && facts.decides) {
      limits.set(chain.name, position);
      return allStay;
    }
    const next = table.chains.get(facts.leadsTo[0] ?? '');
    if (next !== undefined && mayLeaveBy(rule.head, device)) {
      const ended: boolean = yield enter(table, family, next, device, limits);
      if (ended && certain) {
        limits.set(chain.name, position + 1);
        return allStay;
      }
    }
    if (facts.leaves) allStay = false;
  }
  return false;
}

/** States of answers, and of errors that belong to a connection. */
const ANSWERS = CT_STATE.ESTABLISHED | CT_STATE.RELATED;

/** Whether a rule has no condition but the device that packets leave by, and perhaps their state, and takes all answers to a device. */
function takesAnswers(head: RuleHead = {}, { predicate, states }: RuleFacts, device: string): boolean {
  const { out, ...others } = head;
  if (predicate !== undefined || Object.keys(others).length > 0) return false;
  return (out === undefined || (!out.negated && out.value === device)) && (states === undefined || (states & ANSWERS) === ANSWERS);
}

/** Whether a rule's device, where it asks for one, lets packets to a device pass. */
function mayLeaveBy(head: RuleHead | undefined, device: string): boolean {
  const out = head?.out;
  return out === undefined || out.negated || out.value.endsWith('+') || out.value === device;
}
