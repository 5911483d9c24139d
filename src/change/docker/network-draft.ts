import { contains, formatIp, parseIp, parsePrefix, type Ip, type Prefix } from '../../address/ip.js';
import { yesOrNo } from '../../inventory/index.js';
import { refuse, type Change } from '../change.js';
import { flagWord } from './flags.js';

/** What a `docker network create` says. */
export interface NetworkDraft {
  readonly name: string;
  readonly driver: NetworkDriver;
  readonly subnets: readonly Prefix[];
  readonly gateways: readonly Ip[];
  readonly ranges: readonly Prefix[];
  readonly reserved: readonly Ip[];
  readonly options: ReadonlyMap<string, string>;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** Networks whose containers' links are modelled. */
const DRIVERS = ['bridge', 'macvlan', 'ipvlan'] as const;
export type NetworkDriver = (typeof DRIVERS)[number];

const FLAGS = new Set(['--internal', '--ipv6', '--attachable', '--ipv4']);
/** Why a network of another driver cannot be made in the model. */
const OTHERS: ReadonlyMap<string, string> = new Map([
  ['overlay', 'only a manager of a swarm makes one, and where its containers lie is not known'],
  ['host', 'there is one alone: network_mode: host, or --network host'],
  ['none', 'there is one alone: network_mode: none, or --network none'],
  ['null', 'there is one alone: network_mode: none, or --network none'],
]);

interface Open {
  name?: string;
  driver: NetworkDriver;
  readonly subnets: Prefix[];
  readonly gateways: Ip[];
  readonly ranges: Prefix[];
  readonly reserved: Ip[];
  readonly options: Map<string, string>;
  readonly flags: Map<string, boolean>;
}

function driverOf(change: Change, value: string): NetworkDriver {
  const why = OTHERS.get(value);
  return (
    DRIVERS.find((one) => one === value) ??
    refuse(change, `networks of the driver ${value} are not modelled; bridge, macvlan and ipvlan are${why === undefined ? '' : `: ${why}`}`)
  );
}

function setOption(change: Change, draft: Open, flag: string, value: string): void {
  const [key = '', ...rest] = value.split('=');
  const setting = rest.join('=');
  switch (flag) {
    case '-d':
    case '--driver':
      draft.driver = driverOf(change, value);
      return;
    case '--subnet':
      draft.subnets.push(parsePrefix(value) ?? refuse(change, `"${value}" is no subnet`));
      return;
    case '--gateway':
      draft.gateways.push(parseIp(value) ?? refuse(change, `"${value}" is no address`));
      return;
    case '--ip-range':
      draft.ranges.push(parsePrefix(value) ?? refuse(change, `"${value}" is no range of addresses`));
      return;
    case '--aux-address':
      draft.reserved.push(parseIp(setting) ?? refuse(change, `"${value}" is no NAME=ADDRESS`));
      return;
    case '-o':
    case '--opt':
      draft.options.set(key, setting);
      return;
    case '--label':
    case '--scope':
      return;
    default:
      refuse(change, `the option ${flag} of docker network create is not understood`);
  }
}

const flagIn = (change: Change, word: string, value: string): boolean =>
  yesOrNo(value) ?? refuse(change, `${word} is true or false, not "${value}"`);

/** Whether a network has addresses of a family: as it is said, else by the option that old files say it with (NetworkCreate of Moby). */
function hasFamily(change: Change, { flags, options }: Open, flag: string, option: string, otherwise: boolean): boolean {
  const said = flags.get(flag);
  if (said !== undefined) return said;
  const word = options.get(option);
  return word === undefined ? otherwise : flagIn(change, option, word);
}

function checkAddresses(change: Change, { subnets, gateways, ranges, reserved }: Open): void {
  const stray = [...gateways, ...ranges.map((one) => one.addr), ...reserved].find((ip) => !subnets.some((subnet) => contains(subnet, ip)));
  if (stray !== undefined) refuse(change, `no --subnet holds ${formatIp(stray)} (no matching subnet)`);
}

/** @returns what the words behind `docker network create` say. @throws WhatIfError on what is not understood. */
export function readCreate(change: Change, words: readonly string[]): NetworkDraft {
  const lists = { subnets: [], gateways: [], ranges: [], reserved: [] };
  const draft: Open = { driver: 'bridge', ...lists, options: new Map(), flags: new Map() };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const { flag, value } = flagWord(word);
    if (!word.startsWith('-')) draft.name = word;
    else if (FLAGS.has(flag)) draft.flags.set(flag, value === undefined || flagIn(change, flag, value));
    else setOption(change, draft, flag, value ?? words[++i] ?? refuse(change, `${word} needs a value`));
  }
  checkAddresses(change, draft);
  const ipv4 = hasFamily(change, draft, '--ipv4', 'com.docker.network.enable_ipv4', true);
  const ipv6 = hasFamily(change, draft, '--ipv6', 'com.docker.network.enable_ipv6', false);
  const { flags, name, ...rest } = draft;
  return {
    ...rest,
    name: name ?? refuse(change, 'name the network: docker network create NAME'),
    internal: flags.get('--internal') === true,
    attachable: flags.get('--attachable') === true,
    ipv4,
    ipv6,
  };
}
