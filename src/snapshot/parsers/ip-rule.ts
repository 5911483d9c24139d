import type { Family, Prefix } from '../../address/ip.js';
import { familyOf, parsePrefix } from '../../address/ip.js';
import { protocolNumber } from '../../netfilter/index.js';
import type { PolicyAction, PolicyRule } from '../../model/link.js';
import { DEVICE, IPROUTE_WORD } from '../../names/index.js';
import type { JsonView } from './json-view.js';
import { jsonList } from './json-view.js';
import { parseRuleListing } from './ip-rule-text.js';
import { present } from './present.js';
import { tableId } from './route-fields.js';
import { collect, looksLikeJson, ProblemList, type Parsed } from './source.js';

const KNOWN: ReadonlySet<string> = new Set([
  'priority',
  'not',
  'src',
  'srclen',
  'dst',
  'dstlen',
  'tos',
  'dsfield',
  'fwmark',
  'fwmask',
  'iif',
  'iif_detached',
  'oif',
  'oif_detached',
  'uid_start',
  'uid_end',
  'ipproto',
  'sport',
  'sport_start',
  'sport_end',
  'dport',
  'dport_start',
  'dport_end',
  'table',
  'suppress_prefixlen',
  'suppress_ifgroup',
  'suppress_prefixlength',
  'protocol',
  'goto',
  'nop',
  'action',
  'blackhole',
  'prohibit',
  'unreachable',
  'unresolved',
  'masquerade',
  'flow_from',
  'flow_to',
  'to_tbl',
]);
/** Read, but without a meaning here: a rule with any of them cannot be decided. */
const UNMODELLED: readonly string[] = ['l3mdev', 'tun_id', 'flow_from', 'flow_to', 'masquerade'];

function prefixOf(view: JsonView, name: 'src' | 'dst'): Prefix | undefined {
  const text = view.string(name);
  if (text === undefined || text === 'all') return undefined;
  const length = view.number(`${name}len`);
  const prefix = parsePrefix(length === undefined || text.includes('/') ? text : `${text}/${length}`);
  if (prefix === undefined) view.complain(name, 'not an address');
  return prefix;
}

function portRange(view: JsonView, name: 'sport' | 'dport'): readonly [number, number] | undefined {
  const one = view.number(name);
  if (one !== undefined) return [one, one];
  const from = view.number(`${name}_start`);
  const to = view.number(`${name}_end`);
  return from === undefined || to === undefined ? undefined : [from, to];
}

function actionOf(view: JsonView): PolicyAction | undefined {
  const target = view.number('goto');
  if (target !== undefined) return { kind: 'goto', priority: target };
  const word =
    view.string('action') ?? view.string('to_tbl') ?? ['blackhole', 'prohibit', 'unreachable', 'nop'].find((name) => view.has(name));
  if (word === 'blackhole' || word === 'prohibit' || word === 'unreachable' || word === 'nop') return { kind: word };
  if (view.has('l3mdev')) return { kind: 'nop' };
  const table = view.nameWord('table', IPROUTE_WORD);
  if (table !== undefined) return { kind: 'table', table: tableId(table) };
  return undefined;
}

function textOf(view: JsonView): string {
  return view
    .entries()
    .map(([name, node]) => ('value' in node ? `${name} ${String(node.value)}` : name))
    .join(' ');
}

function ruleOf(view: JsonView, hint: Family): PolicyRule | undefined {
  const priority = view.number('priority');
  const action = actionOf(view);
  if (priority === undefined || action === undefined) return void view.reject('a rule without "priority" or action');
  const from = prefixOf(view, 'src');
  const to = prefixOf(view, 'dst');
  const known = from ?? to;
  const proto = view.word('ipproto');
  const ipproto = proto === undefined ? undefined : protocolNumber(proto);
  const unknown = [
    ...UNMODELLED.filter((name) => view.has(name)),
    ...view.entries().flatMap(([name]) => (KNOWN.has(name) || UNMODELLED.includes(name) ? [] : [name])),
  ];
  if (proto !== undefined && ipproto === undefined) unknown.push(`ipproto ${proto}`);
  const optional = {
    from,
    to,
    iif: view.name('iif', DEVICE),
    oif: view.name('oif', DEVICE),
    fwmark: view.number('fwmark'),
    fwmask: view.number('fwmask'),
    tos: view.number('tos') ?? view.number('dsfield'),
    ipproto,
    sport: portRange(view, 'sport'),
    dport: portRange(view, 'dport'),
    uidrange: uidRange(view),
    suppressPrefixLength: view.number('suppress_prefixlen') ?? view.number('suppress_prefixlength'),
    suppressGroup: view.nameWord('suppress_ifgroup', IPROUTE_WORD),
  };
  return {
    family: known === undefined ? hint : familyOf(known.addr),
    priority,
    not: view.flag('not') ?? false,
    ...present(optional),
    action,
    unknown,
    text: textOf(view),
    origin: view.origin,
  };
}

function uidRange(view: JsonView): readonly [number, number] | undefined {
  const start = view.number('uid_start');
  const end = view.number('uid_end');
  return start === undefined || end === undefined ? undefined : [start, end];
}

/**
 * Reads `ip [-6] [-j] rule show`.
 * @param hint the family of rules that name no address.
 * @throws SnapshotError on broken JSON.
 */
export function parseIpRule(text: string, file: string, hint: Family): Parsed<readonly PolicyRule[]> {
  if (!looksLikeJson(text)) return parseRuleListing(text, file, hint);
  const problems = new ProblemList(file);
  const data = collect(jsonList(text, problems), (view) => ruleOf(view, hint));
  return { data, problems: problems.list };
}
