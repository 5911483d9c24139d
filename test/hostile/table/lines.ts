import { Command } from 'commander';
import { COMMANDS } from '../../../src/cli/registry.js';
import { commandTree } from '../../../src/commands/completion/tree.js';
import type { Attack, CommandName, Given } from './attack.js';

/** Ways to use a command, without the format. */
type Ways = (given: Given, attack: Attack) => readonly (readonly string[])[];

/** Asks for one flow, of which the ends are in every snapshot. */
const OUT = ['--from', 'host', '--to', '198.51.100.1', '--port', '80'];
const IN = ['--from', 'internet', '--to', 'host', '--port', '22'];
const CHANGE = ['--what-if', 'iptables -P FORWARD ACCEPT'];
const RAISED = ['--fail-on', 'none'];

/** Every command: a new one has no place here until it is tried. What has a process of its own is in `own-process.ts`. */
export const WAYS: Readonly<Record<CommandName, Ways>> = {
  trace: ({ snapshot, flows, compose, pcap }) => [
    [snapshot, ...OUT, '-v'],
    [snapshot, ...IN, '-v'],
    [snapshot, '--flows', flows],
    [snapshot, ...OUT, ...CHANGE],
    [snapshot, ...OUT, '--what-if', compose],
    [snapshot, ...OUT, '--pcap', `host:any=${pcap}`],
  ],
  audit: ({ snapshot, rules, config }) => [
    [snapshot, ...RAISED, '--prove-fixes'],
    [snapshot, ...RAISED, '--rules', rules, '--config', config],
  ],
  check: ({ snapshot, policy, out }) => [
    [policy, snapshot, '-v'],
    ['--init', snapshot, '-o', `${out}/policy.yaml`],
  ],
  diff: ({ snapshot, compose }) => [
    [snapshot, ...CHANGE],
    [snapshot, '--what-if', compose],
    [snapshot, snapshot],
  ],
  matrix: ({ snapshot }) => [[snapshot, '-v']],
  inspect: ({ snapshot }) => [[snapshot]],
  flows: ({ snapshot, pcap }) => [[snapshot, '--pcap', `host:any=${pcap}`]],
  capture: ({ snapshot }) => [[snapshot, ...OUT]],
  explain: ({ snapshot }, { names = [] }) => ['host', 'eth0', ...names].map((name) => [name, '--snapshot', snapshot]),
  topology: ({ snapshot }) => [[snapshot]],
  explore: ({ snapshot, out }) => [[snapshot, '-o', `${out}/page.html`]],
  init: ({ snapshot, out }) => [[snapshot, '--dir', `${out}/init`]],
  completion: () => ['bash', 'zsh', 'fish'].map((shell) => [shell]),
  mcp: () => [],
  collect: () => [],
  verify: () => [],
};

/** What a shell asks when a key is pressed behind a snapshot: no command that people type. */
const asked = ({ snapshot }: Given): readonly string[] => ['complete-words', 'trace', snapshot, '--from', ''];

/** @returns the formats of every command, as its own help lists them; none where it has one way to print. */
async function formats(): Promise<ReadonlyMap<string, readonly string[]>> {
  const program = new Command('dtrace-path');
  for (const { load } of COMMANDS) (await load())(program);
  return new Map(
    commandTree(program).map(({ name, options }) => {
      const value = options.find(({ long }) => long === '--format')?.value;
      return [name, value?.kind === 'words' ? value.words : []];
    }),
  );
}

/** One command line. */
export interface Line {
  readonly command: string;
  readonly format: string;
  readonly argv: readonly string[];
}

/** @returns every command in every format that its registry has; a command that nobody may run here has no ways. */
export async function linesOf(given: Given, attack: Attack): Promise<readonly Line[]> {
  const known = await formats();
  const { readBy } = attack;
  const tried = Object.entries(WAYS).filter(([command]) => readBy === undefined || readBy.some((name) => name === command));
  const lines = tried.flatMap(([command, ways]) =>
    ways(given, attack).flatMap((way): Line[] => {
      const all = way.includes('-o') ? [] : (known.get(command) ?? []);
      if (all.length === 0) return [{ command, format: '', argv: [command, ...way] }];
      return all.map((format) => ({ command, format, argv: [command, ...way, '--format', format] }));
    }),
  );
  return readBy !== undefined ? lines : [...lines, { command: 'completion', format: '', argv: asked(given) }];
}
