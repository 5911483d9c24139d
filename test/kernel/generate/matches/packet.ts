import { not, only, ported, type Draw, type Kind, type Maker, type Protocol, type Spot } from '../spot.js';

function addrtypeMatch({ rng }: Draw, spot: Spot): string {
  const both = ['LOCAL', 'LOCAL', 'UNICAST', 'UNREACHABLE', 'MULTICAST', 'ANYCAST', 'LOCAL,UNICAST'];
  const types = spot.family === 6 ? both : [...both, 'LOCAL', 'BROADCAST', 'BLACKHOLE', 'PROHIBIT'];
  const limit =
    only(spot, 'PREROUTING', 'INPUT') && spot.base
      ? rng.pick(['', ' --limit-iface-in'])
      : only(spot, 'OUTPUT', 'POSTROUTING') && spot.base
        ? rng.pick(['', ' --limit-iface-out'])
        : '';
  return `-m addrtype ${not(rng)}${rng.pick(['--dst-type', '--dst-type', '--src-type'])} ${rng.pick(types)}${limit}`;
}

/** How a set's entries are found: a set of sets has the dimensions of its members. */
function dimensions(type: string): number {
  return type === 'list:set' ? 1 : (type.split(':')[1] ?? '').split(',').length;
}

function setMatch({ rng, sets }: Draw, spot: Spot, protocol: Protocol): string | undefined {
  const usable = sets.filter(
    (s) =>
      (s.family === spot.family || s.type === 'bitmap:port') &&
      (!s.type.includes('port') || ported(protocol)) &&
      (!s.type.includes('iface') || only(spot, 'PREROUTING', 'INPUT', 'FORWARD')) &&
      (!s.type.includes('mac') || only(spot, 'PREROUTING', 'INPUT', 'FORWARD')),
  );
  if (usable.length === 0) return undefined;
  const set = rng.pick(usable);
  const source = /iface|mac/.test(set.type) ? ['src'] : ['src', 'dst', 'dst'];
  const dims = Array.from({ length: dimensions(set.type) }, () => rng.pick(source)).join(',');
  return `-m set ${not(rng, 0.25)}--match-set ${set.name} ${dims}`;
}

const mac: Maker = ({ rng, world }, s) =>
  only(s, 'PREROUTING', 'INPUT', 'FORWARD') && world.containers.length > 0
    ? `-m mac ${not(rng)}--mac-source ${rng.pick(world.containers).cards[0]!.mac}`
    : undefined;

const iprange: Maker = ({ rng }, s) =>
  s.family === 4
    ? `-m iprange ${not(rng)}${rng.pick(['--src-range 172.20.0.2-172.20.0.4', '--dst-range 172.20.0.0-172.21.0.3', '--dst-range 203.0.113.1-203.0.113.99'])}`
    : `-m iprange ${not(rng)}${rng.pick(['--src-range fd00:20::1-fd00:20::3', '--dst-range 2001:db8:8::1-2001:db8:8::20'])}`;

const physdev: Maker = ({ rng, world }, s) => {
  const port = world.containers[0]?.cards[0]?.hostEnd ?? 'v1';
  const into = ['--physdev-is-bridged', '--physdev-is-in', `--physdev-in ${port}`, '--physdev-in v+'];
  const out = only(s, 'FORWARD') ? ['--physdev-is-out', `--physdev-out ${port}`] : [];
  return only(s, 'FORWARD', 'INPUT', 'PREROUTING') ? `-m physdev ${not(rng)}${rng.pick([...into, ...out])}` : undefined;
};

const devgroup: Maker = ({ rng }, s) => {
  const groups = [
    ...(only(s, 'PREROUTING', 'INPUT', 'FORWARD') ? ['--src-group default', '! --src-group default', '--src-group 0x7'] : []),
    ...(only(s, 'FORWARD', 'OUTPUT', 'POSTROUTING') ? ['--dst-group default', '! --dst-group default'] : []),
  ];
  return groups.length === 0 ? undefined : `-m devgroup ${rng.pick(groups)}`;
};

const MULTIPORTS = ['--dports 80,443', '--dports 22,53,8000:9000', '--ports 5432,80', '--sports 1024:65535'];
const PACKETS4 = ['0x6&0xff=0x6', '0x6&0xff=0x11', '0x10&0xffffff00=0xac140000', '0x0>>0x16&0x3c@0x0&0xffff=0x50'];
const PACKETS6 = ['0x4&0xff00=0x600', '0x4&0xff00=0x1100'];

