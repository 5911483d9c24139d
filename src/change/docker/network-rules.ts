import { formatPrefix, type Family, type Prefix } from '../../address/ip.js';
import type { DockerNetwork, Host } from '../../model/host.js';
import { withPuts, withoutPuts, writesFamily, type EngineStyle, type Put } from './rules.js';
import type { Change } from '../change.js';
import { withNativeNetwork, withoutNativeNetwork } from './native-network-rules.js';
import { isNative } from './native-rules.js';

interface Shape {
  readonly bridge: string;
  readonly subnet: Prefix;
  readonly internal: boolean;
  /** com.docker.network.bridge.enable_icc */
  readonly icc: boolean;
  /** com.docker.network.bridge.enable_ip_masquerade */
  readonly masquerade: boolean;
}

const filter = (chain: string, where: Put['where'], ...lines: readonly string[]): readonly Put[] =>
  lines.map((words) => ({ table: 'filter', chain, words, where }));
const nat = (chain: string, words: string): Put => ({ table: 'nat', chain, words, where: 'first' });

function natPuts({ bridge, subnet, masquerade }: Shape, { proxy }: EngineStyle): readonly Put[] {
  if (!masquerade) return [];
  return [
    nat('POSTROUTING', `-s ${formatPrefix(subnet)} ! -o ${bridge} -j MASQUERADE`),
    ...(proxy ? [nat('DOCKER', `-i ${bridge} -j RETURN`)] : []),
  ];
}

/** setupInternalNetworkRules. */
function internalPuts({ bridge, subnet, icc }: Shape, chain: string, where: Put['where']): readonly Put[] {
  const net = formatPrefix(subnet);
  return [
    ...filter(chain, where, `-i ${bridge} -o ${bridge} -j ${icc ? 'ACCEPT' : 'DROP'}`),
    ...filter('DOCKER-ISOLATION-STAGE-1', 'first', `! -d ${net} -i ${bridge} -j DROP`, `! -s ${net} -o ${bridge} -j DROP`),
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

/** The chains DOCKER-FORWARD, -CT and -BRIDGE of 28. */
function newPuts(shape: Shape): readonly Put[] {
  const { bridge, icc } = shape;
  if (shape.internal) return internalPuts(shape, 'DOCKER-FORWARD', 'last');
  return [
    ...filter('DOCKER', 'last', `! -i ${bridge} -o ${bridge} -j DROP`),
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

const saysNo = (network: DockerNetwork, option: string): boolean => network.options.get(`com.docker.network.bridge.${option}`) === 'false';

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
    const family: Family = typeof subnet.addr === 'number' ? 4 : 6;
    if (!writesFamily(sofar, family)) return sofar;
    const shape = {
      bridge,
      subnet,
      internal: network.internal,
      icc: !saysNo(network, 'enable_icc'),
      masquerade: !network.internal && !saysNo(network, 'enable_ip_masquerade'),
    };
    return withPuts(sofar, change, family, [...natPuts(shape, style), ...(style.since28 ? newPuts(shape) : oldPuts(shape))]);
  }, host);
}

/** Takes away what Docker wrote for a network, in its own chains; what people wrote stays. */
export function withoutNetworkRules(host: Host, change: Change, bridge: string, subnets: readonly Prefix[]): Host {
  if (isNative(host)) return withoutNativeNetwork(host, change, bridge);
  const shapes = subnets.flatMap((subnet) =>
    [true, false].flatMap((icc) => [true, false].map((internal) => ({ bridge, subnet, internal, icc, masquerade: true }))),
  );
  const puts = shapes.flatMap((shape) => [...natPuts(shape, { since28: false, proxy: true }), ...oldPuts(shape), ...newPuts(shape)]);
  return withoutPuts(host, puts);
}
