import { familyOf, formatIp, formatPrefix, type Family, type Ip, type Prefix } from '../../address/ip.js';
import { saysNo, type GatewayMode } from '../../inventory/index.js';
import type { DockerNetwork, Host } from '../../model/host.js';
import { withPuts, withoutPuts, writesFamily, type Put } from './rules.js';
import type { EngineStyle } from './style.js';
import type { Change } from '../change.js';
import { withNativeNetwork, withoutNativeNetwork } from './native-network-rules.js';
import { isNative } from './native-table.js';
import { mannerOf, networkOfBridge } from './bridge-options.js';

interface Shape {
  readonly bridge: string;
  readonly subnet: Prefix;
  readonly internal: boolean;
  /** com.docker.network.bridge.enable_icc */
  readonly icc: boolean;
  /** com.docker.network.bridge.enable_ip_masquerade */
  readonly masquerade: boolean;
  readonly mode: GatewayMode;
  /** The address that what leaves is given, where it is not that of the link. */
  readonly source: Ip | undefined;
}

const filter = (chain: string, where: Put['where'], ...lines: readonly string[]): readonly Put[] =>
  lines.map((words) => ({ table: 'filter', chain, words, where }));
const nat = (chain: string, words: string): Put => ({ table: 'nat', chain, words, where: 'first' });

function natPuts({ bridge, subnet, masquerade, mode, source }: Shape, { proxy }: EngineStyle): readonly Put[] {
  if (!masquerade) return [];
  const target = source === undefined ? 'MASQUERADE' : `SNAT --to-source ${formatIp(source)}`;
  return [
    ...(mode === 'routed' ? [] : [nat('POSTROUTING', `-s ${formatPrefix(subnet)} ! -o ${bridge} -j ${target}`)]),
    ...(proxy ? [nat('DOCKER', `-i ${bridge} -j RETURN`)] : []),
  ];
}

/** setupInternalNetworkRules: in IPv6, where neighbours are found by multicast, the bridge's own traffic is left alone. */
function internalPuts({ bridge, subnet, icc }: Shape, chain: string, where: Put['where']): readonly Put[] {
  const net = formatPrefix(subnet);
  const six = typeof subnet.addr === 'bigint';
  const [into, out] = six ? [` ! -o ${bridge}`, `! -i ${bridge} `] : ['', ''];
  return [
    ...filter(chain, where, `-i ${bridge} -o ${bridge} -j ${icc ? 'ACCEPT' : 'DROP'}`),
    ...filter('DOCKER-ISOLATION-STAGE-1', 'first', `! -d ${net} -i ${bridge}${into} -j DROP`, `! -s ${net} ${out}-o ${bridge} -j DROP`),
  ];
}

/** setupIPTablesInternal and its like up to 27: all of it in FORWARD, behind the isolation chain. */
function oldPuts(shape: Shape): readonly Put[] {
  const { bridge, icc } = shape;
  const behind = { behindJumpTo: 'DOCKER-ISOLATION-STAGE-1' };
  if (shape.internal) return internalPuts(shape, 'FORWARD', behind);
  return [
    ...filter('FORWARD', icc ? behind : 'last', `-i ${bridge} -o ${bridge} -j ${icc ? 'ACCEPT' : 'DROP'}`),
    ...filter(
      'FORWARD',
      behind,
      `-i ${bridge} ! -o ${bridge} -j ACCEPT`,
      `-o ${bridge} -j DOCKER`,
      `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    ),
    ...filter('DOCKER-ISOLATION-STAGE-1', 'first', `-i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`),
    ...filter('DOCKER-ISOLATION-STAGE-2', 'first', `-o ${bridge} -j DROP`),
  ];
}

/** What a routed network adds (setICMP, setINC): it may be pinged, and asked from other networks. */
function routedPuts({ bridge, subnet }: Shape): readonly Put[] {
  const icmp = typeof subnet.addr === 'number' ? 'icmp' : 'ipv6-icmp';
  return [
    ...filter('DOCKER', 'last', `-o ${bridge} -p ${icmp} -j ACCEPT`),
    ...filter(
      'DOCKER-ISOLATION-STAGE-1',
      'first',
      `-o ${bridge} -j RETURN`,
      `-i ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
    ),
  ];
}

/** The chains DOCKER-FORWARD, -CT and -BRIDGE of 28. */
function newPuts(shape: Shape): readonly Put[] {
  const { bridge, icc, mode } = shape;
  if (shape.internal) return internalPuts(shape, 'DOCKER-FORWARD', 'last');
  return [
    ...(mode === 'routed' ? routedPuts(shape) : []),
    ...filter('DOCKER', 'last', `! -i ${bridge} -o ${bridge} -j ${mode === 'nat-unprotected' ? 'ACCEPT' : 'DROP'}`),
    ...filter('DOCKER-BRIDGE', 'last', `-o ${bridge} -j DOCKER`),
    ...filter('DOCKER-CT', 'last', `-o ${bridge} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`),
    ...filter(
      'DOCKER-FORWARD',
      'last',
      ...(icc ? [`-i ${bridge} -j ACCEPT`] : [`-i ${bridge} -o ${bridge} -j DROP`, `-i ${bridge} ! -o ${bridge} -j ACCEPT`]),
    ),
    ...filter('DOCKER-ISOLATION-STAGE-1', 'last', `-i ${bridge} ! -o ${bridge} -j DOCKER-ISOLATION-STAGE-2`),
    ...filter('DOCKER-ISOLATION-STAGE-2', 'first', `-o ${bridge} -j DROP`),
  ];
}

/** Writes what this generation of Docker writes for a network with a bridge of its own. */
export function withNetworkRules(
  host: Host,
  change: Change,
  network: DockerNetwork,
  bridge: string,
  subnets: readonly Prefix[],
  style: EngineStyle,
): Host {
  if (isNative(host)) return withNativeNetwork(host, change, network, bridge, subnets, style.proxy);
  return subnets.reduce((sofar, subnet) => {
    const family: Family = familyOf(subnet.addr);
    if (!writesFamily(sofar, family)) return sofar;
    const shape = {
      bridge,
      subnet,
      internal: network.internal,
      icc: !saysNo(network, 'enable_icc'),
      masquerade: !network.internal && !saysNo(network, 'enable_ip_masquerade'),
      ...mannerOf(sofar, network, family),
    };
    return withPuts(sofar, change, family, [...natPuts(shape, style), ...(style.since28 ? newPuts(shape) : oldPuts(shape))]);
  }, host);
}

const BOTH = [true, false] as const;
const EACH_MODE = ['nat', 'nat-unprotected', 'routed'] as const;

function sourceIn(host: Host, bridge: string, { addr }: Prefix): Ip | undefined {
  return mannerOf(host, networkOfBridge(host, bridge), familyOf(addr)).source;
}

/** Takes away what Docker wrote for a network, in its own chains; what people wrote stays. */
export function withoutNetworkRules(host: Host, change: Change, bridge: string, subnets: readonly Prefix[]): Host {
  if (isNative(host)) return withoutNativeNetwork(host, change, bridge);
  const shapes = subnets.flatMap((subnet) =>
    BOTH.flatMap((icc) =>
      BOTH.flatMap((internal) =>
        EACH_MODE.map((mode): Shape => ({ bridge, subnet, internal, icc, masquerade: true, mode, source: sourceIn(host, bridge, subnet) })),
      ),
    ),
  );
  const puts = shapes.flatMap((shape) => [...natPuts(shape, { since28: false, proxy: true }), ...oldPuts(shape), ...newPuts(shape)]);
  return withoutPuts(host, puts);
}
