import { formatIp } from '../address/ip.js';
import type { Machine } from '../datapath/index.js';
import { endpointOn } from '../inventory/index.js';
import type { Explanation } from '../model/explanation.js';
import type { DockerNetwork } from '../model/host.js';
import { explanation, line, section } from './subject.js';

const DRIVERS: Readonly<Record<string, string>> = {
  bridge: 'a bridge network: a switch inside this host, with a subnet of its own',
  overlay: 'an overlay network: one segment over several hosts, carried between them by VXLAN (udp 4789)',
  macvlan:
    'a macvlan network: its containers stand beside the host on the network of a lower device, with link-layer addresses of their own',
  ipvlan: 'an ipvlan network: its containers stand beside the host on the network of a lower device, with its link-layer address',
  host: "the host's own network namespace, shared",
  null: 'no network at all: a namespace with a loopback and nothing else',
};

/** @returns what a network of Docker is, and who is on it. */
export function explainNetwork(machine: Machine, network: DockerNetwork): Explanation {
  const members = machine.host.containers.flatMap((c) =>
    [endpointOn(c, network)].flatMap((end) => (end === undefined ? [] : [{ c, ip: end.ip ?? end.ip6 }])),
  );
  const sections = [
    section(
      'Which subnets has it?',
      network.subnets.map((s) => line(`${s.prefix}${s.gateway === undefined ? '' : `, gateway ${formatIp(s.gateway)}`}`, network.origin)),
    ),
    section(
      'Who is on it?',
      members.map(({ c, ip }) =>
        line(`${c.name}${ip === undefined ? '' : `, ${formatIp(ip)}`}${c.running ? '' : ' (not running)'}`, c.origin),
      ),
    ),
    section(
      'What is it on the host?',
      network.bridge === undefined ? [] : [line(`the bridge ${network.bridge}`, machine.root.interfaces.get(network.bridge)?.origin)],
    ),
    section('What sets it apart?', [
      ...(network.internal ? ['it is internal: nothing of it is routed to the outside'] : []),
      ...(network.name === 'bridge' ? ['it is the default network: its containers find each other by address alone'] : []),
      ...[...network.options].map(([key, value]) => `${key} = ${value}`),
    ]),
  ];
  return explanation(
    'network',
    network.name,
    `${network.name} is ${DRIVERS[network.driver] ?? `a network of the driver ${network.driver}`}.`,
    sections,
    network.origin,
  );
}
