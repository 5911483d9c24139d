import { parseIp, type Ip } from '../../address/ip.js';
import { DEVICE, refusal } from '../../names/index.js';
import { refuse, type Change } from '../change.js';
import { flagWord } from './flags.js';
import type { EngineStyle } from './style.js';

/** How a container is to be on a network: `--network name=…,ip=…` of docker run, the options of docker network connect. */
export interface EndpointWish {
  readonly network: string;
  readonly aliases: readonly string[];
  /** Addresses that it is to have, one a family. */
  readonly wanted: readonly Ip[];
  /** The highest is the way out (since Engine 28). */
  readonly gatewayPriority: number;
  readonly ifname?: string;
}

interface Draft {
  readonly aliases: string[];
  readonly wanted: Ip[];
  gatewayPriority: number;
  ifname?: string;
}

const IFNAME = 'com.docker.network.endpoint.ifname';
/** Words that change no packet's path. */
const IDLE: ReadonlySet<string> = new Set(['mac-address', 'link']);

const empty = (): Draft => ({ aliases: [], wanted: [], gatewayPriority: 0 });

function numberOf(change: Change, value: string): number {
  return /^-?\d{1,9}$/.test(value) ? Number(value) : refuse(change, `gw-priority is a number, not "${value}"`);
}

function driverOption(change: Change, draft: Draft, value: string): void {
  const [key = '', ...rest] = value.split('=');
  if (key !== IFNAME) refuse(change, `the option ${key} of an endpoint is not modelled; ${IFNAME} is`);
  const name = rest.join('=');
  const fault = refusal(DEVICE, name);
  if (fault !== undefined) refuse(change, fault);
  draft.ifname = name;
}

/** One word of an endpoint, by its name without dashes. @returns whether it is known. */
function take(change: Change, draft: Draft, key: string, value: string): boolean {
  switch (key) {
    case 'ip':
    case 'ip6':
      draft.wanted.push(parseIp(value) ?? refuse(change, `"${value}" is no address`));
      return true;
    case 'alias':
      draft.aliases.push(value);
      return true;
    case 'gw-priority':
      draft.gatewayPriority = numberOf(change, value);
      return true;
    case 'driver-opt':
      driverOption(change, draft, value);
      return true;
    default:
      return IDLE.has(key);
  }
}

/** `--network NAME`, or `--network name=NAME,alias=…,ip=…,gw-priority=…,driver-opt=…` (opts.NetworkOpt of docker's cli). */
export function readNetworkWord(change: Change, value: string): EndpointWish {
  const draft = empty();
  if (!value.includes('=')) return { ...draft, network: value };
  let network = '';
  for (const field of value.split(',')) {
    const [key = '', ...rest] = field.split('=');
    if (key === 'name') network = rest.join('=');
    else if (!take(change, draft, key, rest.join('='))) refuse(change, `the field ${key} of --network is not modelled`);
  }
  return network === '' ? refuse(change, 'network name is not specified') : { ...draft, network };
}

/** The words of `docker network connect`: options, then the network and the container. */
export function readConnect(
  change: Change,
  words: readonly string[],
): { readonly endpoint: Omit<EndpointWish, 'network'>; readonly names: readonly string[] } {
  const draft = empty();
  const names: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = flagWord(words[i]!);
    const { flag } = word;
    if (!flag.startsWith('-')) names.push(flag);
    else {
      const value = word.value ?? words[++i] ?? refuse(change, `${flag} needs a value`);
      if (!take(change, draft, flag.replace(/^--/, ''), value))
        refuse(
          change,
          `the option ${flag} of docker network connect is not modelled; --ip, --ip6, --alias, --gw-priority and --driver-opt are`,
        );
    }
  }
  return { endpoint: draft, names };
}

/** @throws WhatIfError where the host's Engine is too old for what is wished. */
export function checkWish(change: Change, { since28 }: EngineStyle, { gatewayPriority, ifname }: EndpointWish): void {
  if (since28) return;
  if (gatewayPriority !== 0) refuse(change, 'gw-priority needs Engine 28 or later');
  if (ifname !== undefined) refuse(change, `the name of an interface (${IFNAME}) needs Engine 28.1 or later`);
}
