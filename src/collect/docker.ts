import { KEEP_MARK } from './labels.js';
import { isHostNetns } from '../model/netns.js';
import { isFolderName } from './names.js';

export { withoutSecrets } from './secrets.js';

/** A member of an object of docker inspect, also where the Engine leaves it out: `index` gives null then. */
function member(object: string, name: string): string {
  return `"${name}":{{json (index ${object} "${name}")}}`;
}

function members(object: string, ...names: readonly string[]): string {
  return names.map((name) => member(object, name)).join(',');
}

/** The names of labels, with the values of those alone that are to be kept. */
function labelNames(object: string): string {
  const each = `{{$sep}}{{json $key}}:{{if ${KEEP_MARK}}}{{json $value}}{{else}}""{{end}}{{$sep = ","}}`;
  return `"Labels":{{"{"}}{{$sep := ""}}{{range $key, $value := (index ${object} "Labels")}}${each}{{end}}{{"}"}}`;
}

/** `.Id`, which only the raw JSON calls so, makes the docker command take names as the Engine writes them. */
const ID = '"Id":{{json .Id}}';
const MOUNTS =
  '{{$sep := ""}}{{range (index . "Mounts")}}{{$sep}}{' +
  members('.', 'Type', 'Name', 'Source', 'Destination', 'RW') +
  '}{{$sep = ","}}{{end}}';

/**
 * What is taken of each container: every field that says something about its network, and none that may hold a secret
 * (Env, Cmd, Args, Entrypoint, health checks, log options, label values but for those named). They never leave the docker command.
 */
export const CONTAINER_FORMAT = [
  `{${ID}`,
  members('.', 'Created', 'Name', 'Image'),
  `"State":{${members('.State', 'Status', 'Running', 'Pid')}}`,
  `"HostConfig":{${members('.HostConfig', 'NetworkMode', 'PortBindings', 'PublishAllPorts', 'RestartPolicy', 'Privileged', 'CapAdd', 'CapDrop')}`,
  `${members('.HostConfig', 'PidMode', 'IpcMode', 'UsernsMode', 'ReadonlyRootfs', 'SecurityOpt', 'Dns', 'DnsSearch', 'ExtraHosts')}}`,
  `"Mounts":[${MOUNTS}]`,
  `"Config":{${members('.Config', 'Hostname', 'User', 'Image', 'ExposedPorts')}`,
  `${labelNames('.Config')}}`,
  `${members('.', 'NetworkSettings')}}`,
].join(',');

/** What is taken of each network: all but the values of its labels, likewise. */
export const NETWORK_FORMAT = [
  `{${ID}`,
  members('.', 'Name', 'Created', 'Scope', 'Driver', 'EnableIPv4', 'EnableIPv6', 'IPAM', 'Internal', 'Attachable', 'Ingress'),
  members('.', 'ConfigFrom', 'ConfigOnly', 'Containers', 'Options', 'Peers'),
  `${labelNames('.')}}`,
].join(',');

/** What a collector needs to know of a container to enter its namespace. */
export const PLACE_FORMAT = '{{.State.Pid}} {{.HostConfig.NetworkMode}} {{.Name}}';

export interface NetnsOwner {
  readonly pid: number;
  readonly name: string;
}

/**
 * @returns the running containers that have a network namespace of their own, from lines of `PLACE_FORMAT`; and the lines of those whose name
 *   cannot be a folder's, or is another's as well.
 */
export function placesOf(text: string): { readonly places: readonly NetnsOwner[]; readonly refused: readonly string[] } {
  const places = new Map<string, NetnsOwner>();
  const refused: string[] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, pid = '', mode = '', name = ''] = /^(\d{1,10}) (\S+) \/?(.*)$/.exec(line) ?? [];
    if (pid === '' || !isFolderName(name) || isHostNetns(name) || places.has(name)) refused.push(line);
    else if (Number(pid) > 0 && mode !== 'host' && !mode.startsWith('container:')) places.set(name, { pid: Number(pid), name });
  }
  return { places: [...places.values()], refused };
}

/** @returns the lines of a text that are objects, and how many others there are. */
export function objectLines(text: string): { readonly lines: string; readonly others: number } {
  const all = text.split('\n').filter((line) => line !== '');
  const objects = all.filter((line) => line.startsWith('{'));
  return { lines: objects.join('\n'), others: all.length - objects.length };
}

/** @returns one object a line as a JSON array. */
export function arrayOf(lines: string): string {
  const objects = lines.split('\n').filter((line) => line !== '');
  return objects.length === 0 ? '[]\n' : `[${objects.join(',\n')}]\n`;
}
