import { escapeTerminal } from '../../report/index.js';

/**
 * @returns the value as JSON has it, each text in it with its control, ANSI and bidirectional characters written out: whoever reads the answer is shown
 *   a name, and nothing that the name does.
 */
export function inertValue(value: unknown): unknown {
  if (typeof value === 'string') return value.split('\n').map(escapeTerminal).join('\n');
  if (Array.isArray(value)) return value.map(inertValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([key, one]) => [escapeTerminal(key), inertValue(one)]));
}
