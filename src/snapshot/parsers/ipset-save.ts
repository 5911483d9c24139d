import { append } from '../../address/append.js';
import type { IpSet, IpSetMember } from '../../model/netfilter.js';
import { IPSET } from '../../names/index.js';
import { present } from './present.js';
import { tokenize } from '../../netfilter/iptables/index.js';
import { EntryCount, linesOf, parseUint, ProblemList, unlessRefused, type Line, type Parsed } from './source.js';

/** Options of `create` and `add` that stand without a value. */
const FLAGS: ReadonlySet<string> = new Set(['counters', 'comment', 'skbinfo', 'forceadd', 'wildcard', 'nomatch', 'exist', '-exist', '-!']);
/** The shortest line that makes a set: `create a hash:ip family inet`. */
const SHORTEST = 28;
const TYPE = /^(?:bitmap|hash|list):[a-z,:-]+$/;

interface Draft extends IpSet {
  readonly members: IpSetMember[];
}

/** `comment` is a flag of `create`, and of `add` one with a value. */
function optionsOf(words: readonly string[], adding: boolean): Map<string, string> {
  const options = new Map<string, string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (FLAGS.has(word) && !(adding && word === 'comment')) options.set(word, '');
    else options.set(word, words[++i] ?? '');
  }
  return options;
}

class IpsetReader {
  readonly sets = new Map<string, Draft>();

  private readonly count: EntryCount;

  constructor(private readonly problems: ProblemList) {
    this.count = new EntryCount(problems.file, SHORTEST);
  }

  line(line: Line): void {
    const text = line.text.trim();
    if (text.startsWith('#') || text === 'COMMIT') return;
    const { tokens, closed } = tokenize(text);
    const [command, name, third, ...rest] = tokens.map((token) => token.text);
    if (!closed || name === undefined || third === undefined) this.problems.add(line.number, text, 'not a line of ipset save');
    else if (command === 'create' || command === '-N') this.create(name, third, rest, line);
    else if (command === 'add' || command === '-A') this.add(name, third, rest, line);
    else this.problems.add(line.number, text, 'not a line of ipset save');
  }

  /** Takes sets of sets out of sets of sets: no kernel lets one in (list_set_uadd, IPSET_ERR_LOOP), and who follows them would go round. */
  end(): void {
    const isList = (name: string): boolean => this.sets.get(name)?.type === 'list:set';
    for (const { name, members } of this.sets.values()) {
      if (!isList(name)) continue;
      const kept = members.filter(({ text }) => !isList(text));
      const refused = members.filter(({ text }) => isList(text));
      for (const { text, origin } of refused)
        this.problems.add(origin.line, `add ${name} ${text}`, 'a set of sets in a set of sets, which no kernel takes');
      members.length = 0;
      append(members, kept);
    }
  }

  private create(name: string, type: string, words: readonly string[], line: Line): void {
    if (!TYPE.test(type)) return this.problems.add(line.number, line.text, `unknown set type ${type}`);
    if (this.sets.has(name)) return this.problems.add(line.number, line.text, `set ${name} is created twice`);
    this.problems.name(IPSET, name, line.number, line.text);
    this.count.add(line.number, line.text.length);
    const options = optionsOf(words, false);
    const family = options.get('family') === 'inet6' ? 6 : 4;
    this.sets.set(name, { name, type, family, options, members: [], origin: this.problems.at(line.number) });
  }

  private add(name: string, text: string, words: readonly string[], line: Line): void {
    const set = this.sets.get(name);
    if (set === undefined) return this.problems.add(line.number, line.text, `set ${name} is not created before this line`);
    const options = optionsOf(words, true);
    const timeout = parseUint(options.get('timeout'));
    const origin = this.problems.at(line.number);
    const skbmark = markOf(options.get('skbmark'));
    if (skbmark === 'unread') return this.problems.add(line.number, line.text, 'not a mark: VALUE or VALUE/MASK');
    set.members.push({ text, nomatch: options.has('nomatch'), ...present({ timeout, skbmark }), origin });
  }
}

/** Reads `0x1/0xff`; without a mask, all bits count (ipset_parse_skbmark). */
function markOf(word: string | undefined): IpSetMember['skbmark'] | 'unread' {
  if (word === undefined) return undefined;
  const [value, mask = 0xffffffff] = word.split('/').map(Number);
  return isU32(value) && isU32(mask) ? { value, mask } : 'unread';
}

function isU32(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

/** Reads `ipset save`. */
export function parseIpsetSave(text: string, file: string): Parsed<ReadonlyMap<string, IpSet>> {
  const problems = new ProblemList(file);
  const reader = new IpsetReader(problems);
  for (const line of linesOf(text)) unlessRefused(() => reader.line(line));
  reader.end();
  return { data: reader.sets, problems: problems.list };
}
