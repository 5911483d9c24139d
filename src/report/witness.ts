import { printWords } from '../command/index.js';
import type { FlowRequest } from '../model/trace.js';

/** An option of `trace` with its value: in one word where the value would be taken for another option. */
function option(name: string, value: string | number | undefined): readonly string[] {
  if (value === undefined) return [];
  const text = String(value);
  return text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text];
}

/** @returns the options of `trace` that walk a flow, as words. */
export function witnessWords({ from, to, proto, dport, sport }: FlowRequest): readonly string[] {
  return [...option('from', from), ...option('to', to), ...option('proto', proto), ...option('port', dport), ...option('sport', sport)];
}

/**
 * @param about the options by which the host was given, as words; none: the host that the command runs on.
 * @returns the whole command that walks a flow.
 */
export function witnessCommand(flow: FlowRequest, about: readonly string[] = []): string {
  return `dtrace-path ${printWords([...about, ...witnessWords(flow)])}`;
}
