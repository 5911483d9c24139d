import { parseIp, parsePrefix, type Family } from '../../address/ip.js';
import { protocolName, protocolNumber } from '../../netfilter/index.js';
import type { Rule, RuleHead, RuleSpec, Table, TableName } from '../../model/netfilter.js';
import type { Origin } from '../../model/origin.js';
import { CHAIN } from '../../names/index.js';
import { readListedWords } from './listed-words/index.js';
import { parseRuleHead, parseRule } from '../../netfilter/iptables/index.js';
import { isFrame, listingCall, unquoted, warnsOfLegacy } from './paste-noise.js';
import { addGap, closeTable } from './saved-gaps.js';
import { NO_RULES, type OpenChain } from './saved-table.js';
import { EntryCount, linesOf, ProblemList, unlessRefused, wordsOf, type Parsed } from './source.js';

/** The columns that a listing was printed with. */
interface Columns {
  readonly numbered: boolean;
  /** `-v`: counters and interfaces. */
  readonly verbose: boolean;
}

interface Condition {
  readonly options: readonly string[];
  /** What of it cannot be told from the listing. */
  readonly hidden?: string;
}

const BUILT_IN: ReadonlySet<string> = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);
const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['K', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
]);
/** /etc/networks of Debian, by which `iptables -L` without -n names networks. */
const NETWORKS: ReadonlyMap<string, string> = new Map([
  ['default', '0.0.0.0'],
  ['loopback', '127.0.0.0'],
  ['link-local', '169.254.0.0'],
  ['localhost', '127.0.0.1'],
  ['ip6-localhost', '::1'],
]);

class ListedRule implements Rule {
  declare readonly packets?: number;
  declare readonly bytes?: number;
  declare readonly hidden?: string;
  private known: RuleSpec | undefined;

  constructor(
    readonly chain: string,
    readonly text: string,
    readonly origin: Origin,
    private readonly family: Family,
    private readonly isChain: (name: string) => boolean,
    details: { readonly counters: readonly [number, number] | undefined; readonly hidden: string | undefined },
  ) {
    if (details.hidden !== undefined) this.hidden = details.hidden;
    if (details.counters !== undefined) [this.packets, this.bytes] = details.counters;
  }

  get head(): RuleHead {
    return parseRuleHead(this.text);
  }

  get spec(): RuleSpec {
    return (this.known ??= parseRule(this.text, { family: this.family, isChain: this.isChain }).spec);
  }
}

function counter(text: string | undefined): number | undefined {
  const found = /^(\d{1,15})([KMGT]?)$/.exec(text ?? '');
  return found === null ? undefined : Number(found[1]) * (UNITS.get(found[2] ?? '') ?? 1);
}

/** `all`, `tcp`, `!udp`, `6`, `0`; undefined where the word is no protocol. */
function protocolOf(word: string | undefined): Condition | undefined {
  const name = (word ?? '').replace(/^!/, '');
  if (name === 'all' || name === '0') return { options: [] };
  const number = protocolNumber(name);
  if (name === '' || number === undefined) return undefined;
  return { options: [...(word?.startsWith('!') ? ['!'] : []), '-p', protocolName(number)] };
}

function addressOf(flag: string, word: string): Condition {
  const negated = word.startsWith('!') ? ['!'] : [];
  const text = word.replace(/^!/, '');
  if (text === 'anywhere') return { options: [] };
  const [name = '', mask] = text.split('/');
  const address = NETWORKS.get(name) ?? name;
  const prefix = parsePrefix(mask === undefined ? address : `${address}/${mask}`);
  if (prefix === undefined) return { options: [], hidden: `its ${flag === '-s' ? 'source' : 'destination'} is the resolved name ${text}` };
  if (prefix.length === 0 && negated.length === 0) return { options: [] };
  const shown =
    parseIp(text) !== undefined
      ? `${text}/${typeof prefix.addr === 'number' ? 32 : 128}`
      : mask === undefined
        ? address
        : `${address}/${mask}`;
  return { options: [...negated, flag, shown] };
}

function deviceOf(flag: string, word: string): Condition {
  if (word === '*' || word === 'any') return { options: [] };
  return { options: [...(word.startsWith('!') ? ['!'] : []), flag, word.replace(/^!/, '')] };
}

/** The shortest line of a rule: `ACCEPT  all  --  0.0.0.0/0  0.0.0.0/0`. */
const SHORTEST = 32;

class ListReader {
  readonly chains = new Map<string, OpenChain>();
  private columns: Columns = { numbered: false, verbose: false };
  private chain: OpenChain | undefined;
  private readonly isChain = (name: string): boolean => this.chains.has(name);

  constructor(
    private readonly table: TableName,
    private readonly family: Family,
    private readonly problems: ProblemList,
  ) {}

  read(text: string): void {
    const count = new EntryCount(this.problems.file, SHORTEST);
    for (const { text: line, number } of linesOf(text)) {
      count.add(number, line.length);
      const words = wordsOf(line);
      const title = /^Chain (\S+)/.exec(line);
      if (title !== null) {
        this.chain = undefined;
        unlessRefused(() => this.open(title[1] ?? '', line, number));
      } else if (words.includes('target') && words.includes('prot'))
        this.columns = { numbered: words[0] === 'num', verbose: words.includes('pkts') };
      else if (listingCall(line) !== undefined || isFrame(line) || warnsOfLegacy(line)) continue;
      else if (this.chain === undefined)
        this.problems.add(number, line, 'not a line of iptables -L: a line such as "Chain INPUT (policy ACCEPT)" must come before it');
      else this.rule(this.chain, words, line, number);
    }
  }

