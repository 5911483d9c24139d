/** Every command that people type, the default one first. */
export const COMMAND_NAMES = [
  'trace',
  'audit',
  'check',
  'diff',
  'matrix',
  'inspect',
  'flows',
  'capture',
  'explain',
  'topology',
  'explore',
  'mcp',
  'collect',
  'verify',
  'init',
  'completion',
] as const;
