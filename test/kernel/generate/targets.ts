import type { Family } from '../../../src/address/ip.js';
import { type Draw, type Hook, type Spot } from './matches.js';
import { containerAddresses, hostAddresses, PORTS } from './world.js';

const only = (spot: Spot, ...hooks: readonly Hook[]): boolean => spot.hooks.every((h) => hooks.includes(h));
const ported = (protocol: string): boolean => protocol === 'tcp' || protocol === 'udp';

function destination(draw: Draw, family: Family, port: boolean): string {
  const { rng, world } = draw;
  const pool = [
    ...containerAddresses(world, family),
    ...containerAddresses(world, family),
    ...hostAddresses(world, family),
    ...world.outside[family].slice(0, 2),
  ];
  const ip = rng.pick(pool);
  if (!port || rng.chance(0.3)) return ip;
  const to = String(rng.pick(PORTS));
  return family === 4 ? `${ip}:${to}` : `[${ip}]:${to}`;
}

function natTarget(draw: Draw, spot: Spot, protocol: string): string {
  const { rng, world } = draw;
  if (only(spot, 'PREROUTING', 'OUTPUT')) {
    const made = [
      ...Array.from({ length: 6 }, () => `DNAT --to-destination ${destination(draw, spot.family, ported(protocol))}`),
      ...(ported(protocol) ? [`REDIRECT --to-ports ${rng.pick(PORTS)}`, `DNAT --to-destination :${rng.pick(PORTS)}`] : ['REDIRECT']),
      'ACCEPT',
      'RETURN',
      spot.family === 4 ? 'NETMAP --to 172.20.0.0/24' : 'NETMAP --to fd00:20::/64',
    ];
    return rng.pick(made);
  }
  const source = rng.pick(hostAddresses(world, spot.family));
  const snat = rng.pick([
    `SNAT --to-source ${source}`,
    ...(ported(protocol) ? [`SNAT --to-source ${spot.family === 4 ? source : `[${source}]`}:30000-40000`] : []),
  ]);
  if (only(spot, 'POSTROUTING'))
    return rng.pick([
      'MASQUERADE',
      'MASQUERADE',
      'MASQUERADE',
      snat,
      'ACCEPT',
      'RETURN',
      spot.family === 4 ? 'NETMAP --to 198.51.100.0/24' : snat,
    ]);
  return rng.pick([snat, 'ACCEPT', 'RETURN']);
}

const REJECT4 = [
  'icmp-port-unreachable',
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-proto-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
];
const REJECT6 = [
  'icmp6-port-unreachable',
  'icmp6-no-route',
  'icmp6-adm-prohibited',
  'icmp6-addr-unreachable',
  'icmp6-policy-fail',
  'icmp6-reject-route',
];

function filterTarget({ rng }: Draw, spot: Spot, protocol: string): string {
  const reject = protocol === 'tcp' && rng.chance(0.4) ? 'tcp-reset' : rng.pick(spot.family === 4 ? REJECT4 : REJECT6);
  const plain = [
    'ACCEPT',
    'ACCEPT',
    'ACCEPT',
    'ACCEPT',
    'ACCEPT',
    'RETURN',
    'RETURN',
    'RETURN',
    'LOG',
    'LOG --log-prefix "x "',
    'NFLOG --nflog-group 5',
    '',
    '',
  ];
  return rng.pick([
    ...plain,
    'MARK --set-xmark 0x1/0xffffffff',
    'DROP',
    'DROP',
    `REJECT --reject-with ${reject}`,
    `REJECT --reject-with ${reject}`,
  ]);
}

function mangleTarget({ rng }: Draw, spot: Spot, protocol: string): string {
  const mark = rng.pick(['0x1/0xffffffff', '0x2/0xffffffff', '0x10/0xf0', '0x0/0xff', '0x3/0x3']);
  const made = [
    ...Array.from({ length: 6 }, () => `MARK --set-xmark ${mark}`),
    `CONNMARK --set-xmark ${mark}`,
    'CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff',
    'CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff',
    spot.family === 4 ? 'TTL --ttl-set 64' : 'HL --hl-set 64',
    spot.family === 4 ? 'TTL --ttl-inc 1' : 'HL --hl-inc 1',
    spot.family === 4 ? 'TTL --ttl-dec 1' : 'HL --hl-dec 1',
    'DSCP --set-dscp 0x08',
    'TOS --set-tos 0x10/0xff',
    'CHECKSUM --checksum-fill',
    'AUDIT --type accept',
    ...(protocol === 'tcp' ? ['TCPOPTSTRIP --strip-options timestamp'] : []),
    ...(protocol === 'tcp' && spot.family === 4 ? ['ECN --ecn-tcp-remove'] : []),
    ...(only(spot, 'FORWARD', 'OUTPUT', 'POSTROUTING') ? ['CLASSIFY --set-class 1:1'] : []),
    'ACCEPT',
    'RETURN',
    'DROP',
    'LOG',
    '',
    ...(protocol === 'tcp' && only(spot, 'FORWARD', 'OUTPUT', 'POSTROUTING') ? ['TCPMSS --clamp-mss-to-pmtu'] : []),
    ...(spot.chain === 'PREROUTING' && ported(protocol)
      ? [`TPROXY --on-port 15001 --on-ip ${spot.family === 4 ? '0.0.0.0' : '::'} --tproxy-mark 0x1/0xffffffff`]
      : []),
  ];
  return rng.pick(made);
}

function rawTarget({ rng }: Draw, spot: Spot): string {
  const zoned = only(spot, 'PREROUTING', 'OUTPUT') && rng.chance(0.3);
  return rng.pick([
    'ACCEPT',
    'RETURN',
    'DROP',
    'CT --notrack',
    'CT --notrack',
    'MARK --set-xmark 0x2/0xffffffff',
    'LOG',
    '',
    ...(zoned ? ['CT --zone 7', 'CT --zone-orig 7', 'CT --zone-reply 7'] : []),
  ]);
}

/** @returns the target's name and options, empty for a rule that only counts. */
export function randomTarget(draw: Draw, spot: Spot, protocol: string): string {
  switch (spot.table) {
    case 'nat':
      return natTarget(draw, spot, protocol);
    case 'mangle':
      return mangleTarget(draw, spot, protocol);
    case 'raw':
      return rawTarget(draw, spot);
    case 'security':
      return draw.rng.pick(['ACCEPT', 'RETURN', 'DROP', 'LOG', '']);
    default:
      return filterTarget(draw, spot, protocol);
  }
}
