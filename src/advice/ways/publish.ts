import { formatIp, isLoopback } from '../../address/ip.js';
import { command, operand, remark } from '../../command/index.js';
import type { Machine } from '../../datapath/index.js';
import type { Container, PublishedPort } from '../../model/host.js';
import { isHostNetns } from '../../model/netns.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { containerAt } from '../account/ends.js';
import type { Candidate } from './candidate.js';
import { lasting } from './candidate.js';
import { publishing } from './compose.js';

const suffix = (proto: string): string => (proto === 'tcp' ? '' : `/${proto}`);

function spec({ hostIp, hostPort, containerPort, proto }: PublishedPort): string {
  const at = hostIp === undefined ? '' : typeof hostIp === 'bigint' ? `[${formatIp(hostIp)}]:` : `${formatIp(hostIp)}:`;
  return `${at}${hostPort}:${containerPort}${suffix(proto)}`;
}

/** A port of the host that nobody listens on or publishes: the container's own, where it is free. */
function freePort({ host, root }: Machine, proto: string, port: number): number | undefined {
  const isFree = (n: number): boolean =>
    n <= 65535 &&
    !root.netns.sockets.some((socket) => socket.proto === proto && socket.port === n) &&
    !host.containers.some(({ running, published }) => running && published.some((one) => one.proto === proto && one.hostPort === n));
  return [port, 8000 + port, 10000 + port, 20000 + port, 30000 + port].find(isFree);
}

function listens({ namespaces }: Machine, { netns }: Container, proto: string, port: number): boolean {
  return namespaces.get(netns)?.netns.sockets.some((socket) => socket.proto === proto && socket.port === port) === true;
}

/** A container whose ports the runtime publishes: one bridge network that leads out. */
function publishable({ host }: Machine, container: Container): string | undefined {
  const [only, ...more] = container.endpoints;
  const network = host.networks.find(({ name }) => name === only?.network);
  if (more.length > 0 || network?.driver !== 'bridge' || network.internal || container.netns !== container.name) return undefined;
  return container.running ? network.name : undefined;
}

/** What is published already has only to be asked for where it is. */
function published(request: FlowRequest, container: Container, { proto, dport }: Trace['flow']): readonly Candidate[] {
  const own = container.published.filter((one) => one.proto === proto && one.containerPort === dport);
  // ports of the loopback device lead nobody in from outside
  const open = own.filter(({ hostIp }) => hostIp === undefined || !isLoopback(hostIp));
  return open.map(({ hostIp, hostPort }) => {
    const at = hostIp === undefined ? 'host' : formatIp(hostIp);
    const where = hostIp === undefined ? 'of the host' : `of ${at}`;
    return {
      way: 'runtime',
      why: `ask for port ${hostPort} ${where}: there ${container.name} publishes its port ${dport}, and nothing has to change`,
      commands: [remark`ask ${at} for port ${hostPort} instead`],
      model: [],
      ask: { ...request, to: at, proto, dport: hostPort },
      lasts: lasting(),
    };
  });
}

/**
 * @returns how the runtime itself lets people outside a container's network reach it: by a port of the host. The container is made anew, so
 *   the command is a remark; the model is given what it comes to.
 */
export function publish(machine: Machine, request: FlowRequest, { flow }: Trace): readonly Candidate[] {
  const { proto, dport } = flow;
  const container = containerAt(machine, flow.to);
  const from = containerAt(machine, flow.from);
  if (container === undefined || dport === undefined || proto === 'icmp' || (from !== undefined && !isHostNetns(from.netns))) return [];
  const already = published(request, container, flow);
  const network = publishable(machine, container);
  const hostPort = freePort(machine, proto, dport);
  if (network === undefined || hostPort === undefined || !listens(machine, container, proto, dport)) return already;
  const port = spec({ proto, hostPort, containerPort: dport });
  const ports = [...new Set([...container.published.map(spec), port])].flatMap((one) => ['-p', one]);
  const ask: FlowRequest = { ...request, to: 'host', proto, dport: hostPort };
  return [
    ...already,
    {
      way: 'runtime',
      why: `publish port ${dport} of ${container.name} as port ${hostPort} of the host`,
      commands: [remark`recreate ${container.name} with -p ${port} beside its other options, and ask for port ${hostPort} of the host`],
      model: [
        command('docker', 'rm', '-f', operand(container.name)),
        command('docker', 'run', '-d', '--name', operand(container.name), '--network', operand(network), ...ports, 'image'),
      ],
      ask,
      compose: publishing(container, port),
      lasts: lasting(),
    },
  ];
}