  private get command(): string {
    return this.family === 4 ? 'iptables' : 'ip6tables';
  }

  /** What the listing leaves open stands in the table from now on. @returns whether it leaves anything open. */
  end(line: number): boolean {
    const { chains, problems } = this;
    const table = { name: this.table, file: problems.file, chains };
    return closeTable(table, { command: `${this.command}-save`, cut: false, sparse: false, last: this.chain, line });
  }

  private open(name: string, line: string, number: number): void {
    this.problems.name(CHAIN, name, number, line);
    const before = this.chains.get(name);
    if (before !== undefined) {
      this.problems.add(number, line, `chain ${name} is listed twice: only its first listing is read`);
      return addGap(before, `the second listing of ${name} at ${this.problems.file}:${number}`, this.problems.at(number));
    }
    const policy = /\(policy (ACCEPT|DROP)\b/.exec(line)?.[1];
    if (policy === undefined && BUILT_IN.has(name)) this.problems.add(number, line, `the policy of ${name} is not shown`);
    const decided = policy === 'DROP' ? 'DROP' : 'ACCEPT';
    const shown = BUILT_IN.has(name) && policy !== undefined;
    this.chain = { name, ...(shown ? { policy: decided } : {}), rules: NO_RULES, origin: this.problems.at(number) };
    this.chains.set(name, this.chain);
  }

  /** `[num] [pkts bytes] [target] prot [opt] [in out] source destination words…` */
  private rule(chain: OpenChain, all: readonly string[], line: string, number: number): void {
    const words = all.slice(this.columns.numbered ? 1 : 0);
    const counters = this.columns.verbose ? [counter(words[0]), counter(words[1])] : [];
    const from = this.columns.verbose ? 2 : 0;
    const hasTarget = /^(?:--|-f|!f)$/.test(words[from + 1] ?? '') ? 0 : 1;
    const proto = protocolOf(words[from + hasTarget]);
    let at = from + hasTarget + 1;
    const fragment = words[at] === '-f' ? ['-f'] : words[at] === '!f' ? ['!', '-f'] : [];
    if (/^(?:--|-f|!f)$/.test(words[at] ?? '')) at++;
    const devices = this.columns.verbose ? [deviceOf('-i', words[at++] ?? ''), deviceOf('-o', words[at++] ?? '')] : [];
    const [source, destination] = [words[at++], words[at++]];
    if (proto === undefined || source === undefined || destination === undefined || counters.includes(undefined)) {
      this.problems.add(number, line, 'not a rule of iptables -L: the line was cut or wrapped; take iptables-save instead');
      const what = `what stood in ${this.problems.file}:${number} and was not understood (\`${this.command}-save\` would show it)`;
      return addGap(chain, what, this.problems.at(number));
    }
    const addresses = [addressOf('-s', source), addressOf('-d', destination)];
    const target = hasTarget === 1 ? (words[from] ?? '') : '';
    this.add(chain, number, line, target, [...addresses, ...devices, proto, { options: fragment }], words.slice(at), counters);
  }

  private add(
    chain: OpenChain,
    number: number,
    line: string,
    target: string,
    conditions: readonly Condition[],
    rest: readonly string[],
    counters: readonly (number | undefined)[],
  ): void {
    const isGoto = rest[0] === '[goto]';
    const words = readListedWords(isGoto ? rest.slice(1) : rest, target);
    if (words.unknown.length > 0)
      this.problems.add(number, line, `the words "${words.unknown.join(' ')}" of this rule are not understood: take iptables-save instead`);
    const jump = target === '' ? [] : [isGoto ? '-g' : '-j', target, ...words.target];
    const text = ['-A', chain.name, ...conditions.flatMap((c) => c.options), ...words.matches, ...jump].join(' ');
    const [packets, bytes] = counters;
    const rule = new ListedRule(chain.name, text, this.problems.at(number), this.family, this.isChain, {
      counters: packets === undefined || bytes === undefined ? undefined : [packets, bytes],
      hidden: this.hidden(conditions, words.unknown),
    });
    if (chain.rules === NO_RULES) chain.rules = [rule];
    else chain.rules.push(rule);
  }

  /** What the listing keeps back of a rule, and the command that shows it. */
  private hidden(conditions: readonly Condition[], unknown: readonly string[]): string | undefined {
    const { command } = this;
    const parts = [
      ...(this.columns.verbose ? [] : ['the interfaces of this rule, which a listing without -v does not show']),
      ...conditions.flatMap((c) => c.hidden ?? []),
      ...(unknown.length > 0 ? [`words of this rule that are not understood (${unknown.join(' ')})`] : []),
    ];
    return parts.length === 0 ? undefined : `${parts.join(', and ')}: run \`${command}-save\`, or \`${command} -t ${this.table} -L -n -v\``;
  }
}

/**
 * Reads `iptables -t TABLE -L [-n] [-v] [--line-numbers]`: each rule is turned back into a line of iptables-save. What the
 * listing does not show of a rule (interfaces without -v, names it resolved) is told in the rule's `hidden`.
 */
export function parseIptablesList(text: string, file: string, table: TableName, family: Family): Parsed<Table> {
  const problems = new ProblemList(file);
  const reader = new ListReader(table, family, problems);
  reader.read(unquoted(text));
  const open = reader.end(text.split('\n').length);
  const leavesOut = open ? [{ why: `it does not show all of the table ${table}` }] : [];
  return { data: { name: table, chains: reader.chains }, problems: problems.list, leavesOut };
}
