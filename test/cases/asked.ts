import { expect } from 'vitest';
import type { FlowRequest, Outcome, Trace } from '../../src/model/trace.js';

/** Files of a case by the option that takes each. */
export type Files = Readonly<Record<string, string>>;

/** What people pasted, what they asked, and what the answer must be and say. */
export interface Case {
  readonly of: string;
  readonly files: Files;
  readonly asked: FlowRequest;
  readonly outcome: Outcome;
  /** Each must stand in the reason, an assumption or what is missing. */
  readonly says: readonly (string | RegExp)[];
}

export const FOLDER = new URL('../../fixtures/cases/', import.meta.url).pathname;
const out: FlowRequest = { from: '172.17.0.2', to: '8.8.8.8', proto: 'tcp', dport: 443 };
const plain = { 'ip-addr': 'ip-addr.txt', 'ip-route': 'ip-route.txt', sysctl: 'sysctl.txt' };
const pivpn: FlowRequest = { from: '10.8.0.6', to: '8.8.8.8', proto: 'tcp', dport: 443 };
const portless = { 'ip-route': 'ip-route-main.txt', sysctl: 'sysctl.txt', 'iptables-save': 'iptables-save.txt' };
const published: FlowRequest = { from: '10.10.24.9', to: '10.10.24.157', proto: 'tcp', dport: 8080 };
const icc = {
  docker: 'docker-inspect.json',
  'docker-networks': 'docker-network-inspect.json',
  'ip-addr': 'ip-addr.txt',
  'ip-route': 'ip-route-main.txt',
};
const macvlan = {
  'ip-addr': 'ip-addr.txt',
  'ip-route': 'ip-route.txt',
  'iptables-save': 'iptables-save.txt',
  docker: 'docker-inspect.json',
  'docker-networks': 'docker-network-inspect.json',
};
const talk: FlowRequest = { from: 'web', to: 'db', proto: 'tcp', dport: 3306 };
const banned: FlowRequest = { from: '198.51.100.77', to: '192.0.2.10', proto: 'tcp', dport: 80 };
const banning = { 'ip-addr': 'ip-addr.txt', 'ip-route': 'ip-route.txt', netstat: 'netstat.txt' };

const elsewhere = { 'ip-addr': '../no-masquerade/ip-addr.txt', 'ip-route': '../no-masquerade/ip-route.txt' };

