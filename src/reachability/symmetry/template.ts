import type { MatrixResult } from '../../model/reachability.js';
import type { Origin } from '../../model/origin.js';
import type { FlowRequest } from '../../model/trace.js';
import type { Binding, BindingGround } from './binding.js';
import { renamedWords, Renaming, type Cast } from './names.js';
import { ALL_PORTS, formatPorts, subtract } from '../../address/ranges.js';

/** What became of the packets of a source to a service, and which namespaces had a part in it. */
export interface PairResult {
  readonly result: MatrixResult;
  readonly touched: readonly string[];
  /** Namespaces of them that took it in. */
  readonly took: readonly string[];
}

/** A source's question about a service, as far as others are like it. */
export interface PairFlow {
  readonly cast: Cast;
  /** Addresses of the service, in the order in which the source tries them. */
  readonly addresses: readonly string[];
  readonly port: number;
}

type Slot = (cast: Cast) => string;
type Part = string | Slot;
type LineOf = (cast: Cast) => BindingGround;

const MARK = '\u0001';
/** Stands for the port of the first binding, the next for that of the second: no text of a trace holds such numbers. */
const PORT_MARK = 2 ** 40;
const MARKS = /\u0001([a-z0-9]+)\u0001|(1099511627\d{3})/g;

/** Ports with all but one, or one alone, in words. */
const OTHERS = (port: number): string => formatPorts(subtract(ALL_PORTS, [[port, port]]));

// made apart from the marks, so that templates keep none of them
const netnsAt =
  (i: number): Slot =>
  (cast) =>
    cast.bindings[i]!.netns;
const ipAt =
  (i: number): Slot =>
  (cast) =>
    cast.bindings[i]!.ip;
const portAt =
  (i: number): Slot =>
  (cast) =>
    String(cast.bindings[i]!.port);
const originAt =
  (i: number, k: number): LineOf =>
  (cast) =>
    cast.bindings[i]!.origins[k]!;
const sharedAt =
  (i: number, k: number): LineOf =>
  (cast) =>
    cast.bindings[i]!.shared[k]!;
const textOf =
  (line: LineOf): Slot =>
  (cast) =>
    line(cast).text ?? '';
const senderName: Slot = (cast) => cast.sender.name;
const senderAddress =
  (j: number): Slot =>
  (cast) =>
    cast.sender.addresses[j]!;
const sameLine = (origin: Origin): LineOf => {
  const ground = { origin };
  return () => ground;
};

/** Puts marks in the place of names: renaming a text to the marks shows where in it the names are. */
class Marks {
  private readonly slots = new Map<string, Slot>();
  private readonly lines = new Map<Origin, LineOf>();
  readonly cast: Cast;

  constructor({ sender, bindings }: Cast) {
    const at = (find: (binding: Binding) => boolean): number => bindings.findIndex(find);
    const owner = at((b) => b.netns === sender.name);
    const marked = bindings.map((binding, i): Binding => ({
      netns: this.mark(`n${at((b) => b.netns === binding.netns)}`, netnsAt(i)),
      ip: this.mark(`i${at((b) => b.ip === binding.ip)}`, ipAt(i)),
      port: PORT_MARK + at((b) => b.port === binding.port),
      origins: binding.origins.map((ground, k) => this.line(ground, `o${i}x${k}`, originAt(i, k))),
      shared: binding.shared.map((ground, k) => this.line(ground, `h${i}x${k}`, sharedAt(i, k))),
    }));
    bindings.forEach((_, i) => this.slots.set(String(PORT_MARK + i), portAt(i)));
    const own = sender.addresses.map((ip, j) => {
      const known = at((b) => b.ip === ip);
      return known < 0 ? this.mark(`a${sender.addresses.indexOf(ip)}`, senderAddress(j)) : marked[known]!.ip;
    });
    const name = owner < 0 ? this.mark('s', senderName) : marked[owner]!.netns;
    this.cast = { sender: { key: sender.key, name, addresses: own }, bindings: marked };
  }

  private mark(name: string, slot: Slot): string {
    if (!this.slots.has(name)) this.slots.set(name, slot);
    return `${MARK}${name}${MARK}`;
  }

  private line(ground: BindingGround, name: string, of: LineOf): BindingGround {
    const origin = { file: name, line: 0 };
    this.lines.set(origin, of);
    return { origin, ...(ground.text !== undefined && { text: this.mark(name, textOf(of)) }) };
  }

  parts(text: string): readonly Part[] {
    const parts: Part[] = [];
    let end = 0;
    for (const found of text.matchAll(MARKS)) {
      const slot = this.slots.get(found[1] ?? found[2] ?? '');
      if (slot === undefined) continue;
      parts.push(text.slice(end, found.index), slot);
      end = found.index + found[0].length;
    }
    return [...parts, text.slice(end)].filter((part) => part !== '');
  }

