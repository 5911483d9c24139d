import type { Rng } from '../generate/rng.js';

/** The hooks of `mangle`, in which rules of every kind may stand. */
export const HOOKS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] as const;
export type Hook = (typeof HOOKS)[number];

interface Spot {
  readonly rng: Rng;
  readonly family: 4 | 6;
  readonly hook: Hook;
}

const V4 = [
  '10.1.0.2',
  '10.1.0.0/24',
  '10.2.0.2/31',
  '10.0.0.0/8',
  '0.0.0.0/1',
  '10.3.0.3',
  '10.2.0.0/255.255.0.254',
  '10.1.0.77',
  '128.0.0.0/1',
];
const V6 = ['fd01::2', 'fd01::/64', 'fd02::2/127', 'fd00::/8', '::/1', 'fd03::3', 'fd00::2/ff00::ff', 'fd01::77'];
/** Without `+` alone: `! -i +` never matches, and iptables-save leaves it out. */
const DEVICES = ['a0', 'b0', 'br0', 'lo', 'a+', 'c0', 'br+'];
/** Without `:`, whose negation iptables-save leaves out. */
const PORTS = ['80', '0', ':1023', '1024:', '443:8080', '60000:29', '65535', '53:53', '22'];
const LISTS = ['22,80', '53,1024:65535', '0:1,8080', '443'];

const pickOf = (spot: Spot, v4: readonly string[], v6: readonly string[]): string => spot.rng.pick(spot.family === 4 ? v4 : v6);
const hasIn = ({ hook }: Spot): boolean => hook === 'PREROUTING' || hook === 'INPUT' || hook === 'FORWARD';
const hasOut = ({ hook }: Spot): boolean => hook === 'FORWARD' || hook === 'OUTPUT' || hook === 'POSTROUTING';
const not = (spot: Spot, share = 0.3): string => (spot.rng.chance(share) ? '! ' : '');

