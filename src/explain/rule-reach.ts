import { type FoundRule } from '../netfilter/iptables/index.js';
import { traceFlow, type Machine, hygieneIn } from '../datapath/index.js';
import type { RuleFinding } from '../netfilter/index.js';
import type { ExplanationLine } from '../model/explanation.js';
import type { HeadCondition } from '../model/netfilter.js';
import { HOST_NETNS } from '../model/netns.js';
import type { FlowRequest, Trace } from '../model/trace.js';
import { formatIp, type Prefix } from '../address/ip.js';
import { likelyFlows } from './reach.js';
import { line } from './subject.js';

const MOST_EXAMPLES = 3;

function quoted(rules: readonly { readonly rule: string }[]): string {
  return rules.map(({ rule }) => `\`${rule}\``).join(', ');
}

/** @returns why no packet can meet a rule; undefined where nothing forbids it. */
export function whyNever(machine: Machine, place: FoundRule): ExplanationLine | undefined {
  const { rule, chain, table, ruleset, netns } = place;
  const ns = machine.namespaces.get(netns);
  const found = ns === undefined ? undefined : hygieneIn(ns, ruleset, table).of(chain.name, rule);
  return found === undefined ? undefined : neverLine(found, chain.name, netns);
}

/** @returns what hygiene found of a rule, in a sentence. */
export function neverLine(found: RuleFinding, chain: string, netns: string): ExplanationLine {
  switch (found.kind) {
    case 'unreached':
      return line(`no: no rule leads from a ${typeof found.family === 'number' ? 'built-in' : 'base'} chain to ${chain}`);
    case 'unsatisfiable':
      return line('no: its own conditions exclude each other');
    case 'no-device':
      return line(`no, as things stand: ${netns} has no interface ${found.device} (it would, once such an interface is made)`);
    case 'shadowed':
    case 'redundant': {
      const { by, together } = found;
      if (together !== undefined)
        return line(
          `no: every packet that it asks for is taken before, by ${together.length} rules between them: ${quoted(together)}`,
          by?.origin,
        );
      return line(`no: every packet that it asks for is taken before, by ${quoted(by === undefined ? [] : [by])}`, by?.origin);
    }
  }
}

function described(trace: Trace): string {
  const { flow } = trace;
  const port = flow.dport === undefined ? '' : `:${flow.dport}`;
  return `${flow.from} → ${flow.to}${port} (${flow.proto === 'icmp' ? 'ICMP echo' : flow.proto}): ${trace.outcome}`;
}

/** The first packet that a rule met in a walk: of the flow itself, of its answer, or of one that a machine outside would give. */
function meeting(trace: Trace, { rule }: FoundRule): 'flow' | 'answer' | 'assumed' | undefined {
  const met = trace.steps.filter(
    (s) => s.kind === 'table' && s.hits.some((hit) => hit.line === rule.origin.line && hit.file === rule.origin.file),
  );
  const [first] = met;
  if (first?.reply !== true) return first && 'flow';
  return first.assumed === true ? 'assumed' : 'answer';
}

function inside(condition: HeadCondition<Prefix> | undefined): string | undefined {
  if (condition === undefined || condition.negated || condition.value.length < 0) return undefined;
  const { addr, length } = condition.value;
  if (typeof addr === 'number') return formatIp(length > 30 ? addr : addr + 1);
  return formatIp(length > 126 ? addr : addr + 1n);
}

/** Flows made to a rule's own conditions. */
function madeFor({ rule, chain }: FoundRule): FlowRequest[] {
  const head = rule.head ?? {};
  const number = head.proto?.negated === false ? head.proto.value : undefined;
  const proto = number === 17 ? 'udp' : number === 1 || number === 58 ? 'icmp' : 'tcp';
  const port = proto === 'icmp' ? {} : { dport: head.dport?.negated === false ? head.dport.value[0] : 80 };
  const sender = chain.name === 'OUTPUT' ? 'host' : (inside(head.src) ?? 'internet');
  return [{ from: sender, to: inside(head.dst) ?? HOST_NETNS, proto, ...port }];
}

/** @returns flows of this host that meet a rule, as the datapath walks them. */
export function examples(machine: Machine, place: FoundRule): ExplanationLine[] {
  const found: ExplanationLine[] = [];
  const assumed: ExplanationLine[] = [];
  for (const flow of [...madeFor(place), ...likelyFlows(machine)]) {
    const trace = traceFlow(machine, flow);
    const met = meeting(trace, place);
    if (met === undefined) continue;
    const list = met === 'assumed' ? assumed : found;
    list.push(line(`for instance ${met === 'flow' ? '' : 'the answer to '}${described(trace)}`));
    if (found.length >= MOST_EXAMPLES) break;
  }
  return [...found, ...assumed].slice(0, MOST_EXAMPLES);
}
