import { parseIp, type Family, type Ip } from '../../address/ip.js';
import { bridgeOption, engineMajor, gatewayModeOf, yesOrNo, type GatewayMode } from '../../inventory/index.js';
import type { DockerNetwork, Host } from '../../model/host.js';
import { DEVICE, refusal } from '../../names/index.js';
import { refuse, type Change } from '../change.js';
import { bridgeOf } from './place.js';
import { isSince28 } from './style.js';

const FAMILIES = [4, 6] as const;
const FLAGS = ['enable_icc', 'enable_ip_masquerade', 'inhibit_ipv4'] as const;
/** The first Engine that has gateway modes; those before pass over the option. */
const FIRST_WITH_MODES = 27;

/** What a bridge network's rules and addresses hang on, in one family. */
export interface BridgeManner {
  readonly mode: GatewayMode;
  /** `host_ipv4`, `host_ipv6`: what leaves is given this address, instead of that of the link it leaves by. */
  readonly source: Ip | undefined;
  /** Links from which published ports may be asked at the container's own address (since Engine 28). */
  readonly trusted: readonly string[];
}

const USUAL: BridgeManner = { mode: 'nat', source: undefined, trusted: [] };

/** @returns whether this host's Engine has gateway modes; undefined where they are another's than those modelled, or nobody tells. */
function hasModes(host: Host): boolean | undefined {
  if (isSince28(host) === true) return true;
  const major = engineMajor(host);
  return major !== undefined && major < FIRST_WITH_MODES ? false : undefined;
}

/** @returns `com.docker.network.host_ipv4`, or `host_ipv6`. */
function sourceOf({ options }: DockerNetwork, family: Family): Ip | undefined {
  return parseIp(options.get(`com.docker.network.host_ipv${family}`) ?? '');
}

function trustedOf(network: DockerNetwork): readonly string[] {
  return (bridgeOption(network, 'trusted_host_interfaces') ?? '').split(':').filter((name) => name !== '');
}

/** @returns how the network of a bridge is set in one family, as this host's Engine takes it. */
export function mannerOf(host: Host, network: DockerNetwork | undefined, family: Family): BridgeManner {
  if (network === undefined) return USUAL;
  const source = sourceOf(network, family);
  if (hasModes(host) !== true) return { ...USUAL, source };
  return { mode: gatewayModeOf(network, family) ?? 'nat', source, trusted: trustedOf(network) };
}

/** @returns `com.docker.network.bridge.host_binding_ipv4`, where it is an address of its own. */
export function hostBinding(network: DockerNetwork): Ip | undefined {
  const ip = parseIp(bridgeOption(network, 'host_binding_ipv4') ?? '');
  return ip === 0 ? undefined : ip;
}

/** @returns the network of a bridge. */
export function networkOfBridge(host: Host, bridge: string): DockerNetwork | undefined {
  return host.networks.find((one) => one.driver === 'bridge' && bridgeOf(one) === bridge);
}

function checkModes(change: Change, host: Host, network: DockerNetwork): void {
  const has = hasModes(host);
  const wished = FAMILIES.filter((family) => bridgeOption(network, `gateway_mode_ipv${family}`) !== undefined);
  for (const family of wished) {
    const name = `gateway_mode_ipv${family}`;
    if (has === false) {
      change.tell?.(`the option ${name} is passed over by this host's Engine, which is older than ${FIRST_WITH_MODES}`);
      continue;
    }
    const mode = gatewayModeOf(network, family) ?? refuse(change, `"${bridgeOption(network, name) ?? ''}" is no gateway mode (${name})`);
    if (has === undefined && mode !== 'nat')
      refuse(change, `the option ${name}=${mode} is modelled for Engine 28 and later; docker/version.json shows which this host has`);
    if (has === true && mode === 'isolated' && !network.internal)
      refuse(change, "gateway mode 'isolated' can only be used for an internal network");
  }
}

/**
 * Refuses options of a bridge network that the Engine would refuse, and such as are not modelled on this host.
 * @throws WhatIfError
 */
export function checkBridgeOptions(change: Change, host: Host, network: DockerNetwork): void {
  for (const flag of FLAGS) {
    const word = bridgeOption(network, flag);
    if (word !== undefined && yesOrNo(word) === undefined) refuse(change, `the option ${flag} is true or false, not "${word}"`);
  }
  for (const family of FAMILIES) {
    const text = network.options.get(`com.docker.network.host_ipv${family}`);
    if (text !== undefined && parseIp(text) === undefined) refuse(change, `host_ipv${family} is no address: "${text}"`);
  }
  const binding = bridgeOption(network, 'host_binding_ipv4');
  if (binding !== undefined && parseIp(binding) === undefined)
    refuse(change, `host_binding_ipv4 of network ${network.name} is no address: "${binding}"`);
  for (const name of trustedOf(network)) {
    const fault = refusal(DEVICE, name);
    if (fault !== undefined) refuse(change, fault);
  }
  checkModes(change, host, network);
}
