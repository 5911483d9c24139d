import type { ValueType } from '../../../src/netfilter/nftables/types/data-types.js';
import type { Rng } from '../generate/rng.js';

/** Values of types that are not plain numbers, as rules write them: those that packets here have, and others. */
const VALUES: Readonly<Partial<Record<ValueType['type'], readonly string[]>>> = {
  nf_proto: ['ipv4', 'ipv6'],
  string: ['"ftp"', '"Linux"'],
  ipv4_addr: ['10.1.0.2', '10.2.0.2', '10.2.0.3', '10.1.0.1', '10.3.0.3', '192.0.2.7'],
  ipv6_addr: ['fd01::2', 'fd02::2', 'fd02::3', 'fd01::1', 'fd03::3', '2001:db8::7'],
  ether_addr: ['00:11:22:33:44:55', 'ff:ff:ff:ff:ff:ff'],
  ether_type: ['ip', 'ip6', 'arp', '0x1234'],
  arp_op: ['request', 'reply'],
  inet_proto: ['tcp', 'udp', 'icmp', 'ipv6-icmp', '132'],
  inet_service: ['22', '53', '80', '443', '8080'],
  icmp_type: ['echo-request', 'destination-unreachable'],
  icmpv6_type: ['echo-request', 'destination-unreachable', 'nd-neighbor-solicit'],
  icmp_code: ['port-unreachable', 'host-prohibited'],
  icmpv6_code: ['no-route', 'port-unreachable'],
  tcp_flag: ['syn', 'ack', 'rst', 'fin'],
  dccp_pkttype: ['request', 'data'],
  mh_type: ['home-test', 'binding-update'],
  igmp_type: ['membership-query', 'leave-group'],
  time: ['0s', '1s', '1h'],
  mark: ['0x0', '0x1', '0x2', '0x11'],
  iface_index: ['"a0"', '"b0"', '"br0"', '"lo"'],
  ifname: ['"a0"', '"b0"', '"br0"', '"c0"', '"lo"', '"a*"', '"none"'],
  iface_type: ['ether', 'loopback'],
  realm: ['0', '5'],
  classid: ['0:0', '1:2'],
  uid: ['0', '1000'],
  gid: ['0', '1000'],
  ct_state: ['new', 'established', 'invalid', 'untracked'],
  ct_dir: ['original', 'reply'],
  ct_status: ['snat', 'dnat', 'confirmed', 'seen-reply'],
  ct_label: ['5', '100'],
  ct_event: ['new', 'destroy'],
  pkt_type: ['host', 'broadcast', 'other'],
  devgroup: ['0', '1'],
  dscp: ['cs0', 'cs1', 'ef'],
  ecn: ['not-ect', 'ect0', 'ce'],
  fib_addrtype: ['local', 'unicast', 'broadcast', 'multicast'],
  boolean: ['exists', 'missing'],
  time_epoch: ['"2020-01-01 00:00:00"'],
  hour: ['"00:00"', '"23:59"', '"12:00"'],
  day: ['"Monday"', '"Sunday"'],
  cgroupsv2: ['"init.scope"'],
};

/** Numbers that packets here have somewhere, and the ends of what fits. */
function number(rng: Rng, bits: number): string {
  const most = 2n ** BigInt(Math.min(bits, 64)) - 1n;
  const fitting = [0n, 1n, 2n, 4n, 5n, 6n, 8n, 20n, 40n, 60n, 64n, 1024n, 64240n].filter((one) => one <= most);
  return String(rng.pick([...fitting, most]));
}

/** @returns a value of a type, as rules write it. */
export function valueOf(rng: Rng, { type, bits }: ValueType): string {
  const named = VALUES[type];
  return named === undefined ? number(rng, bits) : rng.pick(named);
}
