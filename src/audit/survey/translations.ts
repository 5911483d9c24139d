import type { Family, Ip } from '../../address/ip.js';
import type { Action } from '../../datapath/netfilter/action.js';
import { CompiledTable } from '../../datapath/netfilter/compile.js';
import type { Range } from '../../address/ranges.js';
import type { Field, Predicate } from '../../datapath/netfilter/predicate.js';
import type { Machine } from '../../datapath/machine.js';
import { PROTO } from '../../model/packet.js';
import type { Rule } from '../../model/netfilter.js';
import { conjuncts } from '../matching/conjuncts.js';

export type Span = readonly [number, number];

/** Where a rule leads: to an address of a range, to the host itself, or to the address of the same host bits in another network. */
export type TranslatedTo =
  | { readonly kind: 'range'; readonly lo: Ip; readonly hi: Ip }
  | { readonly kind: 'self' }
  | { readonly kind: 'netmap'; readonly addr: Ip; readonly mask: Ip };

/** A rule of the host's nat table that gives connections another destination. */
export interface Translation {
  readonly rule: Rule;
  readonly family: Family;
  readonly to: TranslatedTo;
  /** The ports that it gives; absent where it keeps them. `base`: of a shifted range. */
  readonly toPorts?: { readonly lo: number; readonly hi: number; readonly base?: number };
  /** The ports that it asks for; none where it takes all. */
  readonly ports: readonly Span[];
  /** The destinations that it asks for; none where it takes all. */
  readonly at: readonly (readonly [Ip, Ip])[];
  readonly proto?: 'tcp' | 'udp';
}

function rangesOf(predicate: Predicate, field: Field): readonly Range[] {
  return conjuncts(predicate).flatMap((one) => (one.op === 'in' && one.field === field ? one.ranges : []));
}

function protoOf(predicate: Predicate): Translation['proto'] {
  const [first, ...others] = rangesOf(predicate, 'proto');
  const number = first !== undefined && others.length === 0 && first[0] === first[1] ? first[0] : undefined;
  return number === PROTO.TCP ? 'tcp' : number === PROTO.UDP ? 'udp' : undefined;
}

function targetOf(action: Action): Pick<Translation, 'to' | 'toPorts'> | undefined {
  if (action.kind === 'netmap') return { to: { kind: 'netmap', addr: action.addr, mask: action.mask } };
  const isRedirect = action.kind === 'redirect';
  if (!isRedirect && (action.kind !== 'nat' || action.manip !== 'dst')) return undefined;
  const { minIp, maxIp, minPort, maxPort, basePort } = action.range;
  const ports =
    minPort === undefined ? {} : { toPorts: { lo: minPort, hi: maxPort ?? minPort, ...(basePort !== undefined && { base: basePort }) } };
  // without an address only the port changes: what was for the host stays there
  if (isRedirect || minIp === undefined) return { to: { kind: 'self' }, ...ports };
  return { to: { kind: 'range', lo: minIp, hi: maxIp ?? minIp }, ...ports };
}

/** @returns the rules of the host that give connections another destination, Docker's and others. */
export function findTranslations(machine: Machine): readonly Translation[] {
  const tables = machine.root.netns.rulesets.flatMap((set) => {
    const nat = set.tables.get('nat');
    return nat === undefined ? [] : [new CompiledTable(nat, set.family)];
  });
  return tables.flatMap((table) =>
    [...table.table.chains.keys()].flatMap((name) =>
      (table.chain(name)?.rules ?? []).flatMap(({ rule, action, predicate }): readonly Translation[] => {
        const target = targetOf(action);
        if (target === undefined) return [];
        const proto = protoOf(predicate);
        const ports = rangesOf(predicate, 'dport').map(([lo, hi]) => [Number(lo), Number(hi)] as const);
        const at = rangesOf(predicate, 'dst');
        return [{ rule, family: table.family, ...target, ports, at, ...(proto !== undefined && { proto }) }];
      }),
    ),
  );
}

/** @returns the one address that a rule leads to, where it is one. */
export function soleTarget({ to }: Translation): Ip | undefined {
  return to.kind === 'range' && to.lo === to.hi ? to.lo : undefined;
}

function inSpans(port: number, spans: readonly Span[]): boolean {
  return spans.length === 0 || spans.some(([lo, hi]) => port >= lo && port <= hi);
}

/** @returns the ports to ask for so that the rule leads to `port`: a span where any of several will do. */
export function doorsTo({ ports, toPorts }: Translation, port: number): readonly Span[] {
  if (toPorts === undefined) return inSpans(port, ports) ? [[port, port]] : [];
  const { lo, hi, base } = toPorts;
  if (port < lo || port > hi) return [];
  if (base !== undefined) {
    const door = port - lo + base;
    return inSpans(door, ports) ? [[door, door]] : [];
  }
  // a port of the range is kept, any other becomes one of it
  if (lo !== hi && inSpans(port, ports)) return [[port, port]];
  return ports.length === 0 ? [[port, port]] : ports;
}
