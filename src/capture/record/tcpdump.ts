import { command, printCommand, printWords } from '../../command/index.js';
import type { Command } from '../../model/command.js';
import { isHostNetns } from '../../model/netns.js';
import { SNAPLEN } from './plan.js';
import type { PlannedCapture } from './plan.js';

/**
 * @param pidOf tells a container's process; without one, the command asks Docker.
 * @returns the words of the command that takes a capture.
 */
export function recordingCommand(
  { netns, iface, filter, file }: PlannedCapture,
  pidOf: (netns: string) => number | undefined = () => undefined,
): Command {
  const tcpdump = ['tcpdump', '-i', iface, '-n', '-U', '-s', String(SNAPLEN), '-w', file, filter] as const;
  if (isHostNetns(netns)) return command(...tcpdump);
  const pid = pidOf(netns);
  // a name that begins with a dash is no container's, and `--` keeps it from being an option
  const asked = { output: ['docker', 'inspect', '-f', '{{.State.Pid}}', ...(netns.startsWith('-') ? ['--'] : []), netns] };
  return command('nsenter', '-t', pid === undefined ? asked : String(pid), '-n', ...tcpdump);
}

/** @returns `recordingCommand` as text, to be run as root on the host. */
export function tcpdumpCommand(capture: PlannedCapture, pidOf?: (netns: string) => number | undefined): string {
  return printCommand(recordingCommand(capture, pidOf));
}

/** @returns the words of the options that set a trace beside the captures of a plan. */
export function placingWords(plan: readonly PlannedCapture[]): readonly string[] {
  return plan.flatMap(({ netns, iface, file }) => ['--pcap', `${netns}:${iface}=${file}`]);
}

/** @returns the same as text. */
export function placingOptions(plan: readonly PlannedCapture[]): string {
  return printWords(placingWords(plan));
}
