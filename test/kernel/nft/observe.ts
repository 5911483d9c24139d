import type { LabFlow } from './lab.js';

/** The table that switches tracing on; its own rules are left out. */
export const TRACER = 'zz_tracer';
const starts = (chains: readonly (readonly [string, string])[]): string =>
  chains.map(([name, hook]) => `  chain ${name} { type filter hook ${hook} priority -450; meta nftrace set 1; }`).join('\n');
export const TRACING = `table inet ${TRACER} {
${starts([
  ['pre', 'prerouting'],
  ['out', 'output'],
  // a packet's id may change on its way, and where it leaves its ports are not told: here they are told again
  ['inp', 'input'],
  ['forw', 'forward'],
  ['postr', 'postrouting'],
])}
}
table bridge ${TRACER} {
${starts([
  ['pre', 'prerouting'],
  ['out', 'output'],
])}
}
table netdev ${TRACER} {
${starts(['a0', 'b0', 'c0', 'd0'].map((dev) => [dev, `ingress device "${dev}"`] as const))}
}
`;

const LINE = /^trace id ([0-9a-f]+) (\S+) (\S+) (\S+) (packet:|rule|policy|unknown|verdict) ?(.*)$/s;
const RULE = /^.* # handle (\d+) \(verdict ([^)]*)\)\s*$/s;
const PORTS = /(?:tcp|udp) sport (\d+) (?:tcp|udp) dport (\d+)/;

/** Lines of the monitor; a rule with an anonymous chain goes over several. */
function linesOf(text: string): readonly string[] {
  return text.split(/\n(?=trace id )/).filter((line) => line.startsWith('trace id '));
}

/** Packets that `dup` sends besides: they go out from here as if they were our own, by an id of theirs, with the ports of the flow. */
class Copies {
  private readonly ids = new Set<string>();
  private readonly met = new Set<string>();

  /** @returns whether a packet that the tracer meets is a copy, or goes by the id of one. */
  has(id: string, where: string, flow: LabFlow | undefined): boolean {
    if (where === 'inet out' && flow !== undefined && this.met.has(flow.from === 'r' ? `${flow.id} out` : flow.id)) this.ids.add(id);
    else if (where.startsWith('inet ') && where !== 'inet postr') this.ids.delete(id);
    if (flow !== undefined && !this.ids.has(id)) this.met.add(flow.id).add(where === 'inet out' ? `${flow.id} out` : flow.id);
    return this.ids.has(id);
  }
}

/**
 * @returns the rules that the first packet of each flow matched, as `family table chain handle verdict`, in the kernel's order; no list
 *   for a flow of which the monitor lost the packets.
 */
export function kernelRules(text: string, flows: readonly LabFlow[]): ReadonlyMap<string, readonly string[]> {
  const bySport = new Map(flows.map((flow) => [flow.sport, flow]));
  const rules = new Map<string, string[]>();
  const current = new Map<string, LabFlow | undefined>();
  const copies = new Copies();
  for (const line of linesOf(text)) {
    const [, id = '', family = '', table = '', chain = '', kind = '', rest = ''] = LINE.exec(line) ?? [];
    if (kind === 'packet:') {
      const [, sport] = PORTS.exec(rest) ?? [];
      const isFirst = !rest.includes('tcp sport') || rest.includes('tcp flags == 0x2');
      // what another packet goes by now was this one's id before
      if (!isFirst) current.delete(id);
      const own = isFirst && !rest.includes(' icmp') ? bySport.get(Number(sport)) : undefined;
      if (copies.has(id, table === TRACER ? `${family} ${chain}` : '', own)) {
        current.delete(id);
        continue;
      }
      // a packet is first met by the tracer; later NAT may have given it another port
      if (own !== undefined || table === TRACER) current.set(id, own);
      if (own !== undefined && !rules.has(own.id)) rules.set(own.id, []);
      continue;
    }
    const flow = current.get(id);
    const [, handle, verdict] = kind === 'rule' ? (RULE.exec(rest) ?? []) : [];
    if (flow === undefined || handle === undefined || table === TRACER) continue;
    rules.get(flow.id)?.push(`${family} ${table} ${chain} ${handle} ${verdict}`);
  }
  return rules;
}

/** @returns whether the client of a flow was answered: it has acknowledged its server's SYN-ACK, whatever a rule made of that then. */
export function acknowledged(text: string, { sport, dport, proto }: LabFlow): boolean {
  if (proto !== 'tcp') return false;
  return linesOf(text).some((line) => line.includes(` tcp sport ${sport} tcp dport ${dport} tcp flags == 0x10 `));
}
