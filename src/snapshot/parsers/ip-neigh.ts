import { familyOf, parseIp } from '../../address/ip.js';
import type { Neighbour } from '../../model/link.js';
import { DEVICE } from '../../names/index.js';
import { jsonList, type JsonView } from './json-view.js';
import { collect, linesOf, looksLikeJson, parseMac, ProblemList, wordsOf, type Line, type Parsed } from './source.js';

const STATES: ReadonlySet<string> = new Set(['INCOMPLETE', 'REACHABLE', 'STALE', 'DELAY', 'PROBE', 'FAILED', 'NOARP', 'PERMANENT', 'NONE']);
const FLAGS: ReadonlySet<string> = new Set(['router', 'proxy', 'extern_learn', 'offload', 'managed', 'use']);
const WITH_VALUE: ReadonlySet<string> = new Set(['dev', 'lladdr', 'proto', 'protocol', 'used', 'ref', 'probes', 'nomaster', 'vrf']);

/** `ip -s` puts no blank between `used 1/2/3` and `probes 4` where the reference count is 0 (print_neigh of iproute2). */
const USED_PROBES = /^\d+\/\d+\/\d+probes$/;

function fromJson(view: JsonView): Neighbour | undefined {
  const ip = view.ip('dst');
  const dev = view.name('dev', DEVICE);
  if (ip === undefined || dev === undefined) return void view.reject('a neighbour without "dst" or "dev"');
  const mac = parseMac(view.string('lladdr'));
  return {
    family: familyOf(ip),
    ip,
    dev,
    ...(mac === undefined ? {} : { mac }),
    state: view.strings('state')[0] ?? 'NONE',
    proxy: view.flag('proxy') ?? false,
    origin: view.origin,
  };
}

function fromText({ text, number }: Line, problems: ProblemList): Neighbour | undefined {
  const words = wordsOf(text);
  const ip = parseIp(words[0] ?? '');
  const values = new Map<string, string>();
  let state = 'NONE';
  let proxy = false;
  for (let i = 1; i < words.length; i++) {
    const word = words[i]!;
    if (word === 'used' && USED_PROBES.test(words[i + 1] ?? '')) continue;
    if (WITH_VALUE.has(word)) values.set(word, words[++i] ?? '');
    else if (USED_PROBES.test(word)) i++;
    else if (STATES.has(word)) state = word;
    else if (FLAGS.has(word)) proxy ||= word === 'proxy';
    else problems.add(number, text, `unknown word of a neighbour: ${word}`);
  }
  const dev = values.get('dev');
  if (ip === undefined || dev === undefined) return void problems.add(number, text, 'not a line of ip neigh');
  problems.name(DEVICE, dev, number, text);
  const mac = parseMac(values.get('lladdr'));
  return { family: familyOf(ip), ip, dev, ...(mac === undefined ? {} : { mac }), state, proxy, origin: problems.at(number) };
}

/**
 * Reads `ip [-j] neigh show [proxy]`.
 * @throws SnapshotError on broken JSON.
 */
export function parseIpNeigh(text: string, file: string): Parsed<readonly Neighbour[]> {
  const problems = new ProblemList(file);
  const data = looksLikeJson(text)
    ? collect(jsonList(text, problems), (view) => fromJson(view))
    : collect(linesOf(text), (line) => fromText(line, problems));
  return { data, problems: problems.list };
}
