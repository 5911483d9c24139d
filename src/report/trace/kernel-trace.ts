import type { RuleHit, Step, Trace } from '../../model/trace.js';
import { escapeTerminal } from '../escape.js';
import type { TraceReport } from './report.js';
import { unreadTexts } from '../unread.js';

type TableStep = Extract<Step, { kind: 'table' }>;

const ADDRESS_FAMILY = { 4: 2, 6: 10 } as const;

/** Netfilter verdicts that targets return (nf_nat, nf_reject, xt_TPROXY). The others let the packet go on to the next rule. */
const VERDICT_OF_TARGET: ReadonlyMap<string, string> = new Map([
  ['ACCEPT', 'ACCEPT'],
  ['DROP', 'DROP'],
  ['REJECT', 'DROP'],
  ['DNAT', 'ACCEPT'],
  ['SNAT', 'ACCEPT'],
  ['MASQUERADE', 'ACCEPT'],
  ['REDIRECT', 'ACCEPT'],
  ['NETMAP', 'ACCEPT'],
  ['TPROXY', 'ACCEPT'],
  ['NFQUEUE', '0x3'],
  // NFT_RETURN, which xtables-monitor 1.8 prints as a number
  ['RETURN', '0xfffffffb'],
]);

/**
 * What `xtables-monitor --trace` would print (man 8 xtables-monitor), one line a rule or policy, and `nft monitor trace` of native tables. The packet's id is a running number and the rule's
 * handle 0x0: neither is in a snapshot. A comment line names the namespace; others before them say what the answer does not rest on. `verbose` adds the PACKET lines, with the fields that are known.
 */
export const report: TraceReport = {
  render: (trace, { verbose }) => {
    const lines = lineGroups(trace).flatMap(({ step, id, heading }) => [
      ...heading,
      ...(verbose ? [packetLine(trace, step, id)] : []),
      ...traceLines(step, id),
    ]);
    const taken = trace.assumptions.map(({ detail }) => `assumed: ${detail}`);
    const open = trace.outcome === 'unknown' ? [`unknown: ${trace.reason}`] : [];
    const missing = trace.missing.map((item) => `missing from the snapshot: ${item}`);
    const notes = [...open, ...missing, ...unreadTexts(trace.unread), ...taken].map((text) => `# note: ${escapeTerminal(text)}`);
    return [...notes, ...lines].map((line) => `${line}\n`).join('');
  },
  many: { before: '', between: '\n', after: '' },
};

interface Numbered {
  readonly step: TableStep;
  readonly id: string;
  readonly heading: readonly string[];
}

function lineGroups(trace: Trace): readonly Numbered[] {
  let previous: TableStep | undefined;
  let count = 0;
  return trace.steps
    .filter((step): step is TableStep => step.kind === 'table' && step.assumed === undefined)
    .map((step) => {
      if (previous === undefined || isNewPacket(previous, step)) count++;
      const moved = previous?.netns !== step.netns;
      previous = step;
      return { step, id: count.toString(16).padStart(8, '0'), heading: moved ? [`# ${escapeTerminal(step.netns)}`] : [] };
    });
}

/** The kernel tells packets apart by their skb and its device: a new one wherever the walk enters a namespace's hooks. */
function isNewPacket(before: TableStep, now: TableStep): boolean {
  if (before.netns !== now.netns || before.leg !== now.leg || before.reply !== now.reply) return true;
  return before.hook !== now.hook && (now.hook === 'PREROUTING' || now.hook === 'OUTPUT');
}

/** As `nft -a monitor trace` prints the rules of native tables. */
function nativeLines(step: TableStep, nft: string, id: string): readonly string[] {
  const start = `trace id ${id} ${nft} ${escapeTerminal(step.table)}`;
  const rules = step.hits.map(({ chain, rule, handle, verdict }) => {
    const at = handle === undefined ? '' : ` # handle ${handle}`;
    return `${start} ${escapeTerminal(chain)} rule ${escapeTerminal(rule)}${at} (verdict ${escapeTerminal(verdict)})`;
  });
  if (step.policy === undefined) return rules;
  return [...rules, `${start} ${escapeTerminal(step.chain ?? '')} policy ${step.policy.toLowerCase()} `];
}

function traceLines(step: TableStep, id: string): readonly string[] {
  if (step.nft !== undefined) return nativeLines(step, step.nft, id);
  const start = ` TRACE: ${ADDRESS_FAMILY[step.family]} ${id} ${step.table}:`;
  const rules = step.hits.map((hit) => {
    const at = `${start}${escapeTerminal(hit.chain)}:rule:0x0:${escapeTerminal(verdictOf(hit))}`;
    return `${at}  -${hit.family} -t ${hit.table} ${escapeTerminal(hit.rule)}`;
  });
  return step.policy === undefined ? rules : [...rules, `${start}${step.hook}:policy:${step.policy} `];
}

function verdictOf(hit: RuleHit): string {
  const { action } = hit;
  if (action?.kind === 'jump' || action?.kind === 'goto') return `${action.kind.toUpperCase()}:${action.chain}`;
  return VERDICT_OF_TARGET.get(hit.verdict) ?? 'CONTINUE';
}

/** As `nft monitor trace` prints a packet before the rules of a base chain, with the fields that are known (trace_print_packet). */
function nativePacket(trace: Trace, step: TableStep, nft: string, id: string): string {
  const { src, dst, sport, dport } = step.packet;
  const { proto } = trace.flow;
  const ip = step.family === 4 ? 'ip' : 'ip6';
  const fields = [
    step.in && `iif "${escapeTerminal(step.in)}"`,
    step.out && `oif "${escapeTerminal(step.out)}"`,
    `${ip} saddr ${src}`,
    `${ip} daddr ${dst}`,
    sport !== undefined && `${proto} sport ${sport}`,
    dport !== undefined && `${proto} dport ${dport}`,
    proto === 'tcp' && `tcp flags == ${step.reply ? '0x12' : 'syn'}`,
    step.mark !== 0 && `meta mark 0x${step.mark.toString(16).padStart(8, '0')}`,
  ];
  const known = fields.filter((field) => field !== false && field !== '').join(' ');
  return `trace id ${id} ${nft} ${escapeTerminal(step.table)} ${escapeTerminal(step.chain ?? '')} packet: ${known} `;
}

function packetLine(trace: Trace, step: TableStep, id: string): string {
  if (step.nft !== undefined) return nativePacket(trace, step, step.nft, id);
  const { src, dst, sport, dport } = step.packet;
  const fields = [
    step.in && `IN=${escapeTerminal(step.in)}`,
    step.out && `OUT=${escapeTerminal(step.out)}`,
    `SRC=${src}`,
    `DST=${dst}`,
    sport !== undefined && `SPORT=${sport}`,
    dport !== undefined && `DPORT=${dport}`,
    trace.flow.proto === 'tcp' && (step.reply ? 'ACK SYN' : 'SYN'),
    step.mark !== 0 && `MARK=0x${step.mark.toString(16)}`,
  ];
  return `PACKET: ${ADDRESS_FAMILY[step.family]} ${id} ${fields.filter((field) => field !== false && field !== '').join(' ')} `;
}
