import { familyOf, parseIp } from '../../address/ip.js';
import type { Container, Endpoint, Mount, PublishedPort } from '../../model/host.js';
import { CONTAINER, refusal, SYSCTL } from '../../names/index.js';
import type { JsonView } from './json-view.js';
import { parseMac } from './source.js';

function portOf(text: string): { port: number; proto: PublishedPort['proto'] } | undefined {
  const [number = '', proto = 'tcp'] = text.split('/');
  if (!/^\d{1,5}$/.test(number) || (proto !== 'tcp' && proto !== 'udp' && proto !== 'sctp')) return undefined;
  return { port: Number(number), proto };
}

/** `HostIp` of a binding: "" is both families, 0.0.0.0 and :: every address of one. */
function bindingAddress(view: JsonView): Pick<PublishedPort, 'hostIp' | 'family'> {
  const text = view.string('HostIp') ?? '';
  if (text === '') return {};
  const ip = parseIp(text);
  if (ip === undefined) {
    view.complain('HostIp', 'HostIp is no address');
    return {};
  }
  return ip === 0 || ip === 0n ? { family: familyOf(ip) } : { hostIp: ip, family: familyOf(ip) };
}

/** Characters that no value of a setting holds: it is one line. */
const CONTROL = /[^\P{Cc}\t]/u;

/** Settings that a container was started with; what no kernel takes for one is told, and not read. */
function settingsOf(settings: JsonView | undefined): ReadonlyMap<string, string> {
  return new Map(
    (settings?.entries() ?? []).flatMap(([name]) => {
      const value = settings?.word(name);
      const fault =
        refusal(SYSCTL, name) ?? (value !== undefined && CONTROL.test(value) ? 'the value of a setting is one line' : undefined);
      if (fault !== undefined) settings?.complain(name, fault);
      return value === undefined || fault !== undefined ? [] : [[name, value] as const];
    }),
  );
}

function publishedOf(ports: JsonView | undefined): PublishedPort[] {
  return (ports?.entries() ?? []).flatMap(([key]) => {
    const target = portOf(key);
    if (target === undefined) {
      ports?.complain(key, `not a port: ${key}`);
      return [];
    }
    return (ports?.objects(key) ?? []).flatMap((binding): PublishedPort[] => {
      // a routed network publishes without a port of the host
      if (binding.string('HostPort') === '') return [];
      const hostPort = binding.number('HostPort');
      if (hostPort === undefined) return [];
      return [{ proto: target.proto, containerPort: target.port, ...bindingAddress(binding), hostPort }];
    });
  });
}

/** `db:database` of a network, `/shop-db:/shop-web/database` of the default one (docker's `runconfig/opts`, ParseLink). */
function linksIn(words: readonly string[]): ReadonlyMap<string, string> {
  const parted = words.map((word) => word.split(':', 2).map((part) => part.slice(part.lastIndexOf('/') + 1)));
  return new Map(parted.flatMap(([other = '', name = other]) => (other === '' ? [] : [[name, other] as const])));
}

/** `name:address`, `name=address`. */
function extraHostsIn(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.flatMap((word) => {
      const [, name = '', address = ''] = /^([^:=]+)[:=]\[?(.*?)\]?$/.exec(word) ?? [];
      return name === '' ? [] : [[name, address] as const];
    }),
  );
}

