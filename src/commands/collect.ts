import { hostname } from 'node:os';
import { Option } from 'commander';
import type { Command } from 'commander';
import { type CollectedSnapshot, isLabelKey, fileStem } from '../collect/index.js';
import { escapeTerminal } from '../report/index.js';
import { readOwnFile } from '../own-files.js';
import { UsageError } from './common/failure.js';
import { progressLine, readingHere } from './common/live-host.js';
import { openOutput } from './common/output.js';

interface CollectOptions {
  readonly output?: string;
  readonly keepEnv?: boolean;
  readonly keepLabel?: readonly string[];
  readonly timeout: number;
  readonly script?: boolean;
}

const EXAMPLES = `
Examples:
  sudo dtrace-path collect
  sudo env "PATH=$PATH" dtrace-path collect -o web1.tgz     (where sudo finds no dtrace-path, or no node)
  dtrace-path collect --script > collect.sh     (for hosts without Node: sudo sh collect.sh)`;

function secondsValue(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 3600)) throw new UsageError(`--timeout is a number of seconds, up to 3600, not ${text}`);
  return seconds;
}

function labelValue(text: string, before: readonly string[] = []): readonly string[] {
  if (!isLabelKey(text))
    throw new UsageError(`--keep-label is the name of a label (letters, digits, dots, dashes, slashes; * at its end), not ${text}`);
  return [...before, text];
}

/** Adds `collect`: a snapshot of the machine it runs on. */
export function registerCollect(program: Command): void {
  program
    .command('collect')
    .description('take a snapshot of this Docker host: rules, routes, interfaces, listeners, of it and of each container (root)')
    .option('-o, --output <path>', 'a new folder, or a file ending in .tgz (default: HOSTNAME-snapshot.tgz)')
    .addOption(new Option('-t, --timeout <seconds>', 'time limit of each command').default(20).argParser(secondsValue))
    .option('--keep-env', 'keep environment, command lines and label values of containers, which may hold secrets')
    .option(
      '--keep-label <key>',
      "keep this label's values (KEY, or PREFIX* for all that begin so) beside those of com.docker.compose.*",
      labelValue,
    )
    .option('--script', 'print collect.sh, which does the same in plain sh, and end')
    .option('--debug', 'show stack traces of failures')
    .addHelpText('after', EXAMPLES)
    .action(run);
}

async function run(options: CollectOptions): Promise<void> {
  if (options.script === true) {
    await (await openOutput(undefined)).write(readOwnFile('collect/collect.sh'));
    return;
  }
  const [{ collectHost }, { writeSnapshot }] = await Promise.all([import('../collect/collect.js'), import('../collect/write.js')]);
  const progress = progressLine(process.stderr);
  const { keepEnv = false, keepLabel: keepLabels = [], timeout: seconds } = options;
  const taken = readingHere(() => collectHost({ keepEnv, keepLabels, seconds, onStep: progress.show }), '');
  const collected = await taken.finally(progress.clear);
  const path = options.output ?? `${fileStem(hostname())}-snapshot.tgz`;
  await writeSnapshot(path, collected.files);
  process.stderr.write(summary(path, collected));
  if (collected.lacking.length > 0) process.exitCode = 1;
}

/** What was written, and by reason what could not be had. */
function summary(path: string, { files, lacking }: CollectedSnapshot): string {
  const byReason = new Map<string, string[]>();
  for (const { file, why } of lacking) byReason.set(why, [...(byReason.get(why) ?? []), file]);
  const lines = [...byReason].map(([why, names]) => {
    const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
    return `  ${escapeTerminal(`${shown}: ${why}`)}\n`;
  });
  return `${escapeTerminal(path)}: ${files.size} files\n${lines.length === 0 ? '' : `could not be had:\n${lines.join('')}`}`;
}
