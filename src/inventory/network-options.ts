import type { Family } from '../address/ip.js';
import type { DockerNetwork } from '../model/host.js';

/** How a network is reached from beyond its bridge (Moby, drivers/bridge, gwMode); since Engine 27. */
export type GatewayMode = 'nat' | 'nat-unprotected' | 'routed' | 'isolated';

type Options = Pick<DockerNetwork, 'options'>;

const BRIDGE = 'com.docker.network.bridge.';
const MODES: ReadonlySet<string> = new Set<GatewayMode>(['nat', 'nat-unprotected', 'routed', 'isolated']);
/** strconv.ParseBool of Go. */
const YES: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const NO: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** @returns what Docker reads as yes or no; undefined for any other word, which it refuses. */
export function yesOrNo(word: string): boolean | undefined {
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}

/** @returns an option of the bridge driver by the end of its name (`enable_icc`). */
export function bridgeOption({ options }: Options, name: string): string | undefined {
  return options.get(`${BRIDGE}${name}`);
}

/** @returns whether an option of the bridge driver was set to no. */
export function saysNo(network: Options, name: string): boolean {
  return yesOrNo(bridgeOption(network, name) ?? '') === false;
}

/** @returns the gateway mode that a network was made with; undefined where what was said is none. */
export function gatewayModeOf(network: Options, family: Family): GatewayMode | undefined {
  const mode = bridgeOption(network, `gateway_mode_ipv${family}`) ?? 'nat';
  return isMode(mode) ? mode : undefined;
}

function isMode(mode: string): mode is GatewayMode {
  return MODES.has(mode);
}
