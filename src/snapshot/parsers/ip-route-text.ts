import type { Family, Ip, Prefix } from '../../address/ip.js';
import { parseIp } from '../../address/ip.js';
import { UNSHOWN_DEVICE, type NextHop, type Route } from '../../model/link.js';
import { DEVICE, IPROUTE_WORD } from '../../names/index.js';
import { isRouteType, NEXTHOP_FLAGS, parseDestination, routeFamily, tableId } from './route-fields.js';
import { EntryCount, linesOf, parseUint, ProblemList, unlessRefused, wordsOf, type Line, type Parsed } from './source.js';

/** Words with a value that does not change where packets go. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  'advmss',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'initcwnd',
  'initrwnd',
  'reordering',
  'hoplimit',
  'features',
  'quickack',
  'rto_min',
  'congctl',
  'fastopen_no_cookie',
  'error',
  'expires',
  'realm',
  'realms',
  'nhid',
  'ttl-propagate',
  'users',
  'age',
  'pref',
  'preference',
  'iif',
  'mark',
  'uid',
  'cache',
]);
const WANTED: ReadonlySet<string> = new Set([
  'via',
  'dev',
  'table',
  'proto',
  'protocol',
  'scope',
  'src',
  'metric',
  'mtu',
  'from',
  'tos',
  'dsfield',
  'weight',
]);

/** The shortest line of a route: `1.1.1.1 dev a scope link`. */
const SHORTEST = 22;
const NO_WORDS: readonly string[] = [];

/** The next hop of a route that is listed without any, as BusyBox does where it has several: it is there, and leads nobody knows where. */
export const UNSHOWN_HOP: NextHop = { dev: UNSHOWN_DEVICE, weight: 1, flags: NO_WORDS };

/** `ip -N` gives the number of a type (linux/rtnetlink.h), before a destination of its own. */
const BY_NUMBER = ['', 'unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole', 'unreachable', 'prohibit', 'throw', 'nat'];

function typeOfNumber([first = '', second = '']: readonly string[]): string | undefined {
  return /^\d{1,2}$/.test(first) && (second === 'default' || parseDestination(second, 4) !== undefined)
    ? BY_NUMBER[Number(first)]
    : undefined;
}

/** Words of a route or next hop, by name. */
interface Words {
  readonly values: ReadonlyMap<string, string>;
  readonly flags: readonly string[];
  readonly unknown: readonly string[];
}

function readWords(words: readonly string[]): Words {
  const values = new Map<string, string>();
  const flags: string[] = [];
  const unknown: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (WANTED.has(word) || PASSED_OVER.has(word)) {
      if (words[i + 1] === 'inet6' || words[i + 1] === 'inet' || words[i + 1] === 'lock') i++;
      values.set(word, words[++i] ?? '');
    } else if (NEXTHOP_FLAGS.has(word)) flags.push(word);
    else unknown.push(word);
  }
  return { values, flags, unknown };
}

/** A route's line with the `nexthop` lines that belong to it. */
interface Entry {
  readonly line: Line;
  readonly hopLines: Line[];
}

class RouteText {
  readonly routes: Route[] = [];
  private readonly count: EntryCount;

  constructor(
    private readonly problems: ProblemList,
    private readonly hint: Family,
  ) {
    this.count = new EntryCount(problems.file, SHORTEST);
  }

  read(text: string): void {
    let entry: Entry | undefined;
    for (const line of linesOf(text)) {
      this.count.add(line.number, line.text.length, line.text.split('nexthop').length);
      if (!/^\s*nexthop(?:\s|$)/.test(line.text)) {
        if (entry) this.unlessRefused(entry);
        entry = { line, hopLines: [] };
      } else if (entry) entry.hopLines.push(line);
      else this.problems.add(line.number, line.text, 'a next hop without its route');
    }
    if (entry) this.unlessRefused(entry);
  }

  private unlessRefused(entry: Entry): void {
    unlessRefused(() => this.route(entry));
  }

  private noted(words: Words, line: Line): Words {
    if (words.unknown.length > 0) this.problems.add(line.number, line.text, `unknown word in a route: ${words.unknown.join(' ')}`);
    return words;
  }

