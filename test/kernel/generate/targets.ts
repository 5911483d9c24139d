import type { Family } from '../../../src/address/ip.js';
import { only, ported, type Draw, type Protocol, type Spot } from './spot.js';
import { containerAddresses, hostAddresses, PORTS } from './world.js';

/** Sets that only a target writes to and no rule asks: one flow must not change the way of another. */
export const WRITTEN: Readonly<Record<Family, string>> = { 4: 'written4', 6: 'written6' };

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

function natTarget(draw: Draw, spot: Spot, protocol: Protocol): string {
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

function writeSet({ rng }: Draw, spot: Spot): string {
  return `SET ${rng.pick(['--add-set', '--del-set'])} ${WRITTEN[spot.family]} ${rng.pick(['src', 'dst'])}`;
}

function filterTargets(draw: Draw, spot: Spot, protocol: Protocol): readonly string[] {
  const { rng } = draw;
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
  return [
    ...plain,
    ...plain,
    'MARK --set-xmark 0x1/0xffffffff',
    ...['DROP', 'DROP', 'DROP', 'DROP'],
    ...Array.from({ length: 4 }, () => `REJECT --reject-with ${reject}`),
    writeSet(draw, spot),
    'NFQUEUE --queue-num 5 --queue-bypass',
    'QUEUE',
    'ULOG --ulog-nlgroup 5',
    'RATEEST --rateest-name busy --rateest-interval 250ms --rateest-ewmalog 500ms',
  ];
}

function mangleTargets(draw: Draw, spot: Spot, protocol: Protocol): readonly string[] {
  const { rng } = draw;
  const mark = rng.pick(['0x1/0xffffffff', '0x2/0xffffffff', '0x10/0xf0', '0x0/0xff', '0x3/0x3']);
  return [
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
    'CONNSECMARK --save',
    'CONNSECMARK --restore',
    'SECMARK --selctx system_u:object_r:ssh_packet_t:s0',
    writeSet(draw, spot),
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
}

function rawTargets({ rng }: Draw, spot: Spot, protocol: Protocol): readonly string[] {
  const zoned = only(spot, 'PREROUTING', 'OUTPUT') && rng.chance(0.3);
  return [
    'ACCEPT',
    'RETURN',
    'DROP',
    'CT --notrack',
    'NOTRACK',
    ...(protocol === 'tcp' ? ['CT --helper ftp'] : []),
    'MARK --set-xmark 0x2/0xffffffff',
    'LOG',
    '',
    ...(zoned ? ['CT --zone 7', 'CT --zone-orig 7', 'CT --zone-reply 7'] : []),
  ];
}

function targetsOf(draw: Draw, spot: Spot, protocol: Protocol): readonly string[] {
  switch (spot.table) {
    case 'nat':
      return [natTarget(draw, spot, protocol)];
    case 'mangle':
      return mangleTargets(draw, spot, protocol);
    case 'raw':
      return rawTargets(draw, spot, protocol);
    case 'security':
      return ['ACCEPT', 'RETURN', 'DROP', 'LOG', ''];
    default:
      return filterTargets(draw, spot, protocol);
  }
}

/** @returns the target's name and options, empty for a rule that only counts. */
export function randomTarget(draw: Draw, spot: Spot, protocol: Protocol): string {
  return draw.rng.pick(targetsOf(draw, spot, protocol).filter((text) => !draw.lacking.targets.has(text.split(' ')[0] ?? '')));
}

/** A rule with each target that not every kernel has, after `-A`: it tells whether this machine can load it. */
export const TARGETS: Readonly<Record<string, { readonly probe: string; readonly family?: Family }>> = {
  AUDIT: { probe: 'FORWARD -j AUDIT --type accept' },
  CHECKSUM: { probe: 'mangle FORWARD -j CHECKSUM --checksum-fill' },
  CLASSIFY: { probe: 'mangle FORWARD -j CLASSIFY --set-class 1:1' },
  CONNMARK: { probe: 'mangle FORWARD -j CONNMARK --set-xmark 0x1/0xff' },
  CONNSECMARK: { probe: 'mangle FORWARD -j CONNSECMARK --save' },
  CT: { probe: 'raw PREROUTING -j CT --notrack' },
  DNAT: { probe: 'nat PREROUTING -j DNAT --to-destination 10.0.0.1' },
  DSCP: { probe: 'mangle FORWARD -j DSCP --set-dscp 0x08' },
  ECN: { probe: 'mangle FORWARD -p tcp -j ECN --ecn-tcp-remove' },
  HL: { probe: 'mangle FORWARD -j HL --hl-set 64', family: 6 },
  LOG: { probe: 'FORWARD -j LOG' },
  MARK: { probe: 'mangle FORWARD -j MARK --set-xmark 0x1/0xff' },
  MASQUERADE: { probe: 'nat POSTROUTING -j MASQUERADE' },
  NETMAP: { probe: 'nat PREROUTING -j NETMAP --to 10.0.0.0/24' },
  NFLOG: { probe: 'FORWARD -j NFLOG --nflog-group 5' },
  NFQUEUE: { probe: 'FORWARD -j NFQUEUE --queue-num 5 --queue-bypass' },
  NOTRACK: { probe: 'raw PREROUTING -j NOTRACK' },
  QUEUE: { probe: 'FORWARD -j QUEUE' },
  RATEEST: { probe: 'FORWARD -j RATEEST --rateest-name busy --rateest-interval 250ms --rateest-ewmalog 500ms' },
  REDIRECT: { probe: 'nat PREROUTING -p tcp -j REDIRECT --to-ports 80' },
  REJECT: { probe: 'FORWARD -j REJECT' },
  SECMARK: { probe: 'mangle FORWARD -j SECMARK --selctx system_u:object_r:ssh_packet_t:s0' },
  SET: { probe: 'FORWARD -j SET --add-set probe src' },
  SNAT: { probe: 'nat POSTROUTING -j SNAT --to-source 10.0.0.1' },
  TCPMSS: { probe: 'mangle FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu' },
  TCPOPTSTRIP: { probe: 'mangle FORWARD -p tcp -j TCPOPTSTRIP --strip-options timestamp' },
  TOS: { probe: 'mangle FORWARD -j TOS --set-tos 0x10/0xff' },
  TPROXY: { probe: 'mangle PREROUTING -p tcp -j TPROXY --on-port 15001' },
  TTL: { probe: 'mangle FORWARD -j TTL --ttl-set 64' },
  ULOG: { probe: 'FORWARD -j ULOG --ulog-nlgroup 5' },
};
