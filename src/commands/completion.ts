import { Argument, type Command } from 'commander';
import { bashCompletion } from './completion/bash.js';
import { fishCompletion } from './completion/fish.js';
import { manualPage } from './completion/man.js';
import { commandTree } from './completion/tree.js';
import { zshCompletion } from './completion/zsh.js';
import { openOutput } from './common/output.js';
import { version, versionDate } from './common/version.js';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;
const DEFAULT_COMMAND = 'trace';

const EXAMPLES = `
Examples:
  source <(dtrace-path completion bash)
  dtrace-path completion zsh > "\${fpath[1]}/_dtrace-path"
  dtrace-path completion fish > ~/.config/fish/completions/dtrace-path.fish`;

function isShell(name: string): name is keyof typeof SHELLS {
  return Object.hasOwn(SHELLS, name);
}

/** Adds `completion`, and what prints the manual page. Both tell of every command of the program. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('a script that completes commands, options and their values in your shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: string) => {
      if (isShell(shell)) await print(SHELLS[shell](program.name(), commandTree(program), DEFAULT_COMMAND));
    });
  program
    .command('manual-page', { hidden: true })
    .description('the manual page in the man macros')
    .action(async () => {
      await print(manualPage(program.name(), { version: version(), date: versionDate() }, program.description(), commandTree(program)));
    });
}

async function print(text: string): Promise<void> {
  await (await openOutput(undefined)).write(text);
}
