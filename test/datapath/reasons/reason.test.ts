import { describe, expect, it } from 'vitest';
import { parseIp, type Ip } from '../../../src/address/ip.js';
import { causeOf, hasCause, wordsOf, type Reason } from '../../../src/datapath/reasons/reason.js';
import type { Cause } from '../../../src/model/cause.js';

const ip = (text: string): Ip => parseIp(text)!;
const POLICY: Reason = { kind: 'chain-policy', netns: 'host', nft: undefined, table: 'filter', chain: 'FORWARD' };
const POLICY_WORDS = "no rule of host's filter FORWARD matched, and its policy is DROP";
const SILENT: Reason = { kind: 'no-neighbour', as: 'silent', netns: 'host', dev: 'docker0', ip: ip('172.17.0.9') };

const cases: readonly (readonly [string, Reason, Cause, string])[] = [
  ['a policy', POLICY, { kind: 'chain-policy', code: 'DTP-102' }, POLICY_WORDS],
  [
    'a native rule',
    { kind: 'rule', rule: 'tcp dport 22 drop', netns: 'web', nft: 'inet', table: 'fw', chain: 'in', does: 'drops' },
    { kind: 'rule', code: 'DTP-101' },
    "`tcp dport 22 drop` in web's inet fw in drops it",
  ],
  [
    'an answer that a policy drops',
    { kind: 'reply-lost', since: POLICY },
    { kind: 'chain-policy', code: 'DTP-102', within: ['reply-lost'] },
    `the answer is lost on the way back: ${POLICY_WORDS}`,
  ],
  [
    'a packet that left, and whose answer is lost',
    {
      kind: 'reply-lost',
      leaving: { netns: 'host', dev: 'up0', packet: { src: ip('10.0.0.1'), sport: 5, dst: ip('8.8.8.8'), dport: 53 }, icmp: false },
      back: { kind: 'reply-lost', since: POLICY },
    },
    { kind: 'chain-policy', code: 'DTP-102', within: ['reply-lost'] },
    `the packet leaves host by up0 as 10.0.0.1:5 → 8.8.8.8:53, but the answer is lost on the way back: ${POLICY_WORDS}`,
  ],
  [
    'a reset that is lost: the rule that sent it decides',
    { kind: 'reply-lost', of: POLICY, back: { kind: 'reply-not-sent' } },
    { kind: 'chain-policy', code: 'DTP-102', within: ['reply-lost'] },
    `${POLICY_WORDS}; the answer is lost on the way back: the kernel sends none`,
  ],
  [
    'a proxy that dials in vain',
    { kind: 'proxy-in-vain', process: 'docker-proxy', whom: 'web at 172.17.0.9:80', since: SILENT, ends: 'silent' },
    { kind: 'no-neighbour', code: 'DTP-303', within: ['proxy-in-vain'] },
    "docker-proxy takes it and dials web at 172.17.0.9:80, in vain: no neighbour: nobody on host's docker0 answers for 172.17.0.9; the client hears nothing",
  ],
  [
    'how a client hears of it is no cause',
    { kind: 'reported', since: SILENT, how: { by: 'forwarder', netns: 'host' } },
    { kind: 'no-neighbour', code: 'DTP-303' },
    "no neighbour: nobody on host's docker0 answers for 172.17.0.9; host tells the client so after three seconds",
  ],
  [
    'a neighbour that is not asked, since a rule drops the question',
    { kind: 'no-neighbour', as: 'unresolved', netns: 'host', dev: 'br0', ip: ip('fd00::2'), message: 'solicitation', since: POLICY },
    { kind: 'chain-policy', code: 'DTP-102', within: ['no-neighbour'] },
    `no neighbour: fd00::2 on host's br0 cannot be resolved, since the neighbour solicitation is lost: ${POLICY_WORDS}`,
  ],
  [
    'what cannot be routed, where nothing is forwarded',
    {
      kind: 'forwarding-off',
      as: 'silent',
      netns: 'host',
      since: { kind: 'no-route', dst: ip('10.9.9.9'), error: 'ENETUNREACH', by: undefined },
    },
    { kind: 'no-route', code: 'DTP-201', within: ['forwarding-off'] },
    '10.9.9.9: no route (network unreachable); host does not forward, so it says nothing',
  ],
];

describe('a reason, its cause and its words', () => {
  it.each(cases)('%s', (_, reason, cause, words) => {
    expect(causeOf(reason)).toEqual(cause);
    expect(wordsOf(reason)).toBe(words);
    for (const kind of [cause.kind, ...(cause.within ?? [])]) expect(hasCause(cause, kind)).toBe(true);
    expect(hasCause(cause, 'ipvs')).toBe(false);
  });
});
