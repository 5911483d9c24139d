import { familyOf, parseIp, type Ip } from '../../address/ip.js';
import type { PublishedPort } from '../../model/host.js';
import { refuse, type Change } from '../change.js';

/** What of a `docker run` matters to packets. */
export interface RunOptions {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly ports: readonly PublishedPort[];
  readonly labels: ReadonlyMap<string, string>;
  readonly ip: Ip | undefined;
  readonly privileged: boolean;
}

/** Options that take a value and change no packet's path. */
const VALUED = new Set(
  (
    '-e --env --env-file -v --volume --mount -w --workdir -u --user --restart -m --memory --cpus --entrypoint -h --hostname --log-driver --log-opt --ulimit --cap-add --cap-drop ' +
    '--security-opt --tmpfs --device --dns --dns-search --add-host --network-alias --net-alias --health-cmd --platform --pull --pid --ipc --shm-size --gpus --runtime --stop-signal --expose'
  ).split(' '),
);

function portRange(change: Change, text: string, whole: string): readonly [number, number] {
  const [, lo = '', hi = lo] =
    /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? refuse(change, `"${whole}" is no port to publish: write [IP:]HOST:CONTAINER[/PROTO]`);
  return [Number(lo), Number(hi)];
}

/** `[IP:]HOST:CONTAINER[/PROTO]`, either side a range (nat.ParsePortSpec). */
function publish(change: Change, text: string): readonly PublishedPort[] {
  const [ports = '', proto = 'tcp'] = text.split('/');
  if (proto !== 'tcp' && proto !== 'udp' && proto !== 'sctp') refuse(change, `protocol "${proto}" of "${text}" is not tcp, udp or sctp`);
  const parts = /^(?:(\[[^\]]*\]|[^:]*):)?([^:]*):([^:]*)$/.exec(ports);
  if (parts === null) refuse(change, `"${text}" leaves the host port to chance; name it: HOST:CONTAINER`);
  const [, address, host = '', container = ''] = parts;
  const hostIp =
    address === undefined || address === ''
      ? undefined
      : (parseIp(address.replace(/^\[|\]$/g, '')) ?? refuse(change, `"${address}" is no address`));
  const [from, to] = portRange(change, container, text);
  if (host === '') refuse(change, `"${text}" leaves the host port to chance; name it: HOST:CONTAINER`);
  const [hostFrom, hostTo] = portRange(change, host, text);
  if (hostTo - hostFrom !== to - from) refuse(change, `the ranges of "${text}" are not of one length`);
  return Array.from({ length: to - from + 1 }, (_, i) => ({
    proto,
    containerPort: from + i,
    hostPort: hostFrom + i,
    ...(hostIp !== undefined && { hostIp, family: familyOf(hostIp) }),
  }));
}

interface Draft {
  name?: string;
  network: string;
  readonly ports: PublishedPort[];
  readonly labels: Map<string, string>;
  ip?: Ip;
  privileged: boolean;
}

function option(change: Change, draft: Draft, flag: string, value: string): void {
  switch (flag) {
    case '-p':
    case '--publish':
      draft.ports.push(...publish(change, value));
      return;
    case '--name':
      draft.name = value;
      return;
    case '--network':
    case '--net':
      draft.network = value;
      return;
    case '-l':
    case '--label': {
      const [key = '', ...rest] = value.split('=');
      draft.labels.set(key, rest.join('='));
      return;
    }
    case '--ip': {
      const ip = parseIp(value) ?? refuse(change, `"${value}" is no address`);
      draft.ip = ip;
      return;
    }
    default:
      if (!VALUED.has(flag)) refuse(change, `the option ${flag} is not understood`);
  }
}

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
  '-P',
  '--interactive',
  '--tty',
]);
const TAKES_VALUE = new Set(['-p', '--publish', '--name', '--network', '--net', '-l', '--label', '--ip']);

/** Reads the options of `docker run` up to the image. */
export function readRun(change: Change): RunOptions {
  const draft: Draft = { network: 'bridge', ports: [], labels: new Map(), privileged: false };
  const words = change.words.slice(2);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith('-')) {
      const bare = word.split('/').at(-1)?.split(/[:@]/)[0] ?? word;
      const { network, ports, labels, privileged, ip } = draft;
      return { name: draft.name ?? bare, image: word, network, ports, labels, ip, privileged };
    }
    if (word === '-P') refuse(change, '-P leaves the host ports to chance; publish them with -p HOST:CONTAINER');
    if (word === '--privileged') draft.privileged = true;
    else if (!BARE.has(word)) {
      const equals = word.startsWith('--') ? word.indexOf('=') : -1;
      const short = equals < 0 && /^-[pel]./.test(word) && !word.startsWith('--');
      const flag = short ? word.slice(0, 2) : equals < 0 ? word : word.slice(0, equals);
      const value = short ? word.slice(2) : equals < 0 ? words[++i] : word.slice(equals + 1);
      if (value === undefined || (!TAKES_VALUE.has(flag) && !VALUED.has(flag)))
        refuse(change, value === undefined ? `${flag} needs a value` : `the option ${flag} is not understood`);
      option(change, draft, flag, value);
    }
  }
  return refuse(change, 'name an image');
}
