import { useOf } from './held.js';
import { distinct, IFACES, isBelow, MARKS, PORTS, single, six, STATES, V4, V6, type Place } from './place.js';
import { rare } from './rare.js';
import { registered } from './registered.js';

function address(place: Place): string {
  const { rng } = place;
  const v6 = six(place);
  const [word, list] = v6 ? (['ip6', V6] as const) : (['ip', V4] as const);
  const field = rng.pick(['saddr', 'daddr', 'daddr']);
  const form = rng.int(0, 6);
  if (form === 0) return `${word} ${field} { ${distinct(rng, list, 4)} }`;
  if (form === 1) return `${word} ${field} != ${rng.pick(list)}`;
  if (form === 2 && place.names.addrs !== undefined && !v6) return `ip ${field} ${rng.pick(['', '!= '])}@${place.names.addrs}`;
  if (form === 3 && !v6) return `ip ${field} & 255.255.0.0 == ${rng.pick(['10.1.0.0', '10.2.0.0'])}`;
  return `${word} ${field} ${rng.pick(list)}`;
}

function port({ rng, names }: Place): string {
  const proto = rng.pick(['tcp', 'udp', 'tcp', 'th']);
  const field = rng.chance(0.9) ? 'dport' : 'sport';
  const before = proto === 'th' ? 'meta l4proto { tcp, udp } ' : '';
  const form = rng.int(0, 6);
  if (form === 0) return `${before}${proto} ${field} { ${distinct(rng, PORTS, 4)} }`;
  if (form === 1) return `${before}${proto} ${field} != ${rng.pick(PORTS)}`;
  if (form === 2 && names.ports !== undefined) return `${before}${proto} ${field} @${names.ports}`;
  if (form === 3) return `${before}${proto} ${field} ${rng.pick(['<', '>', '<=', '>='])} ${rng.pick(single(PORTS))}`;
  return `${before}${proto} ${field} ${rng.pick(PORTS)}`;
}

function device({ rng, hook, names }: Place): string {
  const key =
    hook === 'output' || (hook === 'postrouting' && rng.chance(0.5)) ? 'oif' : hook === 'forward' ? rng.pick(['iif', 'oif']) : 'iif';
  if (names.ifaces !== undefined && rng.chance(0.2)) return `${key}name @${names.ifaces}`;
  if (rng.chance(0.2)) return `${key} ${rng.pick(['"a0"', '"b0"', '"lo"'])}`;
  if (rng.chance(0.2)) return `${key}name { ${rng.pick(['"a0", "b0"', '"b0", "lo"'])} }`;
  return `${key}name ${rng.pick(['', '', '!= '])}${rng.pick(IFACES)}`;
}

function connection(place: Place): string {
  const { rng, type } = place;
  const forms = [
    `ct state ${rng.pick(STATES)}`,
    `ct state ${rng.pick(['established,related', 'new,established'])}`,
    `ct state { ${rng.pick(['new, established', 'invalid, untracked'])} }`,
    `ct state != ${rng.pick(STATES)}`,
    `ct direction ${rng.pick(['original', 'reply'])}`,
    `ct status ${rng.pick(['dnat', 'snat'])}`,
    `ct mark ${rng.pick(['', '!= '])}${rng.pick(['0x0', ...MARKS])}`,
    `meta l4proto ${rng.pick(['tcp', 'udp'])} ct original proto-dst ${rng.pick(single(PORTS))}`,
    six(place) ? `ct original ip6 daddr ${rng.pick(single(V6))}` : `ct original ip daddr ${rng.pick(single(V4))}`,
    `ct protocol ${rng.pick(['tcp', 'udp'])}`,
    `ct protocol { ${rng.pick(['tcp', 'udp'])}, icmp }`,
    'ct expiration > 0s',
  ];
  return rng.pick(type.startsWith('nat') ? forms.slice(0, 4) : forms.slice(0, 11));
}

function other(place: Place): string {
  const { rng, names } = place;
  const v6 = six(place);
  const forms = [
    `meta l4proto ${rng.pick(['tcp', 'udp', '{ tcp, udp }', '!= tcp', 'icmp'])}`,
    `meta mark ${rng.pick(['', '!= '])}${rng.pick(['0x0', ...MARKS])}`,
    `meta mark & 0x3 == ${rng.pick(['0x0', '0x1', '0x2'])}`,
    `meta mark { 0x0, 0x1 }`,
    ...(place.family === 'inet' ? [`meta nfproto ${rng.pick(['ipv4', 'ipv6'])}`] : []),
    `fib daddr type ${rng.pick(['', '!= '])}${rng.pick(['local', 'unicast'])}`,
    `fib saddr type ${rng.pick(['local', 'unicast'])}`,
    `meta pkttype ${rng.pick(['host', 'broadcast', 'unicast'])}`,
    `tcp flags ${rng.pick(['syn', 'ack', '& (fin|syn|rst|ack) == syn', 'syn / fin,syn,rst,ack', '!= syn'])}`,
    v6 ? 'ip6 hoplimit > 60' : 'ip ttl > 60',
    v6 ? 'ip6 nexthdr { tcp, udp }' : `ip protocol ${rng.pick(['tcp', 'udp', 'icmp'])}`,
    v6 ? 'ip6 version 6' : 'ip version 4',
    `meta length ${rng.pick(['< 100', '> 10', '> 1000'])}`,
    `@th,16,16 ${rng.pick(['80', '53', '22'])}`,
    v6 ? 'ip6 dscp 0x00' : 'ip dscp 0x00',
    v6 ? 'ip6 dscp != 0x04' : 'ip ecn 0',
    'iifname . oifname { "a0" . "b0", "lo" . "lo" }',
    ...(names.pairs !== undefined ? [`ip daddr . tcp dport @${names.pairs}`, `ip daddr . udp dport != @${names.pairs}`] : []),
    ...(v6
      ? ['ip6 saddr . ip6 daddr { fd01::2 . fd02::2, fd01::2 . fd01::1 }']
      : ['ip saddr . ip daddr . meta l4proto { 10.1.0.2 . 10.2.0.0/24 . tcp, 10.1.0.2 . 10.1.0.1 . udp }']),
    ...(names.seen !== undefined ? [`ip saddr @${names.seen}`] : []),
  ];
  return rng.pick(forms);
}

/** @returns one thing that a rule asks. */
export function condition(place: Place): string {
  const own = place.rng.chance(0.15) ? useOf(place.rng, place.names.held, 'condition') : undefined;
  if (own !== undefined) return own;
  if (place.rng.chance(0.12)) return registered(place);
  const kind = place.rng.int(0, 9);
  if (kind < 3) return address(place);
  if (kind < 5) return port(place);
  if (kind < 6) return device(place);
  if (kind < 7) return isBelow(place) ? address(place) : connection(place);
  return place.rng.chance(0.5) ? rare(place) : other(place);
}