/** Conditions of one kind each; undefined where the hook or the family has none. */
const KINDS: readonly ((spot: Spot) => string | undefined)[] = [
  (s) => `${not(s)}-s ${pickOf(s, V4, V6)}`,
  (s) => `${not(s)}-d ${pickOf(s, V4, V6)}`,
  (s) => (hasIn(s) ? `${not(s)}-i ${s.rng.pick(DEVICES)}` : undefined),
  (s) => (hasOut(s) ? `${not(s)}-o ${s.rng.pick(DEVICES)}` : undefined),
  (s) =>
    `${not(s)}-p ${s.rng.pick(['tcp', 'udp', s.family === 4 ? 'icmp' : 'ipv6-icmp', 'sctp', '33', '136', '47', '89', 'all'])}`.replace(
      '! -p all',
      '-p all',
    ),
  (s) => (s.family === 4 ? `${not(s)}-f` : undefined),
  (s) => `-p tcp -m tcp ${not(s)}--${s.rng.pick(['sport', 'dport'])} ${s.rng.pick(PORTS)}`,
  (s) =>
    `-p tcp -m tcp ${not(s)}${s.rng.pick(['--syn', '--tcp-flags ALL SYN', '--tcp-flags SYN,ACK SYN,ACK', '--tcp-flags ALL NONE', '--tcp-flags FIN,PSH,URG FIN,PSH,URG', '--tcp-flags RST RST', '--tcp-flags ALL ALL', '--tcp-flags NONE NONE'])}`,
  (s) => `-p tcp -m tcp ${not(s)}--tcp-option ${s.rng.pick(['1', '2', '3', '4', '5', '8', '34'])}`,
  (s) => `-p udp -m udp ${not(s)}--${s.rng.pick(['sport', 'dport'])} ${s.rng.pick(PORTS)}`,
  (s) => `-p sctp -m sctp ${not(s)}--${s.rng.pick(['sport', 'dport'])} ${s.rng.pick(PORTS.filter((one) => one !== '60000:29'))}`,
  (s) =>
    `-p ${s.rng.pick(['tcp', 'udp', 'sctp', '33', '136'])} -m multiport ${not(s)}--${s.rng.pick(['sports', 'dports', 'ports'])} ${s.rng.pick(LISTS)}`,
  (s) =>
    s.family === 4
      ? `-p icmp -m icmp ${not(s)}--icmp-type ${s.rng.pick(['8', '0', '3', '3/1', '3/4', 'any', '5', '11', '255/3', '13', 'echo-request'])}`
      : `-p ipv6-icmp -m icmp6 ${not(s)}--icmpv6-type ${s.rng.pick(['128', '129', '1', '1/4', '2', '3/0', '200', 'packet-too-big'])}`,
  (s) =>
    `-m iprange ${not(s)}${pickOf(s, ['--src-range 10.1.0.2-10.1.0.76', '--dst-range 10.2.0.0-10.2.0.2', '--src-range 10.3.0.0-10.3.0.255'], ['--src-range fd01::2-fd01::76', '--dst-range fd02::-fd02::2'])}`,
  (s) => `-m length ${not(s)}--length ${s.rng.pick(['0:40', '60', '41:', '80:100', '28', '52:84', ':65535'])}`,
  (s) =>
    s.family === 4
      ? `-m ttl ${s.rng.pick(['--ttl-eq 64', '--ttl-eq 63', '--ttl-lt 64', '--ttl-gt 127', '! --ttl-eq 1', '--ttl-lt 2'])}`
      : `-m hl ${s.rng.pick(['--hl-eq 64', '--hl-eq 63', '--hl-lt 64', '--hl-gt 127', '! --hl-eq 1'])}`,
  (s) => `-m tos ${not(s)}--tos ${s.rng.pick(['0x00/0xff', '0x10/0xff', '0x08/0x3f', '0xb8', '0x02/0x03'])}`,
  (s) => `-m dscp ${not(s)}${s.rng.pick(['--dscp 0', '--dscp 0x2e', '--dscp-class EF', '--dscp 4', '--dscp-class CS0'])}`,
  (s) =>
    s.rng.chance(0.5)
      ? `-m ecn ${not(s)}--ecn-ip-ect ${s.rng.pick(['0', '1', '2', '3'])}`
      : `-p tcp -m ecn ${not(s)}${s.rng.pick(['--ecn-tcp-cwr', '--ecn-tcp-ece'])}`,
  // of IPv6 alone: it drops every later fragment, whether it matches or not
  (s) => (s.family === 4 ? undefined : `-p tcp -m tcpmss ${not(s)}--mss ${s.rng.pick(['1460', '1:1000', '1400:1500', '0'])}`),
  (s) => (hasIn(s) ? `-m mac ${not(s)}--mac-source MAC${s.rng.pick(['A', 'C', 'D'])}` : undefined),
  (s) => `-m pkttype ${not(s)}--pkt-type ${s.rng.pick(['unicast', 'broadcast', 'multicast'])}`,
  (s) =>
    `-m addrtype ${not(s)}--${s.rng.pick(['src', 'dst'])}-type ${s.rng.pick(['LOCAL', 'UNICAST', 'LOCAL,UNICAST', 'MULTICAST', s.family === 4 ? 'BROADCAST' : 'ANYCAST'])}`,
  (s) =>
    s.hook === 'PREROUTING' || s.hook === 'INPUT'
      ? `-m addrtype ${not(s)}--${s.rng.pick(['src', 'dst'])}-type LOCAL --limit-iface-in`
      : s.hook === 'OUTPUT' || s.hook === 'POSTROUTING'
        ? `-m addrtype ${not(s)}--${s.rng.pick(['src', 'dst'])}-type LOCAL --limit-iface-out`
        : undefined,
  (s) => (hasIn(s) ? `-m devgroup ${not(s)}--src-group ${s.rng.pick(['default', '0x7', '7', '0/1'])}` : undefined),
  (s) => (hasOut(s) ? `-m devgroup ${not(s)}--dst-group ${s.rng.pick(['default', '0x7', '7', '0/1'])}` : undefined),
  (s) =>
    s.hook === 'PREROUTING' || s.hook === 'INPUT' || s.hook === 'FORWARD'
      ? `-m physdev ${not(s)}${s.rng.pick(['--physdev-is-in', '--physdev-in c0', '--physdev-in d+', ...(s.hook === 'FORWARD' ? ['--physdev-out d0', '--physdev-is-out', '--physdev-is-bridged'] : [])])}`
      : undefined,
  (s) =>
    s.hook === 'OUTPUT' || s.hook === 'POSTROUTING'
      ? `-m owner ${not(s)}${s.rng.pick(['--uid-owner 0', '--uid-owner 1-1000', '--gid-owner 0', '--socket-exists'])}`
      : undefined,
  (s) => `-m mark ${not(s)}--mark ${s.rng.pick(['0', '1', '0/1', '1/1'])}`,
  (s) =>
    `-m set ${not(s)}--match-set ${s.family === 4 ? s.rng.pick(['net4 src', 'net4 dst', 'port4 dst,dst', 'port4 src,src']) : s.rng.pick(['net6 src', 'net6 dst'])}`,
  (s) =>
    `-m u32 --u32 "${s.family === 4 ? s.rng.pick(['6&0xff=6', '6&0xff=17', '0&0xffff=60', '0&0xffff=28:40', '8>>24=63:64', '12=0x0a010002', '16&0xffff0000=0x0a020000', '6&0x1fff=0', '0>>22&0x3c@0>>16=80', '0>>22&0x3c@0&0xffff=443,8080', '0>>22&0x3c@12>>26&0x3c@0=1']) : s.rng.pick(['4&0xff00=0x600', '4>>16=40', '40>>16=80', '4&0xff=63:64', '8=0xfd010000'])}"`,
  (s) => `-m string --algo ${s.rng.pick(['bm', 'kmp'])} ${not(s)}--string "${s.rng.pick(['dtrace', 'GET ', 'AAAA', 'HTTP'])}"`,
  (s) =>
    s.family === 4
      ? `-m bpf --bytecode "${s.rng.pick(['4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0', '4,48 0 0 8,37 0 1 63,6 0 0 1,6 0 0 0', '4,40 0 0 2,53 0 1 60,6 0 0 1,6 0 0 0'])}"`
      : undefined,
  (s) =>
    s.hook === 'PREROUTING' ? `-m rpfilter${s.rng.pick(['', ' --loose', ' --accept-local', ' --invert', ' --validmark'])}` : undefined,
  (s) =>
    s.family === 6
      ? `-m ipv6header ${not(s)}--header ${s.rng.pick(['hop', 'frag', 'prot', 'esp,ah', 'none'])}${s.rng.pick(['', ' --soft'])}`
      : undefined,
  (s) =>
    s.family === 6
      ? `-m ${s.rng.pick(['frag --fragid 1', 'frag --fragfirst', 'rt --rt-type 0', 'dst --dst-len 1', 'hbh --hbh-len 4', 'frag ! --fragid 1'])}`
      : undefined,
  () => '-m comment --comment "was -j DROP"',
  (s) => (s.family === 6 ? `-m eui64` : undefined),
];

/** @returns a rule's conditions: one kind mostly, now and then two of which one may stand for the rule's protocol. */
export function drawConditions(spot: Spot): string {
  for (;;) {
    const first = spot.rng.pick(KINDS)(spot);
    if (first === undefined) continue;
    const second = spot.rng.chance(0.25) ? spot.rng.pick(KINDS)(spot) : undefined;
    const both = second === undefined ? [first] : [first, second];
    // what may stand once in a rule
    const flags = both.join(' ').match(/(?<= |^)-[a-z](?= )/g) ?? [];
    const own = flags.filter((flag) => flag !== '-m');
    if (new Set(own).size === own.length) return both.sort((x, y) => Number(y.includes('-p ')) - Number(x.includes('-p '))).join(' ');
  }
}
