import { command, operand } from '../../command/index.js';
import type { Machine } from '../../datapath/index.js';
import { saysNo } from '../../inventory/index.js';
import type { Container, DockerNetwork } from '../../model/host.js';
import type { FlowRequest, Trace } from '../../model/trace.js';
import { containerAt } from '../account/ends.js';
import type { Candidate } from './candidate.js';
import { lasting } from './candidate.js';
import { onNetwork } from './compose.js';

/** @returns whether a network can be plugged into a container: it runs, in a namespace of its own. */
export function pluggable(container: Container | undefined): container is Container {
  return container?.running === true && container.netns === container.name && container.endpoints.length > 0;
}

const isOn = ({ endpoints }: Container, network: string): boolean => endpoints.some((endpoint) => endpoint.network === network);

/** Networks of one's own first; those that keep their containers apart last. */
function inOrder({ host }: Machine, { endpoints }: Container): readonly DockerNetwork[] {
  const rank = (network: DockerNetwork): number => (saysNo(network, 'enable_icc') ? 2 : 0) + (network.name === 'bridge' ? 1 : 0);
  const own = endpoints.flatMap(({ network }) => host.networks.filter(({ name }) => name === network));
  return own.filter(({ driver }) => driver === 'bridge').sort((a, b) => rank(a) - rank(b));
}

/** Whose command makes and joins its networks. */
export const program = ({ runtime }: Container): string => runtime ?? 'docker';

function joined(machine: Machine, who: Container, whose: Container, ask: FlowRequest): readonly Candidate[] {
  return inOrder(machine, whose)
    .filter(({ name }) => !isOn(who, name))
    .map(({ name }) => {
      const words = ['network', 'connect', operand(name), operand(who.name)] as const;
      return {
        way: 'runtime' as const,
        why: `put ${who.name} on network ${name}, where ${whose.name} is`,
        commands: [command(program(who), ...words)],
        model: [command('docker', ...words)],
        ask,
        compose: onNetwork([who], name),
        lasts: lasting('recreate'),
      };
    });
}

/** A name for a network of these two that no other has. */
function freshName({ host }: Machine, from: Container, to: Container): string {
  const base = `${from.name}-${to.name}`;
  const taken = new Set(host.networks.map(({ name }) => name));
  for (let n = 2; ; n++) {
    const name = n === 2 ? base : `${base}-${n}`;
    if (!taken.has(name)) return name;
  }
}

function apart(machine: Machine, from: Container, to: Container, ask: FlowRequest): Candidate {
  const name = freshName(machine, from, to);
  // a name leads to any network that both are on: the one that keeps them apart has to go
  const shared = from.endpoints.map(({ network }) => network).filter((network) => isOn(to, network));
  const all = [
    ['network', 'create', operand(name)],
    ['network', 'connect', operand(name), operand(from.name)],
    ['network', 'connect', operand(name), operand(to.name)],
    ...shared.map((network) => ['network', 'disconnect', operand(network), operand(from.name)] as const),
  ] as const;
  return {
    way: 'runtime',
    why: `give ${from.name} and ${to.name} a network of their own${shared.length === 0 ? '' : `, and take ${from.name} off ${shared.join(', ')}`}`,
    commands: all.map((words) => command(program(from), ...words)),
    model: all.map((words) => command('docker', ...words)),
    ask,
    compose: onNetwork([{ ...from, endpoints: from.endpoints.filter(({ network }) => !shared.includes(network)) }, to], name),
    lasts: lasting('recreate'),
  };
}

/** @returns how the runtime itself brings two containers together: on a network of one of them, or on a new one. */
export function connecting(machine: Machine, request: FlowRequest, { flow }: Trace): readonly Candidate[] {
  const [from, to] = [containerAt(machine, flow.from), containerAt(machine, flow.to)];
  if (!pluggable(from) || !pluggable(to) || from === to || from.runtime !== to.runtime || flow.dport === undefined) return [];
  const ask: FlowRequest = {
    ...(request.id !== undefined && { id: request.id }),
    from: from.name,
    to: to.name,
    proto: flow.proto,
    dport: flow.dport,
  };
  return [...joined(machine, from, to, ask), ...joined(machine, to, from, ask), apart(machine, from, to, ask)];
}
