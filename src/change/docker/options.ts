import { parseIp, type Ip } from '../../address/ip.js';
import type { Mount } from '../../model/host.js';
import { refuse, type Change } from '../change.js';
import { readNetworkWord, type EndpointWish } from './endpoint-wish.js';
import { flagWord } from './flags.js';
import { readExpose, readPublish, type PortWish } from './ports.js';

/** What of a `docker run` matters to packets, and to findings. */
export interface RunOptions {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  /** The network it is made with: a name, host, none, or container:NAME. */
  readonly first: EndpointWish;
  /** Networks that it is plugged into besides. */
  readonly others: readonly EndpointWish[];
  readonly ports: readonly PortWish[];
  /** `80/tcp` */
  readonly exposed: readonly string[];
  readonly labels: ReadonlyMap<string, string>;
  readonly sysctls: ReadonlyMap<string, string>;
  readonly privileged: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly dns: readonly string[];
  readonly mounts: readonly Mount[];
}

/** Options that take a value and change no packet's path. */
const VALUED = new Set(
  (
    '-e --env --env-file -w --workdir -u --user --restart -m --memory --cpus --entrypoint -h --hostname --log-driver --log-opt --ulimit ' +
    '--security-opt --tmpfs --device --dns-search --dns-option --add-host --health-cmd --platform --pull --pid --ipc --shm-size --gpus --runtime --stop-signal --mac-address'
  ).split(' '),
);

interface Draft {
  name?: string;
  privileged: boolean;
  readonly networks: EndpointWish[];
  readonly aliases: string[];
  readonly ports: PortWish[];
  readonly exposed: string[];
  readonly labels: Map<string, string>;
  readonly sysctls: Map<string, string>;
  readonly wanted: Ip[];
  readonly capAdd: string[];
  readonly capDrop: string[];
  readonly dns: string[];
  readonly mounts: Mount[];
}

function pair(value: string): readonly [string, string] {
  const [key = '', ...rest] = value.split('=');
  return [key, rest.join('=')];
}

/** `-v SOURCE:DESTINATION[:OPTIONS]`; a volume without a source is nobody's else. */
function volume(value: string): readonly Mount[] {
  const [source = '', destination, options = ''] = value.split(':');
  return destination === undefined ? [] : [{ source, destination, writable: !options.split(',').includes('ro') }];
}

/** `--mount type=bind,source=SOURCE,target=DESTINATION[,readonly]`. */
function mount(value: string): readonly Mount[] {
  const fields = new Map(value.split(',').map(pair));
  const get = (...names: readonly string[]): string | undefined => names.map((name) => fields.get(name)).find((one) => one !== undefined);
  const [source, destination] = [get('source', 'src'), get('target', 'destination', 'dst')];
  const readonly = get('readonly', 'ro');
  return source === undefined || destination === undefined
    ? []
    : [{ source, destination, writable: readonly === undefined || readonly === 'false' }];
}

/** Each option that is read: what it adds to the draft. */
const OPTIONS: ReadonlyMap<string, (change: Change, draft: Draft, value: string) => unknown> = new Map(
  (
    [
      ['-p --publish', (change, draft, value) => draft.ports.push(...readPublish(change, value))],
      ['--expose', (change, draft, value) => draft.exposed.push(...readExpose(change, value))],
      ['--name', (_, draft, value) => (draft.name = value)],
      ['--network --net', (change, draft, value) => draft.networks.push(readNetworkWord(change, value))],
      ['--network-alias --net-alias', (_, draft, value) => draft.aliases.push(value)],
      ['-l --label', (_, draft, value) => draft.labels.set(...pair(value))],
      ['--sysctl', (_, draft, value) => draft.sysctls.set(...pair(value))],
      ['--ip --ip6', (change, draft, value) => draft.wanted.push(parseIp(value) ?? refuse(change, `"${value}" is no address`))],
      ['--cap-add', (_, draft, value) => draft.capAdd.push(value)],
      ['--cap-drop', (_, draft, value) => draft.capDrop.push(value)],
      ['--dns', (_, draft, value) => draft.dns.push(value)],
      ['-v --volume', (_, draft, value) => draft.mounts.push(...volume(value))],
      ['--mount', (_, draft, value) => draft.mounts.push(...mount(value))],
    ] satisfies readonly (readonly [string, (change: Change, draft: Draft, value: string) => unknown])[]
  ).flatMap(([flags, set]) => flags.split(' ').map((flag) => [flag, set] as const)),
);

const BARE = new Set([
  '-d',
  '--detach',
  '-i',
  '-t',
  '-it',
  '-ti',
  '-dit',
  '-itd',
  '--rm',
  '--init',
  '--read-only',
  '--interactive',
  '--tty',
]);

/** Each port is a handful of rules, and each rule is held against all before it. */
const MOST_PORTS = 4096;

/** The networks in their order; what is said by options of its own is said of the first. */
function networksOf({ networks, aliases, wanted }: Draft): Pick<RunOptions, 'first' | 'others'> {
  const [first, ...others] = networks;
  const base = first ?? { network: 'bridge', aliases: [], wanted: [], gatewayPriority: 0 };
  return { first: { ...base, aliases: [...base.aliases, ...aliases], wanted: [...base.wanted, ...wanted] }, others };
}

function finished(change: Change, read: Draft, image: string, command: readonly string[]): RunOptions {
  const { name, networks: _, aliases: _aliases, wanted: _wanted, ...draft } = read;
  const bare = image.split('/').at(-1)?.split(/[:@]/)[0] ?? image;
  const exposed = [...new Set([...draft.exposed, ...draft.ports.map((port) => `${port.containerPort}/${port.proto}`)])];
  if (exposed.length > MOST_PORTS) refuse(change, `${exposed.length} ports: more than ${MOST_PORTS} of one container are not modelled`);
  return { ...draft, ...networksOf(read), name: name ?? bare, image, command, exposed };
}

/** Reads the options of `docker run`, the image and what it is told to run. */
export function readRun(change: Change): RunOptions {
  const lists = { networks: [], aliases: [], ports: [], exposed: [], wanted: [], capAdd: [], capDrop: [], dns: [], mounts: [] };
  const draft: Draft = { privileged: false, labels: new Map(), sysctls: new Map(), ...lists };
  const words = change.words.slice(2);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith('-')) return finished(change, draft, word, words.slice(i + 1));
    if (word === '-P' || word === '--publish-all')
      refuse(change, `${word} publishes what the image exposes, which is in no listing; publish with -p [HOST:]CONTAINER`);
    if (word === '--privileged') draft.privileged = true;
    else if (!BARE.has(word)) {
      const { flag, value } = /^-[pelv]./.test(word) ? { flag: word.slice(0, 2), value: word.slice(2) } : flagWord(word);
      const set = OPTIONS.get(flag);
      if (set === undefined && !VALUED.has(flag)) refuse(change, `the option ${flag} is not understood`);
      const said = value ?? words[++i];
      set?.(change, draft, said ?? refuse(change, `${flag} needs a value`));
    }
  }
  return refuse(change, 'name an image');
}
