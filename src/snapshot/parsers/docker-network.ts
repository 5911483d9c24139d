import { parseIp, parsePrefix } from '../../address/ip.js';
import type { DockerNetwork, Subnet } from '../../model/host.js';
import { DEVICE } from '../../names/index.js';
import type { JsonView } from './json-view.js';

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
  return [gateway === undefined ? { prefix } : { prefix, gateway }];
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
      subnets: view.object('IPAM')?.objects('Config').flatMap(subnetOf) ?? [],
      options,
      ...(bridge === undefined ? {} : { bridge }),
      origin: view.origin,
    },
  ];
}
