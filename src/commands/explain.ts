import type { Command } from 'commander';
import type { Explanation } from '../model/explanation.js';
import { bareWords } from './common/bare-words.js';
import { UsageError } from './common/failure.js';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import { inertJson } from '../report/index.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { announce, counted } from './common/announce.js';
import { styled } from './common/run-style.js';
import { addSnapshotOptions, givesHost, readHost, withFiles } from './common/snapshot-options.js';

interface ExplainOptions extends PrintOptions {
  readonly format: 'text' | 'json' | 'md';
}

const EXAMPLES = `
Examples:
  dtrace-path explain host.tgz docker0
  dtrace-path explain host.tgz 2377
  dtrace-path explain host.tgz host/iptables-save.txt:41
  dtrace-path explain host.tgz web 172.17.0.0/16 nat/DOCKER
  dtrace-path explain '-A FORWARD -i eth0 -j DROP'  what a rule asks and does, without a host
  dtrace-path explain DTP-101                      what a code of an answer stands for
  dtrace-path explain docker-user-ineffective      what a rule of the audit asks, and why`;

/** Adds `explain`: what a thing of the snapshot is, in words that teach. */
export function registerExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('what an interface, bridge, address, subnet, port, container, network, chain or rule is, and who reaches it')
    .argument(
      '<what...>',
      "a name, an address, a subnet, a port (8080, 53/udp), a rule as file:line or by its text, a line of the kernel's log, a code (DTP-101) or a rule of the audit; and the files of the host",
    );
  // a rule begins with a dash
  command.allowUnknownOption();
  addSnapshotOptions(command);
  addPrintOptions(command, ['text', 'json', 'md']).addHelpText('after', EXAMPLES).action(run);
}

/** What is asked for without a snapshot: codes of causes, and rules of the audit by their ids. */
async function ofTheProgram(what: readonly string[]): Promise<ReadonlyMap<string, Explanation>> {
  const [{ explainCause, explainAuditRule }, { auditRuleCalled }] = await Promise.all([
    import('../report/causes/page.js'),
    import('./audit/rules.js'),
  ]);
  const found = what.map((one): readonly [string, Explanation | undefined] => {
    const rule = /^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(one) ? auditRuleCalled(one) : undefined;
    return [one, rule === undefined ? explainCause(one) : explainAuditRule(rule.info, rule.check)];
  });
  return new Map(found.flatMap(([one, told]) => (told === undefined ? [] : [[one, told] as const])));
}

/** @throws UsageError on a code that is written as one and is none. */
function refuseStrangeCode(what: string): void {
  if (/^dtp-/i.test(what)) throw new UsageError(`no cause has the code ${what}; docs/causes.md lists them, from DTP-001 (answered) on`);
}

/** A rule begins with a dash, and has blanks: what has none is an option that nobody knows. */
function refuseStrangeOption(what: string): void {
  if (/^-\S*$/.test(what)) throw new UsageError(`unknown option '${what}'`);
}

/** Lines that are explained by themselves where no host is given. */
async function ofLines(asked: readonly string[]): Promise<ReadonlyMap<string, readonly Explanation[]>> {
  if (!asked.some((one) => one.includes(' '))) return new Map();
  const { explainLine } = await import('./common/explain-line.js');
  const told = await Promise.all(asked.map(async (one) => [one, await explainLine(one, false)] as const));
  return new Map(told.filter(([, found]) => found.length > 0));
}

async function run(words: readonly string[], given: ExplainOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const { files, names: what } = bareWords(words, givesHost(given));
  if (what.length === 0)
    throw new UsageError(`name what is to be explained of ${files[0] ?? ''}: a container, an address, a port, a rule …`);
  const options = withFiles(given, files);
  const own = await ofTheProgram(what);
  const asked = what.filter((one) => !own.has(one));
  asked.forEach(refuseStrangeCode);
  asked.forEach(refuseStrangeOption);
  const lines = givesHost(options) ? new Map<string, readonly Explanation[]>() : await ofLines(asked);
  const left = asked.filter((one) => !lines.has(one));
  const ofHost = left.length === 0 ? new Map<string, readonly Explanation[]>() : await ofTheHost(left, options);
  const explanations = what.flatMap((one) => own.get(one) ?? lines.get(one) ?? ofHost.get(one) ?? []);
  const output = await openOutput(options.output);
  try {
    await output.write(
      styled(await render(explanations, options.format, options.color && wantsColor(output), widthOf(output).width), options.format),
    );
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, counted(explanations.length, 'explanation'));
}

async function ofTheHost(
  asked: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<ReadonlyMap<string, readonly Explanation[]>> {
  const [host, { createMachine }, { explain, NothingToExplain }, { explainLine }] = await Promise.all([
    readHost(options),
    import('../datapath/index.js'),
    import('../explain/index.js'),
    import('./common/explain-line.js'),
  ]);
  const machine = createMachine(host);
  const found = new Map<string, readonly Explanation[]>();
  for (const one of asked) {
    try {
      found.set(one, explain(machine, one));
    } catch (error) {
      const alone = error instanceof NothingToExplain ? await explainLine(one, true) : [];
      if (alone.length === 0) throw error;
      found.set(one, alone);
    }
  }
  return found;
}

async function render(
  explanations: readonly Explanation[],
  format: ExplainOptions['format'],
  color: boolean,
  width = Infinity,
): Promise<string> {
  if (format === 'json') return `${inertJson(explanations, 2)}\n`;
  const { renderExplanations, renderExplanationsMarkdown } = await import('../report/explanation-text.js');
  return format === 'md' ? renderExplanationsMarkdown(explanations) : renderExplanations(explanations, { color, width });
}
