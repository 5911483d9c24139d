import { host, ip, lines } from './host.js';
import type { Kinds } from './kinds.js';

/** Rules of iptables, and the sets that they ask. */
export const RULES: Kinds = {
  'rules that drop one address each': {
    size: 60_000,
    make: (n) => host({ filter: lines(n, (i) => `-A DOCKER-USER -s ${ip(11, i)}/32 -j DROP`) }),
  },
  'rules of a sender, a destination and a port each': {
    size: 60_000,
    make: (n) =>
      host({
        filter: lines(
          n,
          (i) =>
            `-A DOCKER-USER -s ${ip(11, i)}/32 -d ${ip(12, i)}/32 -p tcp -m tcp --dport ${1 + (i % 65_535)} -j ${i % 3 ? 'ACCEPT' : 'DROP'}`,
        ),
      }),
  },
  'rules of a sender and a range of ports each': {
    size: 60_000,
    make: (n) =>
      host({
        filter: lines(
          n,
          (i) =>
            `-A DOCKER-USER -s ${ip(11, i)}/32 -p tcp -m tcp --dport ${1 + (i % 32_000)}:${32_001 + (i % 30_000)} -j ${i % 3 ? 'ACCEPT' : 'DROP'}`,
        ),
      }),
  },
  'rules that mark one address each': {
    size: 60_000,
    make: (n) =>
      host({
        filter: lines(n, (i) => `-A DOCKER-USER -s ${ip(11, i)}/32 -j ${i % 2 ? 'LOG --log-prefix x' + i : `CONNMARK --set-mark ${i}`}`),
      }),
  },
  'rules on one port each': {
    size: 60_000,
    make: (n) =>
      host({ filter: lines(n, (i) => `-A DOCKER-USER -p tcp -m tcp --dport ${1 + (i % 65_535)} -j ${i % 2 ? 'ACCEPT' : 'DROP'}`) }),
  },
  'rules on a source and a destination port each': {
    size: 60_000,
    make: (n) =>
      host({
        filter: lines(
          n,
          (i) =>
            `-A DOCKER-USER -p tcp -m tcp --sport ${1 + ((i * 7) % 65_535)} --dport ${1 + ((i * 13) % 65_535)} -j ${i % 2 ? 'ACCEPT' : 'DROP'}`,
        ),
      }),
  },
  'rules that overlap in ranges of addresses': {
    size: 60_000,
    make: (n) =>
      host({ filter: lines(n, (i) => `-A DOCKER-USER -m iprange --src-range 11.0.0.0-${ip(11, i)} -j ${i % 2 ? 'LOG' : 'RETURN'}`) }),
  },
  'rules of a rate, one address each': {
    size: 60_000,
    make: (n) => host({ filter: lines(n, (i) => `-A DOCKER-USER -s ${ip(11, i)}/32 -m limit --limit 1/sec -j DROP`) }),
  },
  'an ipset of elements': {
    size: 1_000_000,
    make: (n) =>
      host({
        filter: '-A DOCKER-USER -m set --match-set big src -j DROP\n',
        files: { 'host/ipset-save.txt': `create big hash:ip family inet\n${lines(n, (i) => `add big ${ip(11, i)}`)}` },
      }),
  },
  'an ipset of addresses with ports': {
    size: 200_000,
    make: (n) =>
      host({
        filter: '-A DOCKER-USER -m set --match-set big src,dst -j DROP\n',
        files: {
          'host/ipset-save.txt': `create big hash:ip,port family inet\n${lines(n, (i) => `add big ${ip(11, i)},tcp:${1 + (i % 65_535)}`)}`,
        },
      }),
  },
  'ipsets of one element': {
    size: 20_000,
    make: (n) =>
      host({
        filter: lines(n, (i) => `-A DOCKER-USER -m set --match-set s${i} src -j DROP`),
        files: { 'host/ipset-save.txt': lines(n, (i) => `create s${i} hash:ip family inet\nadd s${i} ${ip(11, i)}`) },
      }),
  },
};
