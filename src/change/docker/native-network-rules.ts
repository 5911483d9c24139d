import { familyOf, formatPrefix, type Prefix } from '../../address/ip.js';
import { gatewayModeOf, saysNo } from '../../inventory/index.js';
import type { DockerNetwork, Host } from '../../model/host.js';
import type { Change } from '../change.js';
import { edited, nftFamily, TABLE, tableOf, type DockerLine } from './native-rules.js';

/** The chains that each network has of its own; a map leads to them by its bridge. */
const HOOKED = ['filter-forward-in', 'filter-forward-out', 'nat-postrouting-in', 'nat-postrouting-out'] as const;

function networkLines(network: DockerNetwork, bridge: string, subnet: Prefix, icc: string, masquerades: boolean): readonly DockerLine[] {
  const [into, out] = [`filter-forward-in__${bridge}`, `filter-forward-out__${bridge}`];
  const known = 'ct state established,related counter accept';
  const first: readonly DockerLine[] = [
    { chain: into, rule: known },
    { chain: out, rule: known },
  ];
  if (network.internal)
    return [
      ...first,
      { chain: into, rule: `iifname != "${bridge}" counter drop comment "INTERNAL NETWORK INGRESS"` },
      { chain: into, rule: `counter ${icc} comment "ICC"` },
      { chain: out, rule: `oifname != "${bridge}" counter drop comment "INTERNAL NETWORK EGRESS"` },
    ];
  const six = familyOf(subnet.addr) === 6;
  const mode = gatewayModeOf(network, six ? 6 : 4) ?? 'nat';
  const icmp: DockerLine = { chain: into, rule: `${six ? 'meta l4proto ipv6-icmp' : 'ip protocol icmp'} counter accept comment "ICMP"` };
  return [
    ...first,
    ...(mode === 'routed' ? [icmp] : []),
    { chain: into, rule: `iifname "${bridge}" counter ${icc} comment "ICC"` },
    {
      chain: into,
      rule: mode === 'nat-unprotected' ? 'counter accept comment "UNPROTECTED"' : 'counter drop comment "UNPUBLISHED PORT DROP"',
    },
    { chain: out, rule: 'counter accept comment "OUTGOING"' },
    ...(masquerades && mode !== 'routed'
      ? [
          {
            chain: `nat-postrouting-out__${bridge}`,
            rule: `oifname != "${bridge}" ${six ? 'ip6' : 'ip'} saddr ${formatPrefix(subnet)} counter masquerade comment "MASQUERADE"`,
          },
        ]
      : []),
  ];
}

/** Writes the chains of a network, and the map entries that lead to them. */
export function withNativeNetwork(
  host: Host,
  change: Change,
  network: DockerNetwork,
  bridge: string,
  subnets: readonly Prefix[],
  proxy: boolean,
): Host {
  const icc = saysNo(network, 'enable_icc') ? 'drop' : 'accept';
  const masquerades = !network.internal && !saysNo(network, 'enable_ip_masquerade');
  return subnets.reduce((sofar, subnet) => {
    const family = familyOf(subnet.addr);
    if (tableOf(sofar, family) === undefined) return sofar;
    const at = `${nftFamily(family)} ${TABLE}`;
    const lines = [...networkLines(network, bridge, subnet, icc, masquerades)];
    if (!proxy && masquerades)
      lines.push({
        chain: `nat-postrouting-in__${bridge}`,
        rule: 'fib saddr type local counter masquerade comment "MASQUERADE FROM HOST"',
      });
    return edited(sofar, change, [
      ...HOOKED.map((hook) => `add chain ${at} ${hook}__${bridge}`),
      ...lines.map(({ chain, rule }) => `add rule ${at} ${chain} ${rule}`),
      ...HOOKED.map((hook) => `add element ${at} ${hook}-jumps { "${bridge}" : jump ${hook}__${bridge} }`),
    ]);
  }, host);
}

/** Takes away the chains of a network, and what leads to them. */
export function withoutNativeNetwork(host: Host, change: Change, bridge: string): Host {
  return ([4, 6] as const).reduce<Host>((sofar, family) => {
    const table = tableOf(sofar, family);
    const own = HOOKED.filter((hook) => table?.chains.has(`${hook}__${bridge}`) === true);
    const at = `${nftFamily(family)} ${TABLE}`;
    return edited(sofar, change, [
      ...own.map((hook) => `delete element ${at} ${hook}-jumps { "${bridge}" }`),
      ...own.flatMap((hook) => [`flush chain ${at} ${hook}__${bridge}`, `delete chain ${at} ${hook}__${bridge}`]),
    ]);
  }, host);
}
