import { parseIp, parsePrefix, type Ip } from '../../address/ip.js';
import type { DockerNetwork, Endpoint, NetworkMember, Subnet } from '../../model/host.js';
import { CONTAINER, DEVICE, isName } from '../../names/index.js';
import type { JsonView } from './json-view.js';
import { parseMac } from './source.js';

const BRIDGE_NAME = 'com.docker.network.bridge.name';
const SHORT_ID = 12;

/** Name of the Linux bridge, as the bridge driver gives it (getBridgeName). */
function bridgeOf(driver: string, name: string, id: string, options: ReadonlyMap<string, string>): string | undefined {
  if (driver !== 'bridge') return undefined;
  const given = options.get(BRIDGE_NAME);
  if (given !== undefined && given !== '') return given;
  return name === 'bridge' ? 'docker0' : `br-${id.slice(0, SHORT_ID)}`;
}

function subnetOf(view: JsonView): Subnet[] {
  const prefix = view.string('Subnet');
  if (prefix === undefined || prefix === '') return [];
  if (parsePrefix(prefix) === undefined) {
    view.complain('Subnet', 'not a subnet');
    return [];
  }
  const text = view.string('Gateway') ?? '';
  const gateway = parseIp(text.split('/', 1)[0] ?? '');
  if (text !== '' && gateway === undefined) view.complain('Gateway', 'Gateway is no address');
  const range = view.string('IPRange') ?? '';
  const reserved = [...view.texts('AuxiliaryAddresses').values()].flatMap((one) => parseIp(one) ?? []);
  return [
    {
      prefix,
      ...(gateway !== undefined && { gateway }),
      ...(parsePrefix(range) !== undefined && { range }),
      ...(reserved.length > 0 && { reserved }),
    },
  ];
}

/** `172.17.0.2/16`, or nothing. */
function addressIn(view: JsonView, key: string): { readonly ip: Ip; readonly length: number } | undefined {
  const text = view.string(key) ?? '';
  const [address = '', length = ''] = text.split('/');
  const ip = parseIp(address);
  if (ip !== undefined && /^\d{1,3}$/.test(length)) return { ip, length: Number(length) };
  if (text !== '') view.complain(key, `${key} is no address with its prefix length`);
  return undefined;
}

/** `"Containers": {"ID": {"Name": "web", "MacAddress": "…", "IPv4Address": "172.17.0.2/16", …}}`: keys that are no id stand for Docker's own. */
function membersOf(view: JsonView, network: string, networkId: string, subnets: readonly Subnet[]): NetworkMember[] {
  const all = view.object('Containers');
  return (all?.entries() ?? []).flatMap(([id]): NetworkMember[] => {
    const member = /^[0-9a-f]{12,64}$/.test(id) ? all?.object(id) : undefined;
    const name = member?.string('Name') ?? '';
    if (member === undefined || !isName(CONTAINER, name)) return [];
    const [v4, v6] = [addressIn(member, 'IPv4Address'), addressIn(member, 'IPv6Address')];
    const gateways = subnets.flatMap(({ gateway }) => gateway ?? []);
    const gateway = gateways.find((ip) => typeof ip === 'number');
    const gateway6 = gateways.find((ip) => typeof ip === 'bigint');
    const mac = parseMac(member.string('MacAddress'));
    const endpoint: Endpoint = {
      network,
      networkId,
      ...(v4 === undefined ? {} : { ip: v4.ip, prefixLength: v4.length, ...(gateway === undefined ? {} : { gateway }) }),
      ...(v6 === undefined ? {} : { ip6: v6.ip, prefixLength6: v6.length, ...(gateway6 === undefined ? {} : { gateway6 }) }),
      ...(mac === undefined ? {} : { mac }),
      aliases: [],
    };
    return [{ id, name, endpoint }];
  });
}

/** Ends of Docker's own, whose keys are no ids: `"lb-ov": {"Name": "ov-endpoint", "IPv4Address": "10.5.0.2/24", …}`. */
function endsOf(view: JsonView): readonly Ip[] {
  const all = view.object('Containers');
  return (all?.entries() ?? []).flatMap(([id]) => {
    const own = /^[0-9a-f]{12,64}$/.test(id) ? undefined : all?.object(id);
    return own === undefined ? [] : (addressIn(own, 'IPv4Address')?.ip ?? []);
  });
}

/** Reads one network of `docker network inspect`; none where its name or id is missing, which is noted. */
export function networkOf(view: JsonView): DockerNetwork[] {
  const id = view.string('Id');
  const name = view.string('Name');
  if (id === undefined || name === undefined) {
    view.reject('a network without "Id" or "Name"');
    return [];
  }
  const driver = view.string('Driver') ?? '';
  const options = view.texts('Options');
  const bridge = bridgeOf(driver, name, id, options);
  if (bridge !== undefined) view.problems.name(DEVICE, bridge, view.origin.line, `"${BRIDGE_NAME}": ${JSON.stringify(bridge)}`);
  const subnets = view.object('IPAM')?.objects('Config').flatMap(subnetOf) ?? [];
  const members = membersOf(view, name, id, subnets);
  const peers = view.objects('Peers').flatMap((peer) => parseIp(peer.string('IP') ?? '') ?? []);
  const ends = endsOf(view);
  return [
    {
      id,
      name,
      driver,
      scope: view.string('Scope') ?? 'local',
      internal: view.flag('Internal') ?? false,
      attachable: view.flag('Attachable') ?? false,
      ingress: view.flag('Ingress') ?? false,
      ipv6: view.flag('EnableIPv6') ?? false,
      subnets,
      options,
      ...(bridge === undefined ? {} : { bridge }),
      ...(members.length === 0 ? {} : { members }),
      ...(peers.length === 0 ? {} : { peers }),
      ...(ends.length === 0 ? {} : { ends }),
      origin: view.origin,
    },
  ];
}
