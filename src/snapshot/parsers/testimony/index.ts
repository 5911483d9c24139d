import type { NetnsName } from '../../../model/netns.js';
import type { Testimony } from '../../../model/testimony.js';
import { linesOf } from '../source.js';
import { conntrackLine } from './conntrack.js';
import { logLine, martianLine } from './log.js';
import { MonitorReader } from './monitor.js';
import { listeningOn, tcpdumpLine } from './tcpdump.js';

/** Lines that are kept; more of them say nothing new of one flow. */
const MOST = 20_000;

/**
 * Reads what text tells of packets: the kernel's log, `conntrack -L`, traces of netfilter, tcpdump. A line that tells of none is passed over: such
 * texts hold much besides.
 * @param netns the namespace whose packets it tells of.
 */
export function readTestimonies(text: string, file: string, netns: NetnsName): readonly Testimony[] {
  const monitor = new MonitorReader();
  const found: Testimony[] = [];
  let listening: string | undefined;
  for (const { text: line, number } of linesOf(text)) {
    if (line.includes('listening on ')) listening = listeningOn(line);
    const told = monitor.line(line) ?? logLine(line) ?? martianLine(line) ?? conntrackLine(line) ?? tcpdumpLine(line, listening);
    if (told !== undefined && found.length < MOST) found.push({ ...told, netns, origin: { file, line: number } });
  }
  return found;
}
