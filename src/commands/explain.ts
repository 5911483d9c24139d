import type { Command } from 'commander';
import type { Explanation } from '../model/explanation.js';
import { UsageError } from './common/failure.js';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import { inertJson } from '../report/index.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { announce, counted } from './common/announce.js';
import { styled } from './common/run-style.js';
import { addSnapshotOptions, readHost } from './common/snapshot-options.js';

interface ExplainOptions extends PrintOptions {
  readonly format: 'text' | 'json' | 'md';
}

const EXAMPLES = `
Examples:
  dtrace-path explain docker0 --snapshot host.tgz
  dtrace-path explain 2377 --snapshot host.tgz
  dtrace-path explain host/iptables-save.txt:41 --snapshot host.tgz
  dtrace-path explain web 172.17.0.0/16 nat/DOCKER --snapshot host.tgz
  dtrace-path explain DTP-101                      what a code of an answer stands for
  dtrace-path explain docker-user-ineffective      what a rule of the audit asks, and why`;

/** Adds `explain`: what a thing of the snapshot is, in words that teach. */
export function registerExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('what an interface, bridge, address, subnet, port, container, network, chain or rule is, and who reaches it')
    .argument(
      '<what...>',
      "a name, an address, a subnet, a port (8080, 53/udp), a rule as file:line, a line of the kernel's log, a code (DTP-101) or a rule of the audit",
    );
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

async function run(what: readonly string[], options: ExplainOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const own = await ofTheProgram(what);
  const asked = what.filter((one) => !own.has(one));
  asked.forEach(refuseStrangeCode);
  const ofHost = asked.length === 0 ? new Map<string, readonly Explanation[]>() : await ofTheHost(asked, options);
  const explanations = what.flatMap((one) => own.get(one) ?? ofHost.get(one) ?? []);
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
  const [host, { createMachine }, { explain }] = await Promise.all([
    readHost(options),
    import('../datapath/index.js'),
    import('../explain/index.js'),
  ]);
  const machine = createMachine(host);
  return new Map(asked.map((one) => [one, explain(machine, one)]));
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
