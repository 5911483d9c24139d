import { formatIp } from '../../address/ip.js';
import type { CompiledRule } from '../../netfilter/iptables/index.js';
import { type Predicate, type RuleFinding, type RuleFindingKind, conjuncts } from '../../netfilter/index.js';
import type { NetnsState } from '../../datapath/index.js';
import type { EvidenceLine } from '../../model/audit.js';
import type { HookName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';

/** Why no packet is decided by a rule, with the lines that say so. */
export interface Never {
  readonly how: Exclude<RuleFindingKind, 'unreached'> | 'address' | 'port';
  /** The device that packets do come by, where the rule names another. */
  readonly instead?: { readonly was: string; readonly is: string };
  readonly why: string;
  readonly lines: readonly EvidenceLine[];
}

/** What is addressed to the host is not forwarded: after DNAT the packet bears the container's address. */
function ownDestination(ns: NetnsState, predicate: Predicate): string | undefined {
  for (const one of conjuncts(predicate)) {
    if (one.op !== 'in' || one.field !== 'dst') continue;
    const [first] = one.ranges;
    if (one.ranges.length === 1 && first !== undefined && first[0] === first[1] && ns.owns(first[0])) return formatIp(first[0]);
  }
  return undefined;
}

/** A port of a bridge hands its packets on: rules see the bridge's name (br_pass_frame_up, br_nf_pre_routing). */
function portOf(ns: NetnsState, predicate: Predicate): Never['instead'] {
  for (const one of conjuncts(predicate)) {
    if (one.op !== 'iface' || one.prefix || (one.which !== 'in' && one.which !== 'out')) continue;
    const master = ns.interfaces.get(ns.interfaces.get(one.name)?.master ?? '');
    if (master?.detail.kind === 'bridge') return { was: one.name, is: master.name };
  }
  return undefined;
}

function placeOf({ file, line }: Origin): string {
  return `${file}:${line}`;
}

/** @returns a finding about a rule as the audit tells it; undefined of a chain that nothing leads to. */
export function told({ kind, detail, by }: RuleFinding): Never | undefined {
  if (kind === 'unreached') return undefined;
  if (by === undefined) return { how: kind, why: detail, lines: [] };
  return {
    how: kind,
    why: `${detail}: \`${by.rule}\` (${placeOf(by.origin)})`,
    lines: [{ text: by.rule, origin: by.origin, note: 'stands before it and takes what it would match' }],
  };
}

/** Rules that decide nothing, by packet sets: looked up by where they stand. */
export class IdleRules {
  private readonly found: ReadonlyMap<string, RuleFinding>;

  constructor(findings: readonly RuleFinding[]) {
    this.found = new Map(findings.filter((f) => f.kind !== 'unreached').map((f) => [placeOf(f.origin), f]));
  }

  /**
   * Why a rule decides for no packet. Sound, not complete: undefined also where it cannot be told.
   * @param hooks where its chain is asked from.
   */
  why(ns: NetnsState, { rule, predicate }: CompiledRule, hooks: ReadonlySet<HookName>): Never | undefined {
    const found = this.found.get(placeOf(rule.origin));
    const never = found && told(found);
    if (never !== undefined) return never;
    const port = portOf(ns, predicate);
    if (port !== undefined)
      return {
        how: 'port',
        why: `${port.was} is a port of ${port.is}, and what comes by it bears the name ${port.is}`,
        lines: [],
        instead: port,
      };
    const own = [...hooks].every((hook) => hook === 'FORWARD') ? ownDestination(ns, predicate) : undefined;
    return own === undefined
      ? undefined
      : { how: 'address', why: `${own} is the host's own address, and what is forwarded bears the container's`, lines: [] };
  }
}
