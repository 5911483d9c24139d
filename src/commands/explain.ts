import type { Command } from 'commander';
import type { Explanation } from '../model/explanation.js';
import { openOutput, wantsColor } from './common/output.js';
import { inertJson } from '../report/inert-json.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { addSnapshotOptions, readHost } from './common/snapshot-options.js';

interface ExplainOptions extends PrintOptions {
  readonly format: 'text' | 'json' | 'md';
}

const EXAMPLES = `
Examples:
  dtrace-path explain docker0 --snapshot host.tgz
  dtrace-path explain 2377 --snapshot host.tgz
  dtrace-path explain host/iptables-save.txt:41 --snapshot host.tgz
  dtrace-path explain web 172.17.0.0/16 nat/DOCKER --snapshot host.tgz`;

/** Adds `explain`: what a thing of the snapshot is, in words that teach. */
export function registerExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('what an interface, bridge, address, subnet, port, container, network, chain or rule is, and who reaches it')
    .argument('<what...>', "a name, an address, a subnet, a port (8080, 53/udp), a rule as file:line, or a line of the kernel's log");
  addSnapshotOptions(command);
  addPrintOptions(command, ['text', 'json', 'md']).addHelpText('after', EXAMPLES).action(run);
}

async function run(what: readonly string[], options: ExplainOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const [host, { createMachine }, { explain }] = await Promise.all([
    readHost(options),
    import('../datapath/index.js'),
    import('../explain/index.js'),
  ]);
  const machine = createMachine(host);
  const explanations = what.flatMap((one) => explain(machine, one));
  const output = await openOutput(options.output);
  try {
    await output.write(await render(explanations, options.format, options.color && wantsColor(output)));
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
}

async function render(explanations: readonly Explanation[], format: ExplainOptions['format'], color: boolean): Promise<string> {
  if (format === 'json') return `${inertJson(explanations, 2)}\n`;
  const { renderExplanations, renderExplanationsMarkdown } = await import('../report/explanation-text.js');
  return format === 'md' ? renderExplanationsMarkdown(explanations) : renderExplanations(explanations, { color });
}