  lineOf(origin: Origin): LineOf {
    return this.lines.get(origin) ?? sameLine(origin);
  }
}

function filled(parts: readonly Part[], cast: Cast): string {
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'string') return only;
  // joined, it is one text; added up, it would be a tree of its pieces
  return parts.map((part) => (typeof part === 'string' ? part : part(cast))).join('');
}

type Witness = (question: PairFlow) => FlowRequest;

/** A flow of the source: to which address, and whether from the port that it goes to. */
function witnessOf(flow: FlowRequest, { cast, addresses, port }: PairFlow): Witness | undefined {
  const at = addresses.indexOf(flow.to);
  const own = flow.from === cast.sender.name;
  if (at < 0 || flow.dport !== port || (flow.sport !== undefined && flow.sport !== port)) return undefined;
  const fill: Witness = (q) => ({ ...flow, from: own ? q.cast.sender.name : flow.from, to: q.addresses[at]!, dport: q.port });
  return flow.sport === undefined ? fill : (q) => ({ ...fill(q), sport: q.port });
}

/** What is said of the source ports that get through. */
function portsOf(text: string | undefined, port: number): ((port: number) => string) | 'none' | undefined {
  if (text === undefined) return 'none';
  if (text === String(port)) return String;
  return text === OTHERS(port) ? OTHERS : undefined;
}

/** Fills in the names of a question. */
export type FindingTemplate = (question: PairFlow) => PairResult;

/**
 * Makes of a finding what it says of every question that differs from its own in names alone.
 * @returns undefined where it says what depends on more.
 */
export function templateOf({ result, touched, took }: PairResult, question: PairFlow): FindingTemplate | undefined {
  const { reason, decidedBy, decidingRule, rewritten, witness, counterWitness, openFrom, ...rest } = result;
  const told = { reason, rewritten, touched, ...(decidedBy && { decidedBy }), ...(decidingRule && { decidingRule }) };
  if ([reason, decidingRule ?? '', ...rewritten, ...touched, ...took].some((text) => text.search(MARKS) >= 0)) return undefined;
  const marks = new Marks(question.cast);
  const names = new Renaming(question.cast, marks.cast);
  const words = names.usable ? renamedWords(told, names) : undefined;
  const shown = witnessOf(witness, question);
  const counter = counterWitness === undefined ? 'none' : witnessOf(counterWitness, question);
  const from = portsOf(openFrom, question.port);
  if (words === undefined || shown === undefined || counter === undefined || from === undefined || rest.ports !== undefined)
    return undefined;
  return template(
    {
      rest,
      touched: words.touched.map((text) => marks.parts(text)),
      took: took.map((name) => marks.parts(names.netns(name))),
      reason: marks.parts(words.reason),
      rewritten: words.rewritten.map((text) => marks.parts(text)),
      ...(words.decidedBy !== undefined && { line: marks.lineOf(words.decidedBy) }),
      ...(words.decidingRule !== undefined && { rule: marks.parts(words.decidingRule) }),
    },
    shown,
    counter,
    from,
  );
}

interface Blanks {
  readonly rest: Pick<MatrixResult, 'reach' | 'outcome' | 'cause' | 'openTo'>;
  readonly touched: readonly (readonly Part[])[];
  readonly took: readonly (readonly Part[])[];
  readonly reason: readonly Part[];
  readonly rewritten: readonly (readonly Part[])[];
  readonly line?: LineOf;
  readonly rule?: readonly Part[];
}

/** Apart, so that templates keep nothing of how they were made. */
function template(blanks: Blanks, witness: Witness, counter: Witness | 'none', from: ((port: number) => string) | 'none'): FindingTemplate {
  const { rest, touched, took, reason, rewritten, line, rule } = blanks;
  // each spreads one object, and first: V8 copies that at once, and calls out for any further one
  const sureOf = (q: PairFlow): MatrixResult => {
    const said = { ...rest, reason: filled(reason, q.cast) };
    const decided = line === undefined ? said : { ...said, decidedBy: line(q.cast).origin };
    const ruled = rule === undefined ? decided : { ...decided, decidingRule: filled(rule, q.cast) };
    return { ...ruled, rewritten: rewritten.map((parts) => filled(parts, q.cast)), witness: witness(q) };
  };
  return (q) => {
    const sure = sureOf(q);
    const result = counter === 'none' ? sure : { ...sure, counterWitness: counter(q) };
    return {
      result: from === 'none' ? result : { ...result, openFrom: from(q.port) },
      touched: touched.map((parts) => filled(parts, q.cast)),
      took: took.map((parts) => filled(parts, q.cast)),
    };
  };
}
