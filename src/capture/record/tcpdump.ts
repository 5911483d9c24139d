import { SNAPLEN } from './plan.js';
import type { PlannedCapture } from './plan.js';

/** @returns a word as a POSIX shell reads it back, whatever it holds. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * @param pidOf tells a container's process; without one, the command asks Docker.
 * @returns the command that takes a capture, to be run as root on the host.
 */
export function tcpdumpCommand(
  { netns, iface, filter, file }: PlannedCapture,
  pidOf: (netns: string) => number | undefined = () => undefined,
): string {
  const tcpdump = `tcpdump -i ${shellWord(iface)} -n -U -s ${SNAPLEN} -w ${shellWord(file)} ${shellWord(filter)}`;
  if (netns === 'host') return tcpdump;
  const pid = pidOf(netns);
  const target = pid === undefined ? `"$(docker inspect -f '{{.State.Pid}}' ${shellWord(netns)})"` : String(pid);
  return `nsenter -t ${target} -n ${tcpdump}`;
}

/** @returns the options that set a trace beside the captures of a plan. */
export function placingOptions(plan: readonly PlannedCapture[]): string {
  return plan.map(({ netns, iface, file }) => `--pcap ${shellWord(`${netns}:${iface}=${file}`)}`).join(' ');
}
