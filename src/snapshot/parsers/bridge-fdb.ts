import { parseIp } from '../../address/ip.js';
import type { FdbEntry } from '../../model/link.js';
import { DEVICE } from '../../names/index.js';
import { jsonList, type JsonView } from './json-view.js';
import { collect, linesOf, looksLikeJson, parseMac, parseUint, ProblemList, wordsOf, type Line, type Parsed } from './source.js';

const STATES: ReadonlySet<string> = new Set([
  'permanent',
  'static',
  'stale',
  'reachable',
  'noarp',
  'incomplete',
  'delay',
  'probe',
  'failed',
]);
const FLAGS: ReadonlySet<string> = new Set([
  'self',
  'master',
  'extern_learn',
  'offload',
  'sticky',
  'router',
  'use',
  'locked',
  'added_by_user',
]);
const WITH_VALUE: ReadonlySet<string> = new Set([
  'dev',
  'dst',
  'vlan',
  'port',
  'vni',
  'via',
  'src_vni',
  'nhid',
  'link-netnsid',
  'used',
  'master',
  'linkdown',
]);

function fromJson(view: JsonView): FdbEntry | undefined {
  const mac = parseMac(view.string('mac'));
  const dev = view.name('ifname', DEVICE);
  if (mac === undefined || dev === undefined) return void view.reject('an entry without "mac" or "ifname"');
  const master = view.name('master', DEVICE);
  const vlan = view.number('vlan');
  const dst = view.ip('dst');
  return {
    mac,
    dev,
    ...(master === undefined ? {} : { master }),
    ...(vlan === undefined ? {} : { vlan }),
    ...(dst === undefined ? {} : { dst }),
    state: view.string('state') ?? '',
    origin: view.origin,
  };
}

function fromText({ text, number }: Line, problems: ProblemList): FdbEntry | undefined {
  const words = wordsOf(text);
  const mac = parseMac(words[0]);
  const values = new Map<string, string>();
  let state = '';
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    if (STATES.has(word)) state = word;
    else if (WITH_VALUE.has(word)) values.set(word, words[++i] ?? '');
    else if (!FLAGS.has(word)) problems.add(number, text, `unknown word of an fdb entry: ${word}`);
  }
  const dev = values.get('dev');
  if (mac === undefined || dev === undefined) return void problems.add(number, text, 'not a line of bridge fdb');
  const master = values.get('master');
  for (const name of [dev, master]) if (name !== undefined) problems.name(DEVICE, name, number, text);
  const vlan = parseUint(values.get('vlan'));
  const dst = parseIp(values.get('dst') ?? '');
  return {
    mac,
    dev,
    ...(master === undefined ? {} : { master }),
    ...(vlan === undefined ? {} : { vlan }),
    ...(dst === undefined ? {} : { dst }),
    state,
    origin: problems.at(number),
  };
}

/**
 * Reads `bridge [-j] fdb show`.
 * @throws SnapshotError on broken JSON.
 */
export function parseBridgeFdb(text: string, file: string): Parsed<readonly FdbEntry[]> {
  const problems = new ProblemList(file);
  const data = looksLikeJson(text)
    ? collect(jsonList(text, problems), (view) => fromJson(view))
    : collect(linesOf(text), (line) => fromText(line, problems));
  return { data, problems: problems.list };
}
