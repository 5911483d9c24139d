import { formatIp } from '../../src/address/ip.js';
import type { Host } from '../../src/model/host.js';
import { routeText } from '../../src/snapshot/parsers/route-fields.js';

/** Docker writes the ports of one container in an order of chance. */
const UNORDERED: ReadonlySet<string> = new Set(['DOCKER', 'POSTROUTING', 'PREROUTING']);
const sorted = (list: Iterable<string>): readonly string[] => [...list].sort();

/** What two snapshots of one state share: bridges go by their networks' names, ids and names of veths are of chance. */
export function told(host: Host, unordered: ReadonlySet<string> = UNORDERED): unknown {
  const bridges = new Map(host.networks.map((n) => [`br-${n.id.slice(0, 12)}`, `bridge of ${n.name}`]));
  const named = (text: string): string =>
    text.replace(/br-[0-9a-f]{12}/g, (name) => bridges.get(name) ?? name).replace(/veth[\w-]+/g, 'veth');
  const root = host.netns.get('host')!;
  const spaces = [...host.netns.values()];
  return {
    rules: sorted(
      root.rulesets.flatMap((set) =>
        [...set.tables.values()].flatMap((table) =>
          [...table.chains.values()].map((chain) => {
            const rules = chain.rules.map((rule) => named(rule.text));
            return [set.family, table.name, chain.name, chain.policy, ...(unordered.has(chain.name) ? sorted(rules) : rules)].join('\n');
          }),
        ),
      ),
    ),
    routes: sorted(
      spaces.flatMap((ns) => ns.routes.filter((r) => r.family === 4 && r.table === 254).map((r) => `${ns.name} ${named(routeText(r))}`)),
    ),
    addresses: sorted(
      spaces.flatMap((ns) =>
        ns.interfaces.flatMap((i) =>
          i.addresses
            .filter((a) => typeof a.ip === 'number')
            .map((a) => `${ns.name} ${named(i.name)} ${i.up} ${i.carrier} ${formatIp(a.ip)}/${a.prefixLength}`),
        ),
      ),
    ),
    ports: sorted(root.bridgePorts.map((p) => named(`${p.iface} ${p.bridge} ${p.state} ${p.hairpin}`))),
    containers: sorted(
      host.containers.map((c) => {
        const places = c.endpoints.map((e) => `${e.network} ${e.ip === undefined ? '' : formatIp(e.ip)}`);
        return [
          c.name,
          c.running,
          ...sorted(places),
          ...sorted(new Set(c.published.map((p) => `${p.hostPort}:${p.containerPort}/${p.proto}`))),
        ].join(' ');
      }),
    ),
    proxies: sorted(root.sockets.map((s) => `${s.proto}${s.family} ${s.port}`)),
  };
}
