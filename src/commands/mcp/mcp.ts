import type { Command } from 'commander';
import { builtInRules } from '../../own-rules.js';
import { UsageError } from '../common/failure.js';
import { addFiles, addSnapshotOptions, readHost, withFiles } from '../common/snapshot-options.js';
import { version } from '../common/version.js';

const EXAMPLES = `
Example:
  dtrace-path mcp host.tgz
Tools: trace, matrix, explain, audit, check, what_if. All of them ask the snapshot that is named here; no call names a file, and nothing is run or written.`;

/** Adds `mcp`: a server of the Model Context Protocol, so that an assistant's answer about the host's network is proved. */
export function registerMcp(program: Command): void {
  const command = program
    .command('mcp')
    .description('a Model Context Protocol server on standard input and output: assistants ask this snapshot, read-only');
  addSnapshotOptions(addFiles(command)).option('--debug', 'show stack traces of failures').addHelpText('after', EXAMPLES).action(run);
}

async function run(files: readonly string[], options: Readonly<Record<string, unknown>>): Promise<void> {
  if (files.includes('-')) throw new UsageError('standard input is for the protocol: name a file');
  const [host, { serverFor, serveStdio }] = await Promise.all([readHost(withFiles(options, files)), import('./serve.js')]);
  await serveStdio(serverFor(host, builtInRules(), version()));
}