/** Matches on what the packet itself holds, and where it came in. */
export const PACKET: Readonly<Record<string, Kind<Maker>>> = {
  addrtype: { weight: 5, make: addrtypeMatch, probe: 'FORWARD -m addrtype --dst-type LOCAL' },
  set: { weight: 4, make: setMatch, probe: 'FORWARD -m set --match-set probe src' },
  mark: {
    weight: 4,
    make: ({ rng }) => `-m mark ${not(rng)}--mark ${rng.pick(['0x1', '0x2', '0x0', '0x10/0xf0', '0x1/0x1'])}`,
    probe: 'FORWARD -m mark --mark 1',
  },
  comment: {
    weight: 1,
    make: ({ rng }) => `-m comment --comment ${rng.pick(['plain', '"two words"', '"a \\"quote\\""'])}`,
    probe: 'FORWARD -m comment --comment x',
  },
  multiport: {
    weight: 3,
    make: ({ rng }, _s, p) => (ported(p) ? `-m multiport ${not(rng, 0.2)}${rng.pick(MULTIPORTS)}` : undefined),
    probe: 'FORWARD -p tcp -m multiport --dports 80,443',
  },
  iprange: { weight: 2, make: iprange, probe: 'FORWARD -m iprange --src-range 10.0.0.1-10.0.0.2' },
  mac: { weight: 2, make: mac, probe: 'FORWARD -m mac --mac-source 02:00:00:00:00:01' },
  pkttype: {
    weight: 1,
    make: ({ rng }) => `-m pkttype ${not(rng)}--pkt-type ${rng.pick(['unicast', 'broadcast', 'multicast'])}`,
    probe: 'FORWARD -m pkttype --pkt-type unicast',
  },
  length: {
    weight: 2,
    make: ({ rng }) => `-m length ${not(rng)}--length ${rng.pick(['60', '84', '29', '0:70', '61:65535', '80', '104', '49'])}`,
    probe: 'FORWARD -m length --length 60',
  },
  ttl: {
    weight: 2,
    make: ({ rng }, s) =>
      s.family === 4 ? `-m ttl ${rng.pick(['--ttl-eq 64', '--ttl-lt 64', '--ttl-gt 63', '! --ttl-eq 63'])}` : undefined,
    probe: 'FORWARD -m ttl --ttl-eq 64',
  },
  hl: {
    weight: 2,
    make: ({ rng }, s) => (s.family === 6 ? `-m hl ${rng.pick(['--hl-eq 64', '--hl-lt 64', '--hl-gt 63', '! --hl-eq 63'])}` : undefined),
    probe: 'FORWARD -m hl --hl-eq 64',
    family: 6,
  },
  dscp: { weight: 2, make: ({ rng }) => `-m dscp ${not(rng)}--dscp 0x0${rng.pick(['0', '2', '8'])}`, probe: 'FORWARD -m dscp --dscp 0' },
  tos: {
    weight: 1,
    make: ({ rng }) => `-m tos ${not(rng)}--tos ${rng.pick(['0x00/0xff', '0x08/0x3f', '0x10/0xff'])}`,
    probe: 'FORWARD -m tos --tos 0',
  },
  physdev: { weight: 3, make: physdev, probe: 'FORWARD -m physdev --physdev-is-in' },
  devgroup: { weight: 1, make: devgroup, probe: 'FORWARD -m devgroup --src-group 0' },
  ecn: {
    weight: 1,
    make: ({ rng }, s, p) =>
      p === 'tcp' && s.family === 4
        ? `-m ecn ${rng.pick(['! --ecn-tcp-cwr', '--ecn-tcp-ece', '--ecn-ip-ect 0'])}`
        : '-m ecn --ecn-ip-ect 0',
    probe: 'FORWARD -p tcp -m ecn --ecn-tcp-ece',
  },
  tcpmss: {
    weight: 1,
    make: ({ rng }, _s, p) => (p === 'tcp' ? `-m tcpmss ${not(rng)}--mss ${rng.pick(['1:1000', '1400:1500', '536'])}` : undefined),
    probe: 'FORWARD -p tcp -m tcp --syn -m tcpmss --mss 1:1000',
  },
  u32: {
    weight: 1,
    make: ({ rng }, s) => `-m u32 --u32 "${rng.pick(s.family === 4 ? PACKETS4 : PACKETS6)}"`,
    probe: 'FORWARD -m u32 --u32 "0x6&0xff=0x6"',
  },
  bpf: {
    weight: 1,
    make: ({ rng }) => `-m bpf --bytecode "${rng.pick(['4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0', '1,6 0 0 65535'])}"`,
    probe: "FORWARD -m bpf --bytecode '1,6 0 0 65535'",
  },
  string: {
    weight: 1,
    make: ({ rng }) => `-m string ${not(rng)}--string "dtrace" --algo ${rng.pick(['bm', 'kmp'])}`,
    probe: 'FORWARD -m string --string abc --algo bm',
  },
};
