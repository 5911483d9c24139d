import { not, only, type Kind, type Maker } from '../spot.js';

const v6 =
  (make: Maker): Maker =>
  (draw, spot, protocol) =>
    spot.family === 6 ? make(draw, spot, protocol) : undefined;

const ANY6 = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

/** What depends on a rate, the clock, a list or the machine: some of it is assumed to be so, the rest is an open question. */
export const CHANGING: Readonly<Record<string, Kind<Maker>>> = {
  limit: {
    weight: 1,
    make: ({ rng }) => `-m limit --limit ${rng.pick(['10000/sec', '9000/sec'])} --limit-burst 10000`,
    probe: 'FORWARD -m limit --limit 9/sec',
  },
  hashlimit: {
    weight: 1,
    make: () => '-m hashlimit --hashlimit-upto 9000/sec --hashlimit-burst 9000 --hashlimit-name busy',
    probe: 'FORWARD -m hashlimit --hashlimit-upto 9/sec --hashlimit-name probe',
  },
  recent: {
    weight: 1,
    make: ({ rng }, s) => `-m recent ${not(rng, 0.5)}--rcheck --name never --mask ${s.family === 4 ? '255.255.255.255' : ANY6} --rsource`,
    probe: 'FORWARD -m recent --rcheck --name probe',
  },
  quota: { weight: 1, make: ({ rng }) => `-m quota ${not(rng)}--quota 90000000`, probe: 'FORWARD -m quota --quota 9' },
  time: {
    weight: 1,
    make: ({ rng }) => `-m time ${rng.pick(['--datestart 2001-01-01', '--datestop 2036-01-01'])} --utc`,
    probe: 'FORWARD -m time --datestart 2001-01-01 --utc',
  },
  statistic: {
    weight: 1,
    make: ({ rng }) => `-m statistic --mode ${rng.pick(['random --probability 0.50000000000', 'nth --every 2 --packet 0'])}`,
    probe: 'FORWARD -m statistic --mode random --probability 0.5',
  },
  cpu: { weight: 1, make: ({ rng }) => `-m cpu ${not(rng)}--cpu 0`, probe: 'FORWARD -m cpu --cpu 0' },
  cluster: {
    weight: 1,
    make: ({ rng }, s) =>
      only(s, 'PREROUTING')
        ? `-m cluster ${not(rng)}--cluster-local-nodemask 0x00000001 --cluster-total-nodes 2 --cluster-hash-seed 0xdeadbeef`
        : undefined,
    probe: 'FORWARD -m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1',
  },
  osf: {
    weight: 1,
    make: ({ rng }, s, p) =>
      p === 'tcp' && s.family === 4 && only(s, 'PREROUTING', 'INPUT', 'FORWARD') ? `-m osf ${not(rng)}--genre Linux` : undefined,
    probe: 'FORWARD -p tcp -m osf --genre Linux',
  },
  rateest: {
    weight: 1,
    make: () => '-m rateest --rateest est --rateest-lt --rateest-bps 800000000bit',
    probe: 'FORWARD -m rateest --rateest est --rateest-lt --rateest-bps 8bit',
  },
  nfacct: { weight: 1, make: () => '-m nfacct --nfacct-name probe', probe: 'FORWARD -m nfacct --nfacct-name probe' },
  geoip: { weight: 1, make: ({ rng }) => `-m geoip ${not(rng)}--source-country DE`, probe: 'FORWARD -m geoip --source-country DE' },
};

/** IPv6 extension headers, which no flow has. */
export const EXTENSION_HEADERS: Readonly<Record<string, Kind<Maker>>> = {
  ipv6header: {
    weight: 1,
    make: v6(({ rng }) => `-m ipv6header --header ${rng.pick(['none', 'hop-by-hop'])}${rng.pick(['', ' --soft'])}`),
    probe: 'FORWARD -m ipv6header --header none',
    family: 6,
  },
  frag: { weight: 1, make: v6(() => '-m frag --fragid 5'), probe: 'FORWARD -m frag --fragid 5', family: 6 },
  rt: { weight: 1, make: v6(() => '-m rt --rt-type 0'), probe: 'FORWARD -m rt --rt-type 0', family: 6 },
  hbh: { weight: 1, make: v6(() => '-m hbh --hbh-len 8'), probe: 'FORWARD -m hbh --hbh-len 8', family: 6 },
  dst: { weight: 1, make: v6(() => '-m dst --dst-len 8'), probe: 'FORWARD -m dst --dst-len 8', family: 6 },
  srh: { weight: 1, make: v6(() => '-m srh --srh-segs-left-eq 1'), probe: 'FORWARD -m srh --srh-segs-left-eq 1', family: 6 },
  eui64: {
    weight: 1,
    make: v6((_, s) => (only(s, 'PREROUTING', 'INPUT', 'FORWARD') ? '-m eui64' : undefined)),
    probe: 'FORWARD -m eui64',
    family: 6,
  },
};

/** Protocols that no flow has, each with its match: their rules are passed by. */
export const OTHER_PROTOCOLS: Readonly<Record<string, Kind<Maker>>> = {
  ah: { weight: 1, make: () => '-p ah -m ah --ahspi 500', probe: 'FORWARD -p ah -m ah --ahspi 500' },
  esp: { weight: 1, make: () => '-p esp -m esp --espspi 500', probe: 'FORWARD -p esp -m esp --espspi 500' },
  ipcomp: { weight: 1, make: () => '-p ipcomp -m ipcomp --ipcompspi 500', probe: 'FORWARD -p ipcomp -m ipcomp --ipcompspi 500' },
  sctp: { weight: 1, make: ({ rng }) => `-p sctp -m sctp ${not(rng)}--dport 80`, probe: 'FORWARD -p sctp -m sctp --dport 80' },
  dccp: { weight: 1, make: ({ rng }) => `-p dccp -m dccp ${not(rng)}--dport 80`, probe: 'FORWARD -p dccp -m dccp --dport 80' },
  udplite: { weight: 1, make: () => '-p udplite -m udplite --dport 80', probe: 'FORWARD -p udplite -m udplite --dport 80' },
  mh: { weight: 1, make: v6(() => '-p mobility-header -m mh --mh-type 4'), probe: 'FORWARD -p mh -m mh --mh-type 4', family: 6 },
};
