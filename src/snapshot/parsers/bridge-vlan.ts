import type { BridgeVlan } from '../../model/link.js';
import { DEVICE } from '../../names/index.js';
import { jsonList, type JsonView } from './json-view.js';
import { collect, linesOf, looksLikeJson, ProblemList, unlessRefused, wordsOf, type Parsed } from './source.js';

const HEADER = /^port\s+vlan/;
const FLAGS: ReadonlySet<string> = new Set(['PVID', 'Egress', 'egress', 'Untagged', 'untagged']);

function flagsOf(words: readonly string[]): Pick<BridgeVlan, 'pvid' | 'untagged'> {
  return { pvid: words.includes('PVID'), untagged: words.some((word) => word.toLowerCase() === 'untagged') };
}

function fromJson(view: JsonView): BridgeVlan[] {
  const iface = view.name('ifname', DEVICE);
  if (iface === undefined) {
    view.reject('VLANs without "ifname"');
    return [];
  }
  return view.objects('vlans').flatMap((vlan): BridgeVlan[] => {
    const vid = vlan.number('vlan');
    const vidEnd = vlan.number('vlanEnd');
    const words = vlan.strings('flags').flatMap(wordsOf);
    return vid === undefined ? [] : [{ iface, vid, ...(vidEnd === undefined ? {} : { vidEnd }), ...flagsOf(words), origin: vlan.origin }];
  });
}

/** A port's first line names it, the others are indented: `br0  1 PVID Egress Untagged`, `     20-30`. */
function fromText(text: string, problems: ProblemList): BridgeVlan[] {
  const vlans: BridgeVlan[] = [];
  let iface: string | undefined;
  for (const { text: line, number } of linesOf(text)) {
    if (HEADER.test(line)) continue;
    const words = wordsOf(line);
    if (!/^\s/.test(line)) {
      const name = words.shift() ?? '';
      iface = unlessRefused(() => problems.name(DEVICE, name, number, line));
      if (iface === undefined) continue;
    }
    const [range, ...flags] = words;
    if (range === undefined || range === 'None') continue;
    const ids = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(range);
    if (ids === null || iface === undefined || !flags.every((flag) => FLAGS.has(flag)))
      problems.add(number, line, 'not a line of bridge vlan');
    else {
      const end = ids[2] === undefined ? {} : { vidEnd: Number(ids[2]) };
      vlans.push({ iface, vid: Number(ids[1]), ...end, ...flagsOf(flags), origin: problems.at(number) });
    }
  }
  return vlans;
}

/**
 * Reads `bridge [-j] vlan show`.
 * @throws SnapshotError on broken JSON.
 */
export function parseBridgeVlan(text: string, file: string): Parsed<readonly BridgeVlan[]> {
  const problems = new ProblemList(file);
  const data = looksLikeJson(text) ? collect(jsonList(text, problems), fromJson) : fromText(text, problems);
  return { data, problems: problems.list };
}
