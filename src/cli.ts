#!/usr/bin/env node
import { Command } from 'commander';
import { failureCode, quietOnClosedPipe } from './commands/shared/failure.js';

type Register = (program: Command) => void;

/** One file a command, loaded only when it is asked for. The first is the default. */
const COMMANDS: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ['trace', async () => (await import('./commands/trace.js')).registerTrace],
  ['audit', async () => (await import('./commands/audit.js')).registerAudit],
  ['check', async () => (await import('./commands/check.js')).registerCheck],
  ['diff', async () => (await import('./commands/diff.js')).registerDiff],
  ['matrix', async () => (await import('./commands/matrix.js')).registerMatrix],
  ['inspect', async () => (await import('./commands/inspect.js')).registerInspect],
  ['flows', async () => (await import('./commands/flows.js')).registerFlows],
  ['capture', async () => (await import('./commands/capture.js')).registerCapture],
  ['explain', async () => (await import('./commands/explain.js')).registerExplain],
  ['topology', async () => (await import('./commands/topology.js')).registerTopology],
  ['collect', async () => (await import('./commands/collect.js')).registerCollect],
  ['verify', async () => (await import('./commands/verify.js')).registerVerify],
]);

/** Words that need every command's summary. */
const LISTING = new Set(['help', '--help', '-h', undefined]);

/** @returns the loaders that `argv` needs: the command it names, the default one, or all of them for the help. */
function wanted(argv: readonly string[]): readonly (() => Promise<Register>)[] {
  const all = [...COMMANDS.values()];
  if (LISTING.has(argv[0])) return all;
  const named = COMMANDS.get(argv[0] ?? '');
  return named ? [named] : argv[0]?.startsWith('-') ? all.slice(0, 1) : all;
}

async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('dtrace-path')
    .description("The path of a packet through a Docker host, rule for rule, from the host's own command output.")
    .version(await version(), '-V, --version')
    .exitOverride()
    .showSuggestionAfterError();
  for (const load of wanted(argv)) (await load())(program);
  await program.parseAsync(argv, { from: 'user' });
}

async function version(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
}

quietOnClosedPipe();
main(process.argv.slice(2)).catch((error: unknown) => {
  process.exitCode = failureCode(error, process.argv.includes('--debug'));
});