  private route({ line, hopLines }: Entry): void {
    // `ip -o` writes `\` where the others break the line
    const words = wordsOf(line.text).filter((word) => word !== '\\');
    const first = typeOfNumber(words) ?? words[0] ?? '';
    if (isRouteType(first)) words.shift();
    const type = isRouteType(first) ? first : 'unicast';
    const dstText = words.shift() ?? '';
    const { own, inline } = splitHops(words);
    if (!isRouteType(type) || (dstText !== 'default' && parseDestination(dstText, this.hint) === undefined))
      return this.problems.add(line.number, line.text, 'not a line of ip route');
    const read = this.noted(readWords(own), line);
    const hops = hopLines.map((hopLine) => this.noted(readWords(wordsOf(hopLine.text).slice(1)), hopLine));
    hops.push(...inline.map((hop) => this.noted(readWords(hop), line)));
    const text = [line, ...hopLines]
      .map((part) =>
        wordsOf(part.text)
          .filter((word) => word !== '\\')
          .join(' '),
      )
      .join(' ');
    const family = familyOfRoute(dstText, read, hops, this.hint);
    const dst = parseDestination(dstText, family);
    if (dst === undefined) return this.problems.add(line.number, line.text, 'not a destination');
    this.routes.push(this.build({ family, type, dst, tos: 0, text }, read, hops, line));
  }

  private build(head: Pick<Route, 'family' | 'type' | 'dst' | 'tos' | 'text'>, read: Words, hops: readonly Words[], line: Line): Route {
    const { values } = read;
    for (const word of ['table', 'scope', 'proto', 'protocol'] as const) {
      const value = values.get(word);
      if (value !== undefined) this.problems.name(IPROUTE_WORD, value, line.number, line.text);
    }
    const address = (name: string): Ip | undefined => this.address(name, values.get(name), line);
    const prefsrc = address('src');
    const mtu = parseUint(values.get('mtu'));
    const from = values.get('from');
    const src: Prefix | undefined = from === undefined ? undefined : parseDestination(from, head.family);
    return {
      ...head,
      tos: parseUint(values.get('tos') ?? values.get('dsfield')) ?? 0,
      ...(src === undefined ? {} : { src }),
      table: tableId(values.get('table') ?? (head.type === 'local' || head.type === 'broadcast' ? 'local' : 'main')),
      nexthops: this.hopsOf(head.type, hops.length > 0 ? hops : [read], line),
      ...(prefsrc === undefined ? {} : { prefsrc }),
      metric: parseUint(values.get('metric')) ?? 0,
      scope: values.get('scope') ?? 'global',
      protocol: values.get('proto') ?? values.get('protocol') ?? 'boot',
      ...(mtu === undefined ? {} : { mtu }),
      origin: this.problems.at(line.number),
    };
  }

  private hopsOf(type: Route['type'], words: readonly Words[], line: Line): readonly NextHop[] {
    const hops = words.map((hop) => this.hop(hop, line)).filter((hop) => hop.via !== undefined || hop.dev !== undefined);
    return hops.length === 0 && type === 'unicast' ? [UNSHOWN_HOP] : hops;
  }

  private hop(words: Words, line: Line): NextHop {
    const via = this.address('via', words.values.get('via'), line);
    const dev = words.values.get('dev');
    if (dev !== undefined) this.problems.name(DEVICE, dev, line.number, line.text);
    return {
      ...(via === undefined ? {} : { via }),
      ...(dev === undefined ? {} : { dev }),
      weight: parseUint(words.values.get('weight')) ?? 1,
      flags: words.flags.length === 0 ? NO_WORDS : words.flags,
    };
  }

  private address(name: string, text: string | undefined, line: Line): Ip | undefined {
    const ip = text === undefined ? undefined : parseIp(text);
    if (text !== undefined && ip === undefined) this.problems.add(line.number, line.text, `"${name} ${text}" is no address`);
    return ip;
  }
}

/** Next hops that stand in the route's own line. */
function splitHops(words: readonly string[]): { own: string[]; inline: string[][] } {
  const inline: string[][] = [];
  const own: string[] = [];
  for (const word of words) {
    if (word === 'nexthop') inline.push([]);
    else (inline.at(-1) ?? own).push(word);
  }
  return { own, inline };
}

function familyOfRoute(dst: string, read: Words, hops: readonly Words[], hint: Family): Family {
  const plain = dst === 'default' ? undefined : parseDestination(dst, hint)?.addr;
  const texts = [read.values.get('src'), read.values.get('via'), ...hops.map((hop) => hop.values.get('via'))];
  const addresses = texts.map((text) => (text === undefined ? undefined : parseIp(text)));
  return routeFamily([plain, ...addresses], read.values.has('pref'), hint);
}

/** Reads the plain listing of `ip route`. */
export function parseRouteText(text: string, file: string, hint: Family): Parsed<readonly Route[]> {
  const problems = new ProblemList(file);
  const reader = new RouteText(problems, hint);
  reader.read(text);
  return { data: reader.routes, problems: problems.list };
}