function endpointOf(network: string, view: JsonView): Endpoint {
  const ip = view.ip('IPAddress');
  const prefixLength = ip === undefined ? undefined : view.prefixLength('IPPrefixLen', familyOf(ip));
  const gateway = view.ip('Gateway');
  const ip6 = view.ip('GlobalIPv6Address');
  const prefixLength6 = ip6 === undefined ? undefined : view.prefixLength('GlobalIPv6PrefixLen', familyOf(ip6));
  const gateway6 = view.ip('IPv6Gateway');
  const mac = parseMac(view.string('MacAddress'));
  const names = [...view.strings('Aliases'), ...view.strings('DNSNames')];
  const networkId = view.string('NetworkID') ?? '';
  const priority = view.number('GwPriority');
  const links = linksIn(view.strings('Links'));
  return {
    network,
    // podman has the name in its place
    networkId: networkId === network ? '' : networkId,
    ...(ip === undefined ? {} : { ip, ...(prefixLength === undefined ? {} : { prefixLength }) }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(ip6 === undefined ? {} : { ip6, ...(prefixLength6 === undefined ? {} : { prefixLength6 }) }),
    ...(gateway6 === undefined ? {} : { gateway6 }),
    ...(mac === undefined ? {} : { mac }),
    aliases: [...new Set(names)],
    ...(links.size === 0 ? {} : { links }),
    ...(priority === undefined || priority === 0 ? {} : { gatewayPriority: priority }),
  };
}

/** nerdctl's labels: its inspect calls networks `unknown-eth0` in the order in which a label names them (dockercompat). */
const OF_NERDCTL = { networks: 'nerdctl/networks', folder: 'nerdctl/state-dir' } as const;

/** `["bridge","mine"]`: names of networks, which are those that nerdctl gives and nothing else. */
function networksOfNerdctl(labels: ReadonlyMap<string, string>): readonly string[] {
  return Array.from((labels.get(OF_NERDCTL.networks) ?? '').matchAll(/"([\w.-]{1,128})"/g), ([, name = '']) => name);
}

/** What a container of nerdctl is told by, which has Docker's form else. */
function nerdctlsOwn(labels: ReadonlyMap<string, string>): Pick<Container, 'runtime' | 'rootless'> {
  const folder = labels.get(OF_NERDCTL.folder);
  if (folder === undefined) return {};
  return { runtime: 'nerdctl', ...(folder.includes('/.local/share/nerdctl/') && { rootless: true as const }) };
}

/** @param linked what a container on the default network calls others there, which stands apart from the network. */
function endpointsOf(networks: JsonView | undefined, linked: ReadonlyMap<string, string>, named: readonly string[]): Endpoint[] {
  return (networks?.entries() ?? []).flatMap(([name]) => {
    const view = networks?.object(name);
    if (view === undefined) return [];
    const [, place] = /^unknown-eth(\d{1,3})$/.exec(name) ?? [];
    const endpoint = endpointOf((place === undefined ? undefined : named[Number(place)]) ?? name, view);
    return [name === 'bridge' && linked.size > 0 ? { ...endpoint, links: linked } : endpoint];
  });
}

function mountsOf(view: JsonView): Mount[] {
  return view.objects('Mounts').map((mount) => ({
    source: mount.string('Source') ?? mount.string('Name') ?? '',
    destination: mount.string('Destination') ?? '',
    writable: mount.flag('RW') ?? true,
  }));
}

/** A user's runtime keeps its namespaces in the user's own folder; a network in user space is of rootless containers alone. */
function isRootless(networkMode: string, sandbox = ''): boolean {
  return /^\/run\/user\/\d+\//.test(sandbox) || /^(?:pasta|slirp4netns)(?::|$)/.test(networkMode);
}

/** Reads one container of `docker inspect`; none where its name or id is missing, which is noted. */
export function containerOf(view: JsonView): Container[] {
  const id = view.string('Id');
  const name = view.string('Name')?.replace(/^\//, '');
  if (id === undefined || name === undefined || name === '') {
    view.reject('a container without "Id" or "Name"');
    return [];
  }
  view.problems.name(CONTAINER, name, view.origin.line, `"Name": ${JSON.stringify(name)}`);
  const state = view.object('State');
  const host = view.object('HostConfig');
  const config = view.object('Config');
  const settings = view.object('NetworkSettings');
  const pid = state?.number('Pid');
  const path = view.string('Path');
  const running = state?.flag('Running') ?? false;
  const networkMode = host?.string('NetworkMode') ?? 'default';
  const extraHosts = extraHostsIn(host?.strings('ExtraHosts') ?? []);
  const labels = config?.texts('Labels') ?? new Map<string, string>();
  const sysctls = settingsOf(host?.object('Sysctls'));
  return [
    {
      id,
      name,
      image:
        [config?.string('Image'), view.string('ImageName'), view.string('Image')].find((text) => text !== undefined && text !== '') ?? '',
      running,
      ...(pid === undefined || pid === 0 ? {} : { pid }),
      networkMode,
      netns: name,
      endpoints: endpointsOf(settings?.object('Networks'), linksIn(host?.strings('Links') ?? []), networksOfNerdctl(labels)),
      // what has no ports now is asked for those that it would have
      published: publishedOf(running ? settings?.object('Ports') : host?.object('PortBindings')),
      exposed: (config?.object('ExposedPorts')?.entries() ?? []).map(([key]) => key),
      privileged: host?.flag('Privileged') ?? false,
      capAdd: host?.strings('CapAdd') ?? [],
      capDrop: host?.strings('CapDrop') ?? [],
      ...(sysctls.size === 0 ? {} : { sysctls }),
      mounts: mountsOf(view),
      dns: host?.strings('Dns') ?? [],
      ...(extraHosts.size === 0 ? {} : { extraHosts }),
      labels,
      command: path === undefined ? (config?.strings('Cmd') ?? []) : [path, ...view.strings('Args')],
      // libpod's InspectContainerData alone has it (libpod/define/container_inspect.go)
      ...(view.has('ConmonPidFile') || view.has('OCIConfigPath') ? { runtime: 'podman' as const } : {}),
      ...(isRootless(networkMode, settings?.string('SandboxKey')) ? { rootless: true as const } : {}),
      ...nerdctlsOwn(labels),
      origin: view.origin,
    },
  ];
}
