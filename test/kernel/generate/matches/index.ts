import type { Rng } from '../rng.js';
import { anyAddress, not, only, type Draw, type Kind, type Maker, type Protocol, type Spot } from '../spot.js';
import { interfaces, PORTS, prefixes } from '../world.js';
import { CONNECTION } from './connection.js';
import { PACKET } from './packet.js';
import { CHANGING, EXTENSION_HEADERS, OTHER_PROTOCOLS } from './rare.js';

/** Matches that stand beside a rule's protocol, by the name after `-m`. */
const BESIDE: Readonly<Record<string, Kind<Maker>>> = { ...CONNECTION, ...PACKET, ...CHANGING, ...EXTENSION_HEADERS };

/** Every match that the generator uses, and how this machine is asked whether it has it. */
export const MATCHES: Readonly<Record<string, Pick<Kind<Maker>, 'probe' | 'family'>>> = {
  ...BESIDE,
  ...OTHER_PROTOCOLS,
  tcp: { probe: 'FORWARD -p tcp -m tcp --dport 80' },
  udp: { probe: 'FORWARD -p udp -m udp --dport 80' },
  icmp: { probe: 'FORWARD -p icmp -m icmp --icmp-type 8' },
  icmp6: { probe: 'FORWARD -p icmpv6 -m icmp6 --icmpv6-type 128', family: 6 },
};

function ports(rng: Rng): string {
  return rng.chance(0.6) ? String(rng.pick(PORTS)) : rng.pick(['1:1023', '80:443', '1024:65535', ':79', '443:']);
}

function tcpPart(rng: Rng): string {
  const extra = rng.pick([
    '',
    `--dport ${ports(rng)}`,
    `${not(rng, 0.3)}--dport ${ports(rng)}`,
    '--tcp-flags FIN,SYN,RST,ACK SYN',
    '--tcp-flags ALL SYN',
    `${not(rng, 0.2)}--sport 1024:65535`,
    '--tcp-flags SYN,RST SYN',
    '--tcp-option 2',
  ]);
  return extra === '' ? '-p tcp' : `-p tcp -m tcp ${extra}`;
}

function weighted(draw: Draw, kinds: Readonly<Record<string, Kind<Maker>>>, spot: Spot, protocol: Protocol): string {
  const able = Object.entries(kinds).filter(([name]) => !draw.lacking.matches.has(name));
  const makers = able.flatMap(([, { weight, make }]) => Array.from({ length: weight }, () => make));
  return draw.rng.pick(makers)(draw, spot, protocol) ?? '';
}

function protocolPart(draw: Draw, spot: Spot, protocol: Protocol): string {
  const { rng } = draw;
  switch (protocol) {
    case 'all':
      return '';
    case 'tcp':
      return tcpPart(rng);
    case 'udp': {
      const extra = rng.pick(['', `--dport ${ports(rng)}`, `${not(rng, 0.3)}--dport ${ports(rng)}`]);
      return extra === '' ? '-p udp' : `-p udp -m udp ${extra}`;
    }
    case 'icmp':
      return spot.family === 4
        ? `-p icmp${rng.pick(['', ' -m icmp --icmp-type 8', ' -m icmp ! --icmp-type 0', ' -m icmp --icmp-type any'])}`
        : `-p ipv6-icmp${rng.pick([' -m icmp6 --icmpv6-type 128', ' -m icmp6 --icmpv6-type 129'])}`;
    case 'other':
      return weighted(draw, OTHER_PROTOCOLS, spot, protocol);
  }
}

/** @returns the conditions of a rule, in the order iptables-save prints them. */
export function randomConditions(draw: Draw, spot: Spot, protocol: Protocol): string {
  const { rng, world } = draw;
  const address = (): string => (rng.chance(0.5) ? anyAddress(draw, spot.family) : rng.pick(prefixes(world, spot.family)));
  const parts: string[] = [];
  if (rng.chance(0.2)) parts.push(`${not(rng)}-s ${address()}`);
  if (rng.chance(0.25)) parts.push(`${not(rng)}-d ${address()}`);
  if (rng.chance(0.2) && (!spot.base || only(spot, 'PREROUTING', 'INPUT', 'FORWARD')))
    parts.push(`${not(rng)}-i ${rng.pick(interfaces(world))}`);
  if (rng.chance(0.2) && (!spot.base || only(spot, 'FORWARD', 'OUTPUT', 'POSTROUTING')))
    parts.push(`${not(rng)}-o ${rng.pick(interfaces(world))}`);
  parts.push(protocolPart(draw, spot, protocol));
  if (spot.family === 4 && rng.chance(0.02)) parts.push(rng.pick(['-f', '! -f']));
  if (rng.chance(0.55)) parts.push(weighted(draw, BESIDE, spot, protocol));
  if (rng.chance(0.15)) parts.push(weighted(draw, BESIDE, spot, protocol));
  return [...new Set(parts.filter((p) => p !== ''))].join(' ');
}

export function randomProtocol(rng: Rng): Protocol {
  return rng.chance(0.03) ? 'other' : rng.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'icmp', 'all', 'all', 'all', 'all']);
}
