import type { Command } from 'commander';
import { openOutput, wantsColor, widthOf } from './common/output.js';
import { announce, counted } from './common/announce.js';
import { styled } from './common/run-style.js';
import { inertJson } from '../report/index.js';
import { addPrintOptions } from './common/print-options.js';
import type { PrintOptions } from './common/print-options.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from './common/snapshot-options.js';

interface InspectOptions extends PrintOptions {
  readonly format: 'text' | 'json';
}

const EXAMPLES = `
Examples:
  dtrace-path inspect paste.txt
  dtrace-path inspect host.tgz
  dtrace-path inspect --iptables-save rules.txt --format json`;

/** Adds `inspect`: what was understood of a snapshot, and what was not. */
export function registerInspect(program: Command): void {
  const command = program.command('inspect').description('what a snapshot was understood to hold, and every line that was not understood');
  addSnapshotOptions(addFiles(command));
  addPrintOptions(command, ['text', 'json']).addHelpText('after', EXAMPLES).action(run);
}

async function run(files: readonly string[], options: InspectOptions & Readonly<Record<string, unknown>>): Promise<void> {
  const [host, { inspectHost }, { renderInspection }] = await Promise.all([
    readHost(withFiles(options, files)),
    import('../snapshot/inspection.js'),
    import('../report/inspect-text.js'),
  ]);
  const inspection = inspectHost(host);
  const output = await openOutput(options.output);
  const color = options.color && wantsColor(output);
  const text = options.format === 'json' ? `${inertJson(inspection, 2)}\n` : renderInspection(inspection, { color });
  try {
    await output.write(styled(text, options.format, widthOf(output)));
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.finish();
  announce(options.output, counted(host.netns.size, 'namespace'));
}
