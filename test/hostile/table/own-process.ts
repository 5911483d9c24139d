import type { CommandName } from './lines.js';

/** Commands that talk on standard input, or start programs: each is tried in a process of its own. */
export const OWN_PROCESS: Partial<Readonly<Record<CommandName, string>>> = {
  mcp: 'asked on standard input',
  collect: 'runs what the host has',
  verify: 'runs in namespaces',
};
