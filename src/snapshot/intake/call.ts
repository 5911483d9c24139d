import type { Call } from './piece.js';
import { isHostNetns, type NetnsName } from '../../model/netns.js';

/** Programs behind a pipe that leave every line as it is. */
const HARMLESS: ReadonlySet<string> = new Set(['less', 'more', 'cat', 'tee', 'most', 'column', 'pastebinit', 'termbin', 'jq', 'xclip']);
const RUNNERS: ReadonlySet<string> = new Set(['docker', 'podman', 'nerdctl', 'kubectl', 'oc', 'crictl', 'lxc', 'incus', 'compose']);
/** Options of `docker exec`, `kubectl exec`, `nsenter`, `ssh` and `sudo` that have a value behind a blank. */
const WITH_VALUE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['sudo', new Set(['-u', '-g', '-C', '-h', '-p', '-r', '-t', '-U', '--user', '--group'])],
  ['exec', new Set(['-u', '--user', '-e', '--env', '-w', '--workdir', '-c', '--container', '-n', '--namespace', '--index', '--env-file'])],
  ['ssh', new Set(['-p', '-i', '-l', '-o', '-J', '-F', '-b', '-c', '-L', '-R', '-D', '-E', '-S', '-W'])],
]);

/** `$(docker inspect -f '{{.State.Pid}}' web)`: the process of a container, as it is asked for. */
const PROCESS_OF =
  /(?:\$\(|`)\s*(?:sudo )?(?:docker|podman|nerdctl) (?:container )?inspect (?:[^()`]{0,80}?[ '"])?([\w.-]{1,128})(?: (?:-f|--format)[ =][^()`]{0,60})?\s*[)`]/g;

/** The words of a command line, quotes taken off; `|`, `;` and `&` stand alone. */
function words(text: string): string[] {
  const plain = text.replace(/\d?>&\d/g, ' ').replace(PROCESS_OF, 'container:$1');
  const found = plain.matchAll(/"([^"]*)"|'([^']*)'|(\|\|?|&&?|;|\d?>>?)|([^\s|&;>"']+)/g);
  return Array.from(found, ([, double, single, sign, plain]) => double ?? single ?? sign ?? plain ?? '');
}

function afterOptions(list: readonly string[], of: string): readonly string[] {
  const valued = WITH_VALUE.get(of);
  let at = 0;
  while (at < list.length && (list[at] ?? '').startsWith('-')) {
    const word = list[at] ?? '';
    at++;
    if (word === '--') break;
    if (valued?.has(word) === true) at++;
  }
  return list.slice(at);
}

interface Place {
  readonly netns?: NetnsName;
  readonly pid?: number;
  readonly host?: string;
}

/** `docker exec -it web ip a`, `docker compose exec web ip a`, `kubectl exec pod -c c -- ip a`. */
function insideContainer(list: readonly string[]): { readonly rest: readonly string[]; readonly place: Place } | undefined {
  const at = list.indexOf('exec');
  if (at < 1 || at > 6) return undefined;
  const behind = afterOptions(list.slice(at + 1), 'exec');
  const [netns, ...more] = behind;
  return netns === undefined || more.length === 0 ? undefined : { rest: afterOptions(more, 'exec'), place: { netns } };
}

function insideNamespace(list: readonly string[]): { readonly rest: readonly string[]; readonly place: Place } | undefined {
  let place: Place = {};
  let at = 1;
  for (; at < list.length && (list[at] ?? '').startsWith('-'); at++) {
    const word = list[at] ?? '';
    const [, value] = /^--(?:target|net)=(.*)$/.exec(word) ?? /^-t(\d+)$/.exec(word) ?? [];
    const given = value ?? (word === '-t' || word === '--target' ? list[++at] : undefined);
    if (given === undefined) continue;
    if (/^\d+$/.test(given)) place = { pid: Number(given) };
    else if (given.startsWith('container:')) place = { netns: given.slice('container:'.length) };
    else place = { netns: given.slice(given.lastIndexOf('/') + 1) };
  }
  return at >= list.length ? undefined : { rest: list.slice(at), place };
}

/** `docker run --rm --net container:web netshoot ip a`; the image's name stands before the command. */
function runInside(list: readonly string[]): { readonly rest: readonly string[]; readonly place: Place } | undefined {
  const given = list.findIndex((word) => /^--net(?:work)?(?:=|$)/.test(word));
  const value = list[given]?.split('=')[1] ?? list[given + 1];
  const image = list.findIndex(
    (word, i) => i > 1 && !word.startsWith('-') && i !== given + 1 && !/^--net(?:work)?$/.test(list[i - 1] ?? ''),
  );
  const rest = list.slice(image + 1);
  if (given < 0 || image < 0 || value === undefined || rest.length === 0) return undefined;
  if (isHostNetns(value)) return { rest, place: {} };
  return value.startsWith('container:') ? { rest, place: { netns: value.slice('container:'.length) } } : undefined;
}

const base = (word: string | undefined): string => (word ?? '').slice((word ?? '').lastIndexOf('/') + 1);

/** Takes off what runs a command elsewhere or as somebody else. */
function unwrapped(list: readonly string[]): { readonly list: readonly string[]; readonly place: Place } {
  let rest = list;
  let place: Place = {};
  for (let turn = 0; turn < 8; turn++) {
    const program = base(rest[0]);
    let found: { readonly rest: readonly string[]; readonly place: Place } | undefined;
    if (program === 'sudo' || program === 'doas') found = { rest: afterOptions(rest.slice(1), 'sudo'), place: {} };
    else if (
      program === 'time' ||
      program === 'env' ||
      program === 'command' ||
      program === 'busybox' ||
      program === 'toybox' ||
      /^\w+=\S*$/.test(rest[0] ?? '')
    )
      found = { rest: rest.slice(1), place: {} };
    else if (RUNNERS.has(program) && rest[1] === 'run') found = runInside(rest);
    else if (RUNNERS.has(program)) found = insideContainer(rest);
    else if (program === 'nsenter') found = insideNamespace(rest);
    else if (program === 'ip' && rest[1] === 'netns' && rest[2] === 'exec' && rest[3] !== undefined)
      found = { rest: rest.slice(4), place: { netns: rest[3] } };
    else if (program === 'ip' && /^-n(?:etns)?$/.test(rest[1] ?? '') && rest[2] !== undefined)
      found = { rest: ['ip', ...rest.slice(3)], place: { netns: rest[2] } };
    else if (program === 'ssh') {
      const [host, ...more] = afterOptions(rest.slice(1), 'ssh');
      if (host !== undefined && more.length > 0) found = { rest: more, place: { host: host.slice(host.indexOf('@') + 1) } };
    } else if (/^(?:ba|da|a|z)?sh$/.test(program) && /^-[a-z]*c$/.test(rest[1] ?? '') && rest[2] !== undefined)
      found = { rest: words(rest[2]), place: {} };
    if (found === undefined || found.rest.length === 0) break;
    rest = found.rest;
    place = { ...place, ...found.place };
  }
  return { list: rest, place };
}

/**
 * Reads a command line as people type it before a listing.
 * @returns the program that printed what follows, and where it ran; its name is empty where several commands ran; undefined where the text is none.
 */
export function parseCall(text: string): Call | undefined {
  const { list, place } = unwrapped(words(text.trim()));
  const signs = list.findIndex((word) => /^(?:\|\|?|&&?|;|\d?>>?)$/.test(word));
  const own = signs < 0 ? list : list.slice(0, signs);
  const program = base(own[0]);
  if (!/^[A-Za-z][\w.-]*$/.test(program)) return undefined;
  const rest = signs < 0 ? [] : list.slice(signs);
  // several commands in a line: what each printed, its form tells
  if (rest.some((word) => word === ';' || word === '&&')) return { program: '', args: [], ...place, text: text.trim() };
  const pipes = rest.flatMap((word, i) => (word === '|' ? [rest.slice(i + 1)] : []));
  const filter = pipes.find(([name]) => !HARMLESS.has(base(name)));
  const args = own.slice(1).filter((word) => word !== '--no-pager');
  return { program, args, ...place, ...(filter === undefined ? {} : { filter: filter.join(' ') }), text: text.trim() };
}

/** @returns whether a short option stands in one of the words: `-nvL` holds `v`. */
export function hasFlag(args: readonly string[], letter: string): boolean {
  return args.some((word) => /^-[A-Za-z0-9]+$/.test(word) && word.slice(1).includes(letter));
}
