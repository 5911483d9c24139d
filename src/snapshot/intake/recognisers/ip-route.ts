import type { Call, Lacking, Placing, Recogniser } from '../piece.js';
import { ADDRESS, askedFamily, isShort, objectWords, SHOWS } from './addresses.js';

const KIND = '(?:(?:unicast|local|broadcast|multicast|anycast|unreachable|prohibit|blackhole|throw|nat) )?';
const LINE = new RegExp(`^${KIND}(?:default|${ADDRESS})\\s.*\\b(?:dev|via|proto|nexthop|scope|metric|nhid)\\b`);
const LONE = new RegExp(`^(?:unreachable|prohibit|blackhole|throw) (?:default|${ADDRESS})`);
const NEIGHBOUR = / (?:REACHABLE|STALE|DELAY|PROBE|FAILED|INCOMPLETE|NOARP|PERMANENT|NONE)(?=\s|$)| lladdr /;
const HOP = /^\s*nexthop\s/;

const isRoute = (line: string): boolean => (LINE.test(line) || LONE.test(line)) && !NEIGHBOUR.test(line);

function isCall({ program, args }: Call): boolean {
  if (program !== 'ip') return false;
  const [object, verb] = objectWords(args);
  return object !== undefined && object !== 'r'
    ? isShort(object, 'route') && !isShort(object, 'rule') && verbShows(verb)
    : object === 'r' && verbShows(verb);
}

function verbShows(verb: string | undefined): boolean {
  return verb === undefined || isShort(verb, ...SHOWS) || verb === 'table' || verb === 'default';
}

/** The table that a call asks for; a sentence where it asks for some routes only. */
function tableAsked(call: Call): { readonly table?: string; readonly some?: string } {
  const words = objectWords(call.args)
    .slice(1)
    .filter((word, i) => !(i === 0 && isShort(word, ...SHOWS) && word !== 'table'));
  const at = words.indexOf('table');
  const table = at < 0 ? undefined : words[at + 1];
  const others = words.filter((_, i) => i !== at && (at < 0 || i !== at + 1));
  if (others.length > 0) return { some: `\`${call.text}\` shows some routes: \`ip route show table all\` shows every one` };
  return table === undefined ? {} : { table };
}

function familyIn(lines: readonly string[]): 4 | 6 {
  const tell = lines.map((line) => new RegExp(`^${KIND}(${ADDRESS})\\s`).exec(line)?.[1]).filter((word) => word !== undefined);
  if (tell.length > 0) return tell.some((word) => !word.includes(':')) ? 4 : 6;
  return lines.some((line) => / pref |via [0-9a-f]*:/.test(line)) ? 6 : 4;
}

function place(lines: readonly string[], call: Call | undefined): Placing | string {
  const asked = call === undefined ? {} : tableAsked(call);
  if (asked.some !== undefined) return asked.some;
  const family = (call === undefined ? undefined : askedFamily(call.args)) ?? familyIn(lines);
  const name = family === 4 ? 'ip-route' : 'ip6-route';
  const { table } = asked;
  const all = table === 'all' || table === '0' || (call === undefined && lines.some((line) => / table \S/.test(line)));
  if (all) return { folder: 'netns', name, variant: 'all', rank: 2 };
  if (table === undefined || table === 'main' || table === '254')
    return { folder: 'netns', name, variant: 'main', rank: 1, lacks: MAIN_ALONE };
  const main = { why: `\`${call?.text ?? ''}\` leaves the table main out`, what: 'main', suppliedBy: 'main' } as const;
  return { folder: 'netns', name, variant: `table ${table}`, rank: 1, lacks: [...MAIN_ALONE, main], append: ` table ${table}` };
}

const MAIN_ALONE = [{ why: 'it shows the tables that were asked for alone', what: 'tables' }] as const;

/** What `/proc/net/route` and those who read it show (fib_route_seq_show). */
export const ONE_HOP = [
  { why: 'it shows the table main alone, and of the next hops of a route the first', what: 'tables' },
] as const satisfies readonly Lacking[];

/** `ip [-6] route show [table X]`. */
export const IP_ROUTE: Recogniser = {
  name: 'ip route',
  begins: isRoute,
  goesOn: (line) => isRoute(line) || HOP.test(line),
  printedBy: isCall,
  place,
};

const TITLE = /^Kernel IP(?:v6)? routing table/;
const HEAD = /^Destination\s+(?:Gateway\s+Genmask|Next Hop)\s/;
const ROW = /^\S+\s+\S+\s+\S+\s+[A-Z!][a-zA-Z!]*\s+\S*\d\s+\d+\s+\d+\s+\S/;
const ROW6 = /^\S+\/\d+\s+\S+\s+[A-Za-z!]+\s+-?\d+\s/;

/** `route -n`, `netstat -rn`: the table main. */
export const ROUTE: Recogniser = {
  name: 'route',
  begins: (line) => TITLE.test(line) || HEAD.test(line),
  goesOn: (line) => HEAD.test(line) || ROW.test(line) || ROW6.test(line),
  printedBy: ({ program, args }) => program === 'route' || (program === 'netstat' && args.some((w) => /^-[A-Za-z0-9]*r|^--route$/.test(w))),
  place: (lines) => {
    const six = lines.some((line) => /^Kernel IPv6|^Destination\s+Next Hop/.test(line));
    return { folder: 'netns', name: six ? 'ip6-route.txt' : 'ip-route.txt', variant: 'main', rank: 0, lacks: ONE_HOP };
  },
};

const RULE = /^\d+:\s+(?:not )?from \S/;

/** `ip [-6] rule`. */
export const IP_RULE: Recogniser = {
  name: 'ip rule',
  begins: (line) => RULE.test(line),
  goesOn: (line) => RULE.test(line),
  printedBy: ({ program, args }) =>
    program === 'ip' && objectWords(args)[0] !== 'r' && isShort(objectWords(args)[0], 'rule') && !isShort(objectWords(args)[0], 'route'),
  place: (lines, call) => {
    const asked = call === undefined ? undefined : askedFamily(call.args);
    const told =
      lines.some((line) => /(?:from|to) [0-9a-f]*:[0-9a-f:]*/.test(line)) ||
      (lines.length > 0 && !lines.some((line) => /lookup (?:default|253)/.test(line)) && asked !== 4);
    const some = call === undefined ? [] : objectWords(call.args).slice(2);
    if (some.length > 0) return `\`${call?.text ?? ''}\` shows some rules: \`ip rule\` shows every one`;
    const six = asked === 6 || (asked === undefined && call === undefined && told);
    return { folder: 'netns', name: six ? 'ip6-rule' : 'ip-rule', variant: '', rank: 0 };
  },
};

const NEIGH = new RegExp(`^${ADDRESS} dev \\S+`);

/** `ip neigh`. */
export const IP_NEIGH: Recogniser = {
  name: 'ip neigh',
  begins: (line) => NEIGH.test(line) && NEIGHBOUR.test(line),
  goesOn: (line) => NEIGH.test(line) && NEIGHBOUR.test(line),
  printedBy: ({ program, args }) => program === 'ip' && isShort(objectWords(args)[0], 'neighbour', 'neighbor'),
  place: (_, call) => {
    const some = call === undefined ? [] : objectWords(call.args).slice(2);
    if (some.length > 0) return `\`${call?.text ?? ''}\` shows some neighbours: \`ip neigh\` shows every one`;
    const only = call === undefined ? undefined : askedFamily(call.args);
    return { folder: 'netns', name: 'ip-neigh', variant: only === undefined ? '' : String(only), rank: only === undefined ? 1 : 0 };
  },
};
