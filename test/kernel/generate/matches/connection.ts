import { addressBits } from '../../../../src/address/ip.js';
import { anyAddress, not, only, ported, type Draw, type Kind, type Maker, type Protocol, type Spot } from '../spot.js';
import { PORTS, prefixes } from '../world.js';

const STATES = ['NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID', 'NEW,INVALID', 'UNTRACKED', 'DNAT', 'SNAT', 'NEW,UNTRACKED'];

function conntrackMatch(draw: Draw, spot: Spot, protocol: Protocol): string {
  const { rng } = draw;
  const makers = [
    () => `${not(rng)}--ctstate ${rng.pick(STATES)}`,
    () => `${not(rng)}--ctstate ${rng.pick(STATES)}`,
    () => `${not(rng)}--ctorigdst ${anyAddress(draw, spot.family)}`,
    () => `${not(rng)}--ctorigsrc ${rng.pick(prefixes(draw.world, spot.family))}`,
    () => `${not(rng)}--ctrepldst ${anyAddress(draw, spot.family)}`,
    () => `--ctdir ${rng.pick(['ORIGINAL', 'REPLY'])}`,
    () => `--ctproto ${rng.pick(['6', '17', '1', '58'])}`,
    () => `${not(rng)}--ctstatus ${rng.pick(['NONE', 'CONFIRMED', 'SEEN_REPLY', 'ASSURED', 'EXPECTED'])}`,
    () => (ported(protocol) ? `--ctorigdstport ${rng.pick(PORTS)}` : '--ctdir ORIGINAL'),
  ];
  return `-m conntrack ${rng.pick(makers)()}`;
}

const connmark: Maker = ({ rng }) => `-m connmark ${not(rng)}--mark ${rng.pick(['0x1', '0x0', '0x2/0x2', '0x10/0xf0', '0x3/0x3'])}`;

const rpfilter: Maker = ({ rng }, s) =>
  s.chain === 'PREROUTING' && (s.table === 'raw' || s.table === 'mangle')
    ? `-m rpfilter ${rng.pick(['', '--loose ', '--validmark ', '--accept-local '])}${rng.pick(['', '--invert'])}`.trim()
    : undefined;

const socket: Maker = ({ rng }, s, p) =>
  ported(p) && s.table === 'mangle' && only(s, 'PREROUTING', 'INPUT') ? `-m socket${rng.pick(['', ' --nowildcard'])}` : undefined;

const owner: Maker = ({ rng }, s) =>
  only(s, 'OUTPUT', 'POSTROUTING') && s.table !== 'nat'
    ? `-m owner ${not(rng)}${rng.pick(['--socket-exists', '--socket-exists', '--uid-owner 0'])}`
    : undefined;

/** Matches on the connection, the routes and the sockets that belong to a packet. */
export const CONNECTION: Readonly<Record<string, Kind<Maker>>> = {
  conntrack: { weight: 6, make: conntrackMatch, probe: 'FORWARD -m conntrack --ctstate NEW' },
  state: {
    weight: 2,
    make: ({ rng }) => `-m state --state ${rng.pick(['NEW', 'ESTABLISHED', 'RELATED,ESTABLISHED', 'INVALID', 'UNTRACKED'])}`,
    probe: 'FORWARD -m state --state NEW',
  },
  connmark: { weight: 3, make: connmark, probe: 'FORWARD -m connmark --mark 1' },
  connlabel: { weight: 1, make: () => '-m connlabel --label "1"', probe: 'FORWARD -m connlabel --label 1' },
  connlimit: {
    weight: 1,
    make: ({ rng }, s) =>
      `-m connlimit ${rng.pick(['--connlimit-above 4000', '--connlimit-upto 4000'])} --connlimit-mask ${addressBits(s.family)} --connlimit-saddr`,
    probe: 'FORWARD -m connlimit --connlimit-above 9',
  },
  connbytes: {
    weight: 1,
    make: () => '-m connbytes --connbytes 0:1000000 --connbytes-mode packets --connbytes-dir both',
    probe: 'FORWARD -m connbytes --connbytes 0:9 --connbytes-dir both --connbytes-mode packets',
  },
  helper: { weight: 1, make: ({ rng }) => `-m helper ${not(rng)}--helper ftp`, probe: 'FORWARD -m helper --helper ftp' },
  rpfilter: { weight: 2, make: rpfilter, probe: 'mangle PREROUTING -m rpfilter' },
  socket: { weight: 2, make: socket, probe: 'mangle PREROUTING -p tcp -m socket' },
  owner: { weight: 1, make: owner, probe: 'OUTPUT -m owner --socket-exists' },
  cgroup: {
    weight: 1,
    make: ({ rng }, s) => (only(s, 'OUTPUT', 'POSTROUTING') ? `-m cgroup ${not(rng)}--cgroup 0` : undefined),
    probe: 'OUTPUT -m cgroup --cgroup 0',
  },
  realm: {
    weight: 1,
    make: ({ rng }, s) =>
      s.family === 4 && only(s, 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING') ? `-m realm ${not(rng)}--realm 0x1` : undefined,
    probe: 'FORWARD -m realm --realm 1',
  },
  policy: {
    weight: 1,
    make: (_, s) => (only(s, 'PREROUTING', 'INPUT', 'FORWARD') ? '-m policy --dir in --pol none' : undefined),
    probe: 'FORWARD -m policy --dir in --pol none',
  },
  ipvs: { weight: 1, make: ({ rng }) => `-m ipvs ${not(rng)}--ipvs`, probe: 'FORWARD -m ipvs --ipvs' },
};
