import { runProgram, type Register } from './cli-program.js';

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
  ['completion', async () => (await import('./commands/completion.js')).registerCompletion],
]);

/** Commands that tell of all the others. */
const LISTING = new Set(['completion', 'manual-page']);

/** @returns the loaders that `argv` needs: the command it names, or all of them for the help. */
function wanted([first = '']: readonly string[]): readonly (() => Promise<Register>)[] {
  const named = LISTING.has(first) ? undefined : COMMANDS.get(first);
  return named ? [named] : [...COMMANDS.values()];
}

/** Runs the program with the command that is asked for. */
export async function run(argv: readonly string[]): Promise<void> {
  const commands: Register[] = [];
  for (const load of wanted(argv)) commands.push(await load());
  await runProgram(argv, commands);
}
