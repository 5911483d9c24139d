/** A member of an object of docker inspect, also where the Engine leaves it out: `index` gives null then. */
function member(object: string, name: string): string {
  return `"${name}":{{json (index ${object} "${name}")}}`;
}

function members(object: string, ...names: readonly string[]): string {
  return names.map((name) => member(object, name)).join(',');
}

/** The names of labels, without their values. */
function labelNames(object: string): string {
  const each = '{{$sep}}{{json $key}}:""{{$sep = ","}}';
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
 * (Env, Cmd, Args, Entrypoint, health checks, log options, label values). They never leave the docker command.
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

/** What is taken of each network: all but the values of its labels. */
export const NETWORK_FORMAT = [
  `{${ID}`,
  members('.', 'Name', 'Created', 'Scope', 'Driver', 'EnableIPv4', 'EnableIPv6', 'IPAM', 'Internal', 'Attachable', 'Ingress'),
  members('.', 'ConfigFrom', 'ConfigOnly', 'Containers', 'Options', 'Peers'),
  `${labelNames('.')}}`,
].join(',');

/** What a collector needs to know of a container to enter its namespace. */
export const PLACE_FORMAT = '{{.State.Pid}} {{.HostConfig.NetworkMode}} {{.Name}}';

export interface Place {
  readonly pid: number;
  readonly name: string;
}

/** @returns the running containers that have a network namespace of their own, from lines of `PLACE_FORMAT`. */
export function placesOf(text: string): Place[] {
  return text.split('\n').flatMap((line): Place[] => {
    const [, pid = '0', mode = '', name = ''] = /^(\d+) (\S+) \/([\w.-]+)$/.exec(line) ?? [];
    return Number(pid) > 0 && mode !== 'host' && !mode.startsWith('container:') ? [{ pid: Number(pid), name }] : [];
  });
}

/** @returns one object a line as a JSON array. */
export function arrayOf(lines: string): string {
  const objects = lines.split('\n').filter((line) => line !== '');
  return objects.length === 0 ? '[]\n' : `[${objects.join(',\n')}]\n`;
}

/** @returns `docker info` without what may hold a password: proxies and the values of labels. */
export function withoutSecrets(info: string): string {
  return info
    .replace(/"(HttpProxy|HttpsProxy|NoProxy)":"(?:\\.|[^"\\])*"/g, '"$1":""')
    .replace(/"Labels":\[(?:"(?:\\.|[^"\\])*",?)*\]/g, '"Labels":[]');
}
