import type { BridgePort } from '../../model/link.js';
import { DEVICE, isName } from '../../names/index.js';
import { DEFAULT_PORT } from './link-fields.js';
import { linesOf, ProblemList, type Parsed } from './source.js';

const PORT = /\] (\S+): port \d+\((\S+)\) entered (disabled|blocking|listening|learning|forwarding) state/;
/** Other words of the kernel about network devices, which are understood and change nothing. */
const IDLE = /^\[\s*\d+\.\d+\] /;

/** Reads the kernel's log for what it says of bridge ports (br_set_state): the last state of each. */
export function parseDmesg(text: string, file: string): Parsed<readonly BridgePort[]> {
  const problems = new ProblemList(file);
  const ports = new Map<string, BridgePort>();
  for (const { text: line, number } of linesOf(text)) {
    const [, bridge, iface, state] = PORT.exec(line) ?? [];
    if (bridge !== undefined && iface !== undefined && isState(state) && isName(DEVICE, bridge) && isName(DEVICE, iface))
      ports.set(iface, { iface, bridge, ...DEFAULT_PORT, state, origin: problems.at(number) });
    else if (state !== undefined || !IDLE.test(line)) problems.add(number, line, 'not a line of dmesg');
  }
  return { data: [...ports.values()], problems: problems.list };
}

function isState(text: string | undefined): text is BridgePort['state'] {
  return text === 'disabled' || text === 'blocking' || text === 'listening' || text === 'learning' || text === 'forwarding';
}
