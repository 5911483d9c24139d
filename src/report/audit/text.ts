import { printCommands } from '../../command/index.js';
import pc from 'picocolors';
import type { Audit, Finding, Severity } from '../../model/audit.js';
import { escapeTerminal } from '../escape.js';
import { count, place, placeOfHit } from '../words.js';
import { groundTexts } from '../unread.js';
import { wrap } from '../wrap.js';
import type { AuditReport } from './report.js';
import { openLines, setAsideLines, wantedLine, withDoubts } from './open-words.js';
import { asks, countLine, decisive, hostName, suppressionText, usedLine, wayLine } from './words.js';

type Colors = ReturnType<typeof pc.createColors>;

/** More objects, lines or traces than this are counted, not told: the other formats have them all. */
const MOST = 12;

function painted(colors: Colors, severity: Severity, text: string): string {
  switch (severity) {
    case 'critical':
    case 'high':
      return colors.bold(colors.red(text));
    case 'medium':
      return colors.yellow(text);
    case 'low':
      return colors.cyan(text);
    case 'info':
      return colors.dim(text);
  }
}

function capped(lines: readonly string[], what: string): readonly string[] {
  return lines.length <= MOST ? lines : [...lines.slice(0, MOST), `… and ${count(lines.length - MOST, what)} more`];
}

function proofLines(finding: Finding): readonly string[] {
  const [trace, ...more] = finding.evidence.traces;
  const lines = capped(
    finding.evidence.lines.map((l) => `${place(l.origin)}: ${l.text}${l.note === undefined ? '' : ` (${l.note})`}`),
    'line',
  );
  if (trace === undefined) return lines;
  const rules = decisive(trace).map((hit) => `${placeOfHit(hit)}: ${hit.rule} ⇒ ${hit.verdict}`);
  const others = more.length === 0 ? [] : [`and ${count(more.length, 'path')} more`];
  return [`${asks(trace)}: ${trace.outcome}`, wayLine(trace), ...rules, ...lines, ...others];
}

function remedyLines({ remedy }: Finding): readonly string[] {
  const { proof } = remedy;
  const steps = remedy.steps.flatMap((step) => [`${step.title}:`, ...capped(printCommands(step.commands), 'command').map((c) => `  ${c}`)]);
  if (proof === undefined) return [remedy.text, ...steps];
  const also = proof.alsoCloses.map((c) => `${c.flow.from} → ${c.flow.dst ?? c.flow.to}:${c.flow.dport ?? 0}/${c.flow.proto}`);
  return [
    remedy.text,
    ...steps,
    `On the model: ${proof.closed.length} of ${proof.closed.length + proof.stillOpen.length} paths closed${also.length === 0 ? `, none of ${count(proof.compared, 'other flow')} touched` : `; it would also close ${also.slice(0, MOST).join(', ')}`}`,
  ];
}

/** Commands, which stand two blanks further in, are not broken: people paste them. */
function indented(label: string, lines: readonly string[], width: number): readonly string[] {
  return lines.flatMap((line, index) => {
    const text = `  ${(index === 0 ? label : '').padEnd(8)}${escapeTerminal(line)}`;
    return line.startsWith('  ') ? [text] : wrap(text, width, ' '.repeat(12));
  });
}

function titleLine({ severity, title, rule, possible }: Finding, mark: string, colors: Colors): string {
  const sure = possible === undefined ? '' : 'possible ';
  return `${mark}${sure}${painted(colors, severity, severity.toUpperCase())} ${colors.bold(escapeTerminal(title))} ${colors.dim(`[${escapeTerminal(rule)}]`)}`;
}

function findingLines(finding: Finding, colors: Colors, width: number): readonly string[] {
  const mark = finding.isNew === true ? `${colors.bold('NEW')} ` : '';
  const objects = capped(
    finding.objects.map((o) => (o.detail === undefined ? o.name : `${o.name}  ${o.detail}`)),
    'object',
  );
  return [
    '',
    ...wrap(titleLine(finding, mark, colors), width, '  '),
    ...indented('what', objects, width),
    ...indented(finding.possible === undefined ? 'proof' : 'seen', proofLines(finding), width),
    ...(finding.possible === undefined ? [] : indented('open', openLines(finding.possible), width)),
    ...(finding.used === undefined ? [] : indented('used', [usedLine(finding.used)], width)),
    ...indented('remedy', remedyLines(finding), width),
  ];
}

/** So many objects of a finding that the baseline has are named. */
const MOST_KNOWN = 3;

/** What the baseline has, folded: a line each, and where the rest is. */
function knownLines(known: readonly Finding[], colors: Colors, width: number): readonly string[] {
  if (known.length === 0) return [];
  const lines = known.map((finding) => {
    const names = finding.objects.slice(0, MOST_KNOWN).map(({ name }) => name);
    const more = finding.objects.length - names.length;
    return `  ${titleLine(finding, '', colors)} ${escapeTerminal(`${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`)}`;
  });
  const title = `Known from the baseline: ${count(known.length, 'finding')}; without --baseline each is told in full`;
  return ['', ...wrap(colors.bold(title), width), ...lines.flatMap((line) => wrap(line, width, '    '))];
}

function tail(audit: Audit, colors: Colors, width: number): readonly string[] {
  const undetermined = [
    ...capped(audit.wanted.map(wantedLine), 'listing'),
    ...withDoubts(audit).flatMap((u) => capped(u.reasons, 'question').map((reason) => `${u.rule}: ${reason}`)),
  ].map((line) => `  ${escapeTerminal(line)}`);
  const suppressed = audit.suppressed.map(
    (s) =>
      `  ${escapeTerminal(`${s.rule}: ${s.objects.join(', ')} (${s.reason}; until ${s.expires}${s.file === undefined ? '' : `; ${s.file}`})`)}`,
  );
  const aside = (rules: Audit['disabled']): readonly string[] => setAsideLines(rules).map((line) => `  ${escapeTerminal(line)}`);
  const notes = audit.suppressionNotes.map((n) => `  ${escapeTerminal(suppressionText(n))}`);
  const block = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines.flatMap((line) => wrap(line, width, '    '))];
  return [
    ...block('Undetermined: the snapshot does not tell', undetermined),
    ...block(
      'Not read',
      groundTexts(audit).map((text) => `  ${escapeTerminal(text)}`),
    ),
    ...block('Not asked', aside(audit.disabled)),
    ...block('May stay undetermined', aside(audit.accepted)),
    ...block('Suppressed', suppressed),
    ...block('Suppressions to look at', notes),
    '',
    ...wrap(
      `${count(audit.passed.length, 'rule')} passed, ${audit.notApplicable.length} not applicable, ${audit.undetermined.length} undetermined; ${count(audit.coverage.traces, 'path')} traced`,
      width,
    ),
  ];
}

/** For people at a terminal: worst first, each with its proof and its remedy. */
export const report: AuditReport = (audit, { color, width = Infinity }) => {
  const colors = pc.createColors(color);
  const open = audit.undetermined.length === 0 ? '' : `; ${count(audit.undetermined.length, 'rule')} undetermined`;
  const [known, told] = [audit.findings.filter((f) => f.isNew === false), audit.findings.filter((f) => f.isNew !== false)];
  const head = `${colors.bold(escapeTerminal(hostName(audit)))}: ${countLine(audit.findings)}${open}`;
  return [
    `${[...wrap(head, width), ...told.flatMap((f) => findingLines(f, colors, width)), ...knownLines(known, colors, width), ...tail(audit, colors, width)].join('\n')}\n`,
  ];
};