export const CASES: readonly Case[] = [
  {
    of: 'pivpn-forward-drop',
    files: { 'iptables-save': 'iptables-S.txt', ifconfig: 'ifconfig.txt', 'ip-route': 'ip-route.txt', sysctl: 'sysctl.txt' },
    asked: pivpn,
    outcome: 'timeout',
    says: [/FORWARD.*policy is DROP/, 'table nat'],
  },
  {
    of: 'pivpn-forward-drop',
    files: { 'iptables-save': 'iptables-save-quoted.txt', ifconfig: 'ifconfig.txt', 'ip-route': 'ip-route.txt', sysctl: 'sysctl.txt' },
    asked: pivpn,
    outcome: 'timeout',
    says: [/FORWARD.*policy is DROP/],
  },
  {
    of: 'kube-arm-partial-save',
    files: { ...plain, 'iptables-save': 'iptables-save-partial.txt' },
    asked: { ...out, from: '10.244.1.7' },
    outcome: 'timeout',
    says: [/FORWARD.*policy is DROP/, 'table nat'],
  },
  {
    of: 'missing-chain',
    files: { ...plain, 'iptables-list': 'iptables-L-n-v.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['DOCKER-USER', 'does not show'],
  },
  {
    of: 'missing-chain',
    files: { ...plain, 'iptables-list': 'iptables-L-DOCKER-USER.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['filter FORWARD', 'does not show'],
  },
  {
    of: 'missing-chain',
    files: { ...plain, 'iptables-save': 'iptables-save.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['DOCKER-USER', 'does not show'],
  },
  {
    of: 'nat-table-only',
    files: { ...plain, 'iptables-save': 'iptables-save-t-nat.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['table filter', 'iptables-save'],
  },
  {
    of: 'docker28-raw-nft',
    files: { ...plain, 'iptables-save': 'iptables-save.txt' },
    asked: { from: '10.210.0.7', to: '10.210.1.24', proto: 'tcp', dport: 80 },
    outcome: 'timeout',
    says: ['raw PREROUTING'],
  },
  {
    of: 'bridge-ports-unseen',
    files: { ...portless, 'ip-addr': 'ip-4-addr.txt' },
    asked: published,
    outcome: 'unknown',
    says: ['docker0', 'bridge link'],
  },
  {
    of: 'bridge-ports-unseen',
    files: { ...portless, ifconfig: 'ifconfig.txt' },
    asked: published,
    outcome: 'unknown',
    says: ['docker0', 'bridge link'],
  },
  {
    of: 'bridge-ports-unseen',
    files: { ...portless, ifconfig: 'ifconfig.txt', brctl: 'brctl.txt' },
    asked: published,
    outcome: 'unknown',
    says: ['veth6c1d2a3'],
  },
  {
    of: 'bridge-ports-unseen',
    files: { ...portless, 'ip-addr': 'ip-4-addr.txt', docker: 'docker-inspect.json' },
    asked: published,
    outcome: 'unknown',
    says: ['reaches web', 'ss.txt'],
  },
  ...[{ 'ip-addr': 'ip-4-addr.txt' }, { ifconfig: 'ifconfig.txt' }, { ifconfig: 'ifconfig.txt', brctl: 'brctl.txt' }].map((addr) => ({
    of: 'bridge-ports-unseen',
    files: { ...portless, ...addr, 'docker-networks': 'docker-network-inspect.json' },
    asked: published,
    outcome: 'unknown' as const,
    says: ['reaches web', 'ss.txt'],
  })),
  ...[{ 'ip-addr': 'ip-4-addr.txt' }, { ifconfig: 'ifconfig.txt' }].map((addr) => ({
    of: 'bridge-ports-unseen',
    files: { ...portless, ...addr, 'ip-neigh': 'ip-neigh.txt' },
    asked: published,
    outcome: 'unknown' as const,
    says: ['docker0', 'bridge link'],
  })),
  {
    of: 'bridge-ports-unseen',
    files: { ...portless, 'ip-addr': 'ip-4-addr.txt', docker: 'docker-inspect.json' },
    asked: { from: 'web', to: '172.17.0.9', proto: 'tcp', dport: 80 },
    outcome: 'unknown',
    says: ['docker0', 'bridge link'],
  },
  {
    of: 'macvlan-host',
    files: macvlan,
    asked: { from: 'host', to: 'tomcat', proto: 'tcp', dport: 8030 },
    outcome: 'unreachable',
    says: ['parent and child do not reach each other'],
  },
  {
    of: 'macvlan-host',
    files: macvlan,
    asked: { from: '172.16.9.20', to: '172.16.9.149', proto: 'tcp', dport: 8030 },
    outcome: 'unknown',
    says: ['reaches tomcat', 'ss.txt'],
  },
  {
    of: 'macvlan-host',
    files: { 'ip-addr': 'ip-addr.txt', 'ip-route': 'ip-route.txt', 'docker-networks': 'docker-network-inspect.json' },
    asked: { from: 'host', to: '172.16.9.149', proto: 'icmp' },
    outcome: 'unknown',
    says: ['iptables-save.txt'],
  },
  {
    of: 'no-masquerade',
    files: { ...plain, 'iptables-list': '../line-numbers/iptables-L-line-numbers.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['FORWARD_FIREWALL', 'was not understood'],
  },
  {
    of: 'no-masquerade',
    files: { ...plain, 'iptables-list': '../real-listing-forms/iptables-L-n-v.txt' },
    asked: out,
    outcome: 'timeout',
    says: ['! --ctstate RELATED,ESTABLISHED'],
  },
  {
    of: 'icc-false-still-talk',
    files: { ...icc, 'iptables-save': 'iptables-S.txt', sysctl: 'sysctl-1.txt' },
    asked: talk,
    outcome: 'timeout',
    says: ['-i docker0 -o docker0 -j DROP'],
  },
  {
    of: 'icc-false-still-talk',
    files: { ...icc, 'iptables-save': 'iptables-save-by-hand.txt', sysctl: 'sysctl-1.txt' },
    asked: talk,
    outcome: 'timeout',
    says: ['-i docker0 -o docker0 -j DROP'],
  },
  {
    of: 'icc-false-still-talk',
    files: { ...icc, 'iptables-save': 'iptables-S.txt', sysctl: 'sysctl-0.txt' },
    asked: talk,
    outcome: 'unknown',
    says: ['reaches db', 'ss.txt'],
  },
  {
    of: 'icc-false-still-talk',
    files: { ...icc, 'iptables-save': 'iptables-S.txt', sysctl: 'sysctl-cannot-stat.txt' },
    asked: talk,
    outcome: 'unknown',
    says: ['reaches db', 'ss.txt'],
  },
  {
    of: 'icc-false-still-talk',
    files: { ...icc, 'iptables-save': 'iptables-S.txt', sysctl: 'sysctl-none.txt' },
    asked: talk,
    outcome: 'unknown',
    says: ['bridge-nf-call-iptables', 'sysctl.txt'],
  },
  {
    of: 'no-masquerade',
    files: {
      ...plain,
      docker: 'docker-inspect.json',
      'docker-networks': 'docker-network-inspect.json',
      'iptables-save': 'iptables-save-nat-flushed.txt',
    },
    asked: { from: 'web', to: '192.168.1.1', proto: 'icmp' },
    outcome: 'leaves-host',
    says: ['private address', 'no answer'],
  },
  {
    of: 'fail2ban-hostmode',
    files: { ...banning, 'iptables-save': 'iptables-S.txt' },
    asked: banned,
    outcome: 'connected',
    says: ['node', 'table nat'],
  },
  {
    of: 'fail2ban-hostmode',
    files: { ...banning, 'iptables-save': 'iptables-S-with-table-line.txt' },
    asked: banned,
    outcome: 'connected',
    says: ['node'],
  },
  {
    of: 'ipv6nat',
    files: { 'ip-addr': 'ip-addr.txt', 'ip6-route': 'ip6-route.txt', sysctl: 'sysctl.txt', 'ip6tables-save': 'ip6tables-save.txt' },
    asked: { from: '2001:db8:9::9', to: '[2001:db8:1::10]:8000', proto: 'tcp' },
    outcome: 'timeout',
    says: ['forwarding is off'],
  },
  {
    of: 'listing-rule-lost',
    files: { ...plain, 'iptables-save': 'iptables-save.txt' },
    asked: { ...out, from: '172.20.0.9' },
    outcome: 'timeout',
    says: ['! --ctstate RELATED,ESTABLISHED'],
  },
  {
    of: 'listing-rule-lost',
    files: { ...plain, 'iptables-list': 'iptables-L-n-v.txt' },
    asked: { ...out, from: '172.20.0.9' },
    outcome: 'timeout',
    says: ['! --ctstate RELATED,ESTABLISHED'],
  },
  {
    of: 'no-masquerade',
    files: { ...plain, 'iptables-save': '../listing-forms/iptables-save-permission-denied.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['iptables-save.txt'],
  },
  {
    of: 'no-masquerade',
    files: { ...plain, 'iptables-save': '../listing-forms/iptables-save-command-not-found.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['iptables-save.txt'],
  },
  {
    of: 'prax-redirect',
    files: { ...plain, 'iptables-list-nat': 'iptables-t-nat-L.txt' },
    asked: { ...banned, from: '198.51.100.9' },
    outcome: 'unknown',
    says: ['table filter'],
  },
  {
    of: 'firewalld-nft',
    files: { ...plain, 'iptables-save': 'iptables-save.txt' },
    asked: { ...out, from: '172.19.0.5' },
    outcome: 'leaves-host',
    says: [/taken to have no native nftables rules.*nft -j list ruleset.*host\/nft-ruleset\.json/],
  },
  {
    of: 'firewalld-nft',
    files: { ...plain, 'iptables-save': 'iptables-save.txt', nft: 'nft-list-table-inet-firewalld.txt' },
    asked: { ...out, from: '172.19.0.5' },
    outcome: 'unreachable',
    says: ['inet firewalld filter_FWDI_public'],
  },
  {
    of: 'docker28-raw-nft',
    files: { ...plain, 'iptables-save': 'iptables-save.txt', nft: 'nft-list-ruleset.txt' },
    asked: { from: '10.210.0.7', to: '10.210.1.24', proto: 'tcp', dport: 80 },
    outcome: 'timeout',
    says: ['raw PREROUTING'],
  },
  {
    of: 'nft-docker-scripts',
    files: plain,
    asked: out,
    outcome: 'unknown',
    says: ['iptables-save', 'native nftables rules'],
  },
  {
    of: 'nft-docker-scripts',
    files: { ...plain, nft: 'nft-list-ruleset.txt' },
    asked: out,
    outcome: 'timeout',
    says: ['forward', 'policy is DROP'],
  },
  {
    of: 'mark-listing',
    files: { ...elsewhere, 'iptables-list': 'iptables-L-n-v.txt' },
    asked: out,
    outcome: 'unknown',
    says: ['--assume'],
  },
  {
    of: 'mark-listing',
    files: { 'iptables-list': 'iptables-L-n-v.txt' },
    asked: out,
    outcome: 'unknown',
    says: [/ip-addr.json.*by which interface/],
  },
  {
    of: 'vm-overlap-route',
    files: { 'ip-route': 'ip-r-s-unquoted.txt' },
    asked: { from: '172.17.0.2', to: '192.168.65.9', proto: 'tcp', dport: 80 },
    outcome: 'unknown',
    says: ['docker0', /on Docker Desktop 192\.168\.65\.0\/24 is .*overlaps with a company's/],
  },
];

/** What people paste in one piece, and ask of it. */
export const PASTED: readonly Omit<Case, 'files'>[] = [
  {
    of: 'connmark-two-nics',
    asked: { from: '203.0.113.5', to: '10.0.1.10', proto: 'tcp', dport: 12340 },
    outcome: 'unknown',
    says: ['eth0 or eth1', '--from 203.0.113.5@eth1'],
  },
  {
    of: 'connmark-two-nics',
    asked: { from: '203.0.113.5@eth1', to: '10.0.1.10', proto: 'tcp', dport: 12340 },
    outcome: 'unknown',
    says: ['net.ipv4.conf.eth1.rp_filter', 'host/sysctl.txt'],
  },
  { of: 'connmark-two-nics', asked: { ...out, dport: 443 }, outcome: 'leaves-host', says: ['172.17.0.2@DEVICE', 'nft -j list ruleset'] },
];

/** An answer has the outcome that it must have, and says what it must say. */
export function answers(trace: Trace, { outcome, says }: Pick<Case, 'outcome' | 'says'>): void {
  const told = [trace.reason, ...trace.missing, ...trace.assumptions.map((a) => a.detail)].join('\n');
  expect(trace.outcome, trace.reason).toBe(outcome);
  for (const words of says) expect(told).toMatch(words);
}
