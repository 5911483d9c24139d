import type { ScenarioTable } from '../generate/scenario.js';
import type { Oddity } from './world.js';

type Rules = Readonly<Record<string, readonly string[]>>;

const table = (family: 4 | 6, name: ScenarioTable['name'], chains: Rules): ScenarioTable => ({
  family,
  name,
  chains: Object.entries(chains).map(([title, rules]) => {
    const [chain = '', policy = 'ACCEPT'] = title.split(' ');
    return { name: chain, policy: policy === 'DROP' ? 'DROP' : 'ACCEPT', rules: rules.map((rule) => `-A ${chain} ${rule}`) };
  }),
});

const both = (name: ScenarioTable['name'], chains: Rules): readonly ScenarioTable[] => [table(4, name, chains), table(6, name, chains)];

const listeners: Oddity['listeners'] = [
  { proto: 'tcp', family: 6, dualStack: true, port: 22 },
  { proto: 'tcp', family: 6, dualStack: true, port: 8080 },
  { proto: 'udp', family: 6, dualStack: true, port: 8053 },
];

const LOOSE = 'net.netfilter.nf_conntrack_tcp_loose';
const strict = [[LOOSE, '0']] as const;

/** Which direction is not tracked, seen from the containers of br0. */
const UNTRACKED: Readonly<Record<string, Rules>> = {
  'what they send': { 'PREROUTING ACCEPT': ['-i br0 -j CT --notrack'], 'OUTPUT ACCEPT': [] },
  'what comes to them': {
    'PREROUTING ACCEPT': ['-i up0 -j CT --notrack', '-i br1 -j CT --notrack'],
    'OUTPUT ACCEPT': ['-o br0 -j CT --notrack'],
  },
  'what is a SYN': {
    'PREROUTING ACCEPT': ['-p tcp -m tcp --syn -j CT --notrack'],
    'OUTPUT ACCEPT': ['-p tcp -m tcp --syn -j CT --notrack'],
  },
  'what is no SYN': {
    'PREROUTING ACCEPT': ['-p tcp -m tcp ! --syn -j CT --notrack'],
    'OUTPUT ACCEPT': ['-p tcp -m tcp ! --syn -j CT --notrack'],
  },
};

/** What the rest of the rules make of it. */
const REST: Readonly<Record<string, readonly ScenarioTable[]>> = {
  'all is masqueraded': both('nat', {
    'PREROUTING ACCEPT': [],
    'INPUT ACCEPT': [],
    'OUTPUT ACCEPT': [],
    'POSTROUTING ACCEPT': ['-j MASQUERADE'],
  }),
  'INVALID is dropped': both('filter', {
    'INPUT ACCEPT': ['-m conntrack --ctstate INVALID -j DROP'],
    'FORWARD ACCEPT': ['-m conntrack --ctstate INVALID -j DROP'],
    'OUTPUT ACCEPT': [],
  }),
  'NEW has to begin with a SYN': both('filter', {
    'INPUT ACCEPT': ['-p tcp -m tcp ! --syn -m conntrack --ctstate NEW -j REJECT --reject-with tcp-reset'],
    'FORWARD ACCEPT': ['-p tcp -m tcp ! --syn -m conntrack --ctstate NEW -j DROP'],
    'OUTPUT ACCEPT': ['-p tcp -m tcp ! --syn -m conntrack --ctstate NEW -j DROP'],
  }),
};

const oneWay = Object.entries(UNTRACKED).flatMap(([what, raw], i) =>
  Object.entries(REST).flatMap(([rest, tables], k) =>
    [true, false].map((isLoose): Oddity => ({
      name: `${what} is not tracked, ${rest}${isLoose ? '' : ', and nothing is picked up'}`,
      short: `one-way-${i}${k}${isLoose ? '' : '-strict'}`,
      tables: [...both('raw', raw), ...tables],
      listeners,
      ...(isLoose ? {} : { sysctls: strict }),
    })),
  ),
);

const open = (rules: Rules): readonly ScenarioTable[] => both('filter', rules);

/** Rules that let SYN and SYN-ACK through, and not what follows. */
const HANDSHAKE: readonly (readonly [string, readonly ScenarioTable[]])[] = [
  [
    'INPUT takes what is NEW alone',
    open({ 'INPUT DROP': ['-i lo -j ACCEPT', '-m conntrack --ctstate NEW -j ACCEPT'], 'FORWARD ACCEPT': [], 'OUTPUT ACCEPT': [] }),
  ],
  [
    'FORWARD takes NEW one way and ESTABLISHED the other',
    open({
      'INPUT ACCEPT': [],
      'FORWARD DROP': ['-i br0 -m conntrack --ctstate NEW -j ACCEPT', '-o br0 -m conntrack --ctstate ESTABLISHED -j ACCEPT'],
      'OUTPUT ACCEPT': [],
    }),
  ],
  [
    'only SYNs come in, and what follows is refused',
    open({
      'INPUT ACCEPT': ['-i up0 -p tcp -m tcp ! --syn -j REJECT --reject-with tcp-reset', '-i br0 -p tcp -m tcp ! --syn -j REJECT'],
      'FORWARD ACCEPT': ['-o br1 -p tcp -m tcp ! --syn -j REJECT --reject-with tcp-reset'],
      'OUTPUT ACCEPT': [],
    }),
  ],
  [
    'OUTPUT lets SYN-ACKs out alone',
    open({
      'INPUT ACCEPT': [],
      'FORWARD ACCEPT': ['-i br0 -p tcp -m tcp --tcp-flags SYN,ACK ACK -j DROP'],
      'OUTPUT ACCEPT': ['-p tcp -m tcp --tcp-flags SYN,ACK ACK -j DROP'],
    }),
  ],
];

/** Hosts on which a connection opens and may go no further. */
export const STREAMS: readonly Oddity[] = [
  ...oneWay,
  ...HANDSHAKE.map(([name, tables], i): Oddity => ({ name, short: `handshake-${i}`, tables, listeners })),
];
