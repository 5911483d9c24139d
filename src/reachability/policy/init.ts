import { formatIp } from '../../address/ip.js';
import type { Machine } from '../../datapath/index.js';
import type { FlowProto } from '../../model/trace.js';
import { formatPorts, subtract, toSet, type RangeSet } from '../ranges.js';
import { addressesOf, hostAddresses } from '../services.js';
import { Ways } from '../ways.js';
import { Endpoints, type Sender } from './endpoints.js';

/** Who reaches one port of one namespace. */
interface Access {
  readonly target: string;
  readonly port: number;
  readonly proto: FlowProto;
  readonly from: Set<string>;
}

const YAML_PLAIN = /^[A-Za-z_][\w.-]*$/;
const word = (text: string): string =>
  YAML_PLAIN.test(text) && !/^(?:yes|no|on|off|true|false|null|y|n)$/i.test(text) ? text : JSON.stringify(text);
const list = (names: readonly string[]): string => `[${names.map(word).join(', ')}]`;

/** What senders get an answer from, and which ports of the host the outside gets one from. */
function survey(machine: Machine): { readonly accesses: readonly Access[]; readonly outside: ReadonlyMap<FlowProto, RangeSet> } {
  const ways = new Ways(machine);
  const endpoints = new Endpoints(machine, new Map());
  const senders: readonly Sender[] = endpoints.senders(['any']);
  const spaces = [...machine.namespaces.values()];
  const addresses = [...new Set([...hostAddresses(machine), ...spaces.flatMap((ns) => addressesOf(ns))])].map(formatIp);
  const accesses = new Map<string, Access>();
  const outside = new Map<FlowProto, RangeSet>();
  for (const sender of senders) {
    for (const to of addresses) {
      for (const proto of ['tcp', 'udp'] as const) {
        for (const { through, fate, dports } of ways.of(sender.client, to, proto)) {
          if (through === 'no' || fate.delivered === undefined || fate.delivered.netns === sender.netns) continue;
          const { netns: target, port } = fate.delivered;
          const key = `${target} ${port} ${proto}`;
          const access = accesses.get(key) ?? { target, port, proto, from: new Set<string>() };
          accesses.set(key, access);
          access.from.add(sender.label);
          if (sender.label === 'outside') outside.set(proto, toSet([...(outside.get(proto) ?? []), ...dports]));
        }
      }
    }
  }
  return { accesses: [...accesses.values()], outside };
}

function ordered(accesses: readonly Access[]): readonly Access[] {
  const key = (a: Access): string => `${a.target === 'host' ? '' : a.target} ${String(a.port).padStart(5, '0')} ${a.proto}`;
  return [...accesses].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Writes today's reachability as a policy that this snapshot passes: who reaches each port that anybody reaches, and what
 * the outside may ask for. To be trimmed by hand to what is wanted.
 */
export function initialPolicy(machine: Machine): string {
  const { accesses, outside } = survey(machine);
  const lines = [
    '# yaml-language-server: $schema=./policy.schema.json',
    `# Who reaches what${machine.host.meta.hostname === undefined ? '' : ` on ${machine.host.meta.hostname.replace(/[^\w.-]/g, '?')}`}, as it is. Trim it to what is meant.`,
    'version: 1',
    'assertions:',
  ];
  const open = [...outside].flatMap(([proto, ports]) =>
    formatPorts(subtract(ports, [[0, 0]]))
      .split(', ')
      .filter((p) => p !== '')
      .map((p) => `${p}/${proto}`),
  );
  lines.push('  - name: the outside reaches nothing but published ports', '    deny:', '      from: outside', '      to: any');
  if (open.length > 0) lines.push('      except:', `        ports: ${list(open)}`);
  for (const { target, port, proto, from } of ordered(accesses)) {
    const names = [...from].sort();
    lines.push(
      `  - name: ${word(`${target}:${port}/${proto} is reached by ${names.length > 4 ? `${names.length} sources` : names.join(', ')}`)}`,
    );
    lines.push('    only:', `      from: ${list(names)}`, `      to: ${word(target)}`, `      ports: ${port}/${proto}`);
  }
  return `${lines.join('\n')}\n`;
}
