import type { Ip } from '../../address/ip.js';
import { CompiledTable } from '../../datapath/netfilter/compile.js';
import type { Field, Predicate, Range } from '../../datapath/netfilter/predicate.js';
import type { Machine } from '../../datapath/machine.js';
import { PROTO } from '../../model/packet.js';
import type { Rule } from '../../model/netfilter.js';
import { conjuncts } from '../matching/implies.js';

/** A rule of the host's nat table that gives connections one other destination. */
export interface Translation {
  readonly rule: Rule;
  readonly to: Ip;
  readonly toPort?: number;
  /** The ports that it names. */
  readonly ports: readonly (readonly [number, number])[];
  /** Where it names just one of them. */
  readonly port?: number;
  readonly at?: Ip;
  readonly proto?: 'tcp' | 'udp';
}

function rangesOf(predicate: Predicate, field: Field): readonly Range[] {
  return conjuncts(predicate).flatMap((one) => (one.op === 'in' && one.field === field ? one.ranges : []));
}

function single(ranges: readonly Range[]): Ip | undefined {
  const [first] = ranges;
  return ranges.length === 1 && first !== undefined && first[0] === first[1] ? first[0] : undefined;
}

function protoOf(predicate: Predicate): Translation['proto'] {
  const number = single(rangesOf(predicate, 'proto'));
  return number === PROTO.TCP ? 'tcp' : number === PROTO.UDP ? 'udp' : undefined;
}

/** @returns the DNAT rules of the host that lead to one address, Docker's and others. */
export function findTranslations(machine: Machine): readonly Translation[] {
  const tables = machine.root.netns.rulesets.flatMap((set) => {
    const nat = set.tables.get('nat');
    return nat === undefined ? [] : [new CompiledTable(nat, set.family)];
  });
  const rules = tables.flatMap((table) => [...table.table.chains.keys()].flatMap((name) => table.chain(name)?.rules ?? []));
  return rules.flatMap(({ rule, action, predicate }): readonly Translation[] => {
    if (action.kind !== 'nat' || action.manip !== 'dst') return [];
    const { minIp, maxIp, minPort, maxPort } = action.range;
    if (minIp === undefined || minIp !== maxIp) return [];
    const ports = rangesOf(predicate, 'dport');
    const port = single(ports);
    const at = single(rangesOf(predicate, 'dst'));
    const proto = protoOf(predicate);
    return [
      {
        rule,
        to: minIp,
        ports: ports.map(([lo, hi]) => [Number(lo), Number(hi)] as const),
        ...(minPort !== undefined && minPort === maxPort && { toPort: minPort }),
        ...(port !== undefined && { port: Number(port) }),
        ...(at !== undefined && { at }),
        ...(proto !== undefined && { proto }),
      },
    ];
  });
}
