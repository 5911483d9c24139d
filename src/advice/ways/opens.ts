import { createMachine, traceFlow, type Machine } from '../../datapath/index.js';
import type { Container, Host } from '../../model/host.js';
import { HOST_NETNS, isHostNetns } from '../../model/netns.js';
import type { AlsoOpens, FlowRequest, Outcome } from '../../model/trace.js';

/** Enough to see what a remedy is wider than: all flows of a small host, the nearest of a large one. */
const MOST_FLOWS = 400;
const MOST_DOORS = 16;
const SHOWN = 6;

const isOpen = (outcome: Outcome): boolean => outcome === 'connected' || outcome === 'leaves-host';

interface Door {
  readonly name: string;
  readonly proto: 'tcp' | 'udp';
  readonly port: number;
}

function doorsOf({ netns }: Host, { name, netns: of }: Container): readonly Door[] {
  const sockets = netns.get(of)?.sockets.filter(({ process, ip }) => process !== 'dockerd' && ip === undefined) ?? [];
  const doors = new Map(sockets.map(({ proto, port }) => [`${proto} ${port}`, { name, proto, port }]));
  return [...doors.values()].slice(0, MOST_DOORS);
}

/** Containers, the nearest first: the ends, those that share a network with one of them, all others. */
function around(before: Host, after: Host, ends: readonly string[]): readonly Container[] {
  const own = after.containers.filter(({ name, running }) => running && ends.includes(name));
  const networks = new Set(own.flatMap(({ endpoints }) => endpoints.map(({ network }) => network)));
  const others = after.containers.filter((one) => one.running && !own.includes(one) && one.netns === one.name);
  const isNear = ({ endpoints }: Container): boolean => endpoints.some(({ network }) => networks.has(network));
  const nearest = [...own, ...others.filter(isNear), ...others.filter((one) => !isNear(one))];
  return nearest.filter(({ name }) => before.netns.has(name));
}

const OUTSIDERS = ['internet', 'lan'];

/** Services of the host itself. */
function doorsOfHost({ netns }: Host): readonly Door[] {
  const sockets =
    netns.get(HOST_NETNS)?.sockets.filter(({ process, ip }) => ip === undefined && process?.startsWith('docker') !== true) ?? [];
  return [...new Map(sockets.map(({ proto, port }) => [`${proto} ${port}`, { name: 'host', proto, port }])).values()].slice(0, MOST_DOORS);
}

/** Flows that a remedy for one might open as well, those from and to its ends first. */
function flowsAround(before: Host, after: Host, ends: readonly string[], door: Door | undefined): readonly FlowRequest[] {
  const near = around(before, after, ends);
  const names = near.map(({ name }) => name);
  const doors = [...near.flatMap((target) => doorsOf(after, target)), ...doorsOfHost(after), ...(door === undefined ? [] : [door])];
  const flows = doors.flatMap(({ name, proto, port }) =>
    [...names, 'host', ...OUTSIDERS].filter((from) => from !== name).map((from): FlowRequest => ({ from, to: name, proto, dport: port })),
  );
  const ofEnds = ({ from, to }: FlowRequest): boolean => ends.includes(from) || ends.includes(to) || to === door?.name;
  return [...flows.filter(ofEnds), ...flows.filter((one) => !ofEnds(one))].slice(0, MOST_FLOWS);
}

interface Opened {
  readonly machine: Machine;
  readonly after: Host;
  /** Both ends, by name. */
  readonly ends: readonly string[];
  /** The flow that was to be opened, as it is asked then. */
  readonly asked: FlowRequest;
}

/** @returns which other flows are open after a change and were not before. */
export function alsoOpened({ machine, after, ends, asked }: Opened): AlsoOpens {
  const changed = createMachine(after, { assume: machine.answers });
  const { to, proto, dport } = asked;
  const door =
    isHostNetns(to) && dport !== undefined && proto !== undefined && proto !== 'icmp' ? { name: to, proto, port: dport } : undefined;
  const key = (flow: FlowRequest): string => [flow.from, flow.to, flow.proto, flow.dport].join(' ');
  const flows = new Map(flowsAround(machine.host, after, ends, door).map((flow) => [key(flow), flow]));
  flows.delete(key(asked));
  const isOpenOn = (at: Machine, flow: FlowRequest): boolean => isOpen(traceFlow(at, flow).outcome);
  const opened = [...flows.values()].filter((flow) => isOpenOn(changed, flow) && !isOpenOn(machine, flow));
  const told = opened.map((flow) => `${flow.from} → ${flow.to}:${flow.dport ?? 0}/${flow.proto ?? 'tcp'}`);
  return { flows: told.slice(0, SHOWN), count: told.length, compared: flows.size };
}
