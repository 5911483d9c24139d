import { parseIp, parsePrefix } from '../../address/ip.js';
import type { DockerNetwork, Endpoint, NetworkMember, Subnet } from '../../model/host.js';
import { CONTAINER, DEVICE, isName } from '../../names/index.js';
import type { JsonView } from './json-view.js';
import { parseMac } from './source.js';

function subnetOf(view: JsonView): Subnet[] {
  const prefix = view.string('subnet') ?? '';
  if (parsePrefix(prefix) === undefined) {
    view.complain('subnet', 'not a subnet');
    return [];
  }
  const gateway = parseIp(view.string('gateway') ?? '');
  return [gateway === undefined ? { prefix } : { prefix, gateway }];
}

/** `"subnets": [{"ipnet": "10.88.0.8/16", "gateway": "10.88.0.1"}]` of one interface. */
function addressesOf(view: JsonView): Partial<Endpoint> {
  const found = view.objects('subnets').map((one): Partial<Endpoint> => {
    const [address = '', length = ''] = (one.string('ipnet') ?? '').split('/');
    const ip = parseIp(address);
    const gateway = parseIp(one.string('gateway') ?? '');
    if (ip === undefined || !/^\d{1,3}$/.test(length)) return {};
    return typeof ip === 'number'
      ? { ip, prefixLength: Number(length), ...(typeof gateway === 'number' && { gateway }) }
      : { ip6: ip, prefixLength6: Number(length), ...(typeof gateway === 'bigint' && { gateway6: gateway }) };
  });
  const mac = parseMac(view.string('mac_address'));
  return found.reduce((all, one) => ({ ...all, ...one }), mac === undefined ? {} : { mac });
}

/** `"containers": {"ID": {"name": "web", "interfaces": {"eth0": {…}}}}` (since Podman 4.7). */
function membersOf(view: JsonView, network: string, networkId: string): NetworkMember[] {
  const all = view.object('containers');
  return (all?.entries() ?? []).flatMap(([id]): NetworkMember[] => {
    const member = /^[0-9a-f]{12,64}$/.test(id) ? all?.object(id) : undefined;
    const name = member?.string('name') ?? '';
    if (member === undefined || !isName(CONTAINER, name)) return [];
    const interfaces = member.object('interfaces');
    const [first] = (interfaces?.entries() ?? []).flatMap(([iface]) => interfaces?.object(iface) ?? []);
    return [{ id, name, endpoint: { network, networkId, aliases: [], ...(first === undefined ? {} : addressesOf(first)) } }];
  });
}

/** @returns whether an object is a network as `podman network inspect` writes it: its keys are of another case than Docker's. */
export function isPodmanNetwork(view: JsonView): boolean {
  return view.has('driver') && (view.has('network_interface') || view.has('dns_enabled') || view.has('ipam_options'));
}

/** Reads one network of `podman network inspect` (containers/common, types.Network); none where its name or id is missing, which is noted. */
export function podmanNetworkOf(view: JsonView): DockerNetwork[] {
  const id = view.string('id');
  const name = view.string('name');
  if (id === undefined || name === undefined) {
    view.reject('a network without "id" or "name"');
    return [];
  }
  const driver = view.string('driver') ?? '';
  const bridge = driver === 'bridge' ? view.string('network_interface') : undefined;
  if (bridge !== undefined) view.problems.name(DEVICE, bridge, view.origin.line, `"network_interface": ${JSON.stringify(bridge)}`);
  const members = membersOf(view, name, id);
  return [
    {
      id,
      name,
      driver,
      runtime: 'podman',
      scope: 'local',
      internal: view.flag('internal') ?? false,
      attachable: false,
      ingress: false,
      ipv6: view.flag('ipv6_enabled') ?? false,
      subnets: view.objects('subnets').flatMap(subnetOf),
      options: view.texts('options'),
      ...(bridge === undefined ? {} : { bridge }),
      ...(members.length === 0 ? {} : { members }),
      origin: view.origin,
    },
  ];
}
