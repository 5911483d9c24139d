import { familyOf, formatIp, formatPrefix, type Prefix } from '../../address/ip.js';
import { saysNo } from '../../inventory/index.js';
import type { DockerNetwork, Host } from '../../model/host.js';
import type { Change } from '../change.js';
import { mannerOf, type BridgeManner } from './bridge-options.js';
import { edited, type DockerLine } from './native-rules.js';
import { nftFamily, TABLE, tableOf } from './native-table.js';

/** The chains that each network has of its own; a map leads to them by its bridge. */
const HOOKED = ['filter-forward-in', 'filter-forward-out', 'nat-postrouting-in', 'nat-postrouting-out'] as const;

/** What a network's rules in one family are made of. */
interface Shape extends BridgeManner {
  readonly bridge: string;
  readonly subnet: Prefix;
  readonly internal: boolean;
  readonly icc: 'accept' | 'drop';
  readonly masquerades: boolean;
  readonly proxy: boolean;
}

/** Nothing goes in or out; its own traffic as `icc` says. */
function internalLines({ bridge, icc }: Shape): readonly DockerLine[] {
  const [into, out] = [`filter-forward-in__${bridge}`, `filter-forward-out__${bridge}`];
  return [
    { chain: into, rule: `iifname != "${bridge}" counter drop comment "INTERNAL NETWORK INGRESS"` },
    { chain: into, rule: `counter ${icc} comment "ICC"` },
    { chain: out, rule: `oifname != "${bridge}" counter drop comment "INTERNAL NETWORK EGRESS"` },
  ];
}

/** What leaves is given the address of the link that it leaves by, or the one that was named; so is what the host asks, where no proxy does. */
function sourceLines({ bridge, subnet, mode, source, masquerades, proxy }: Shape): readonly DockerLine[] {
  const [verdict, comment] = source === undefined ? ['masquerade', 'MASQUERADE'] : [`snat to ${formatIp(source)}`, 'SNAT'];
  const from = `${nftFamily(familyOf(subnet.addr))} saddr ${formatPrefix(subnet)}`;
  const own = { chain: `nat-postrouting-out__${bridge}`, rule: `oifname != "${bridge}" ${from} counter ${verdict} comment "${comment}"` };
  const host = { chain: `nat-postrouting-in__${bridge}`, rule: `fib saddr type local counter ${verdict} comment "${comment} FROM HOST"` };
  return [...(masquerades && mode !== 'routed' ? [own] : []), ...(proxy ? [] : [host])];
}

/** The rules of a network (nftabler, network.go: configure). */
function networkLines(shape: Shape): readonly DockerLine[] {
  const { bridge, subnet, icc, mode, internal } = shape;
  const [into, out] = [`filter-forward-in__${bridge}`, `filter-forward-out__${bridge}`];
  const known = 'ct state established,related counter accept';
  const first: readonly DockerLine[] = [
    { chain: into, rule: known },
    { chain: out, rule: known },
  ];
  if (internal) return [...first, ...internalLines(shape)];
  const protocol = familyOf(subnet.addr) === 6 ? 'meta l4proto ipv6-icmp' : 'ip protocol icmp';
  const last = mode === 'nat-unprotected' ? 'counter accept comment "UNPROTECTED"' : 'counter drop comment "UNPUBLISHED PORT DROP"';
  return [
    ...first,
    ...(mode === 'routed' ? [{ chain: into, rule: `${protocol} counter accept comment "ICMP"` }] : []),
    { chain: into, rule: `iifname "${bridge}" counter ${icc} comment "ICC"` },
    { chain: into, rule: last },
    { chain: out, rule: 'counter accept comment "OUTGOING"' },
    ...sourceLines(shape),
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
    const shape = { bridge, subnet, internal: network.internal, icc, masquerades, proxy, ...mannerOf(sofar, network, family) } as const;
    const lines = networkLines(shape);
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
