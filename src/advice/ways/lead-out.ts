import { command, operand } from '../../command/index.js';
import type { Machine } from '../../datapath/index.js';
import type { DockerNetwork } from '../../model/host.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { containerAt, hasNoWayOut } from '../account/ends.js';
import type { Candidate } from './candidate.js';
import { lasting } from './candidate.js';
import { onNetwork } from './compose.js';
import { pluggable, program } from './connect.js';

/** Networks of one's own first, the default one last: on that, everybody is. */
function leadOn({ host }: Machine): readonly DockerNetwork[] {
  const out = host.networks.filter(({ driver, internal }) => driver === 'bridge' && !internal);
  return [...out].sort((a, b) => Number(a.name === 'bridge') - Number(b.name === 'bridge'));
}

/** @returns how the runtime lets a container out that is on internal networks alone: by one more that leads on. */
export function leadingOut(machine: Machine, request: FlowRequest, { flow }: Trace): readonly Candidate[] {
  const from = containerAt(machine, flow.from);
  if (!pluggable(from) || !hasNoWayOut(machine, from) || containerAt(machine, flow.to) !== undefined) return [];
  return leadOn(machine).map(({ name }) => {
    const words = ['network', 'connect', operand(name), operand(from.name)] as const;
    return {
      way: 'runtime',
      why: `put ${from.name} on network ${name} as well, which leads out`,
      commands: [command(program(from), ...words)],
      model: [command('docker', ...words)],
      ask: { ...request, from: from.name, to: flow.dst ?? request.to },
      compose: onNetwork([from], name),
      lasts: lasting('recreate'),
      isOut: true,
    };
  });
}
