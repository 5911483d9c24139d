import { describe, expect, it } from 'vitest';
import { analyseRules } from '../../src/datapath/hygiene.js';
import { machineOf } from '../reachability/hosts.js';

describe('rule hygiene', () => {
  it.each([
    [
      ['iptables -A DOCKER-USER -s 10.0.0.0/8 -j DROP', 'iptables -A DOCKER-USER -s 10.1.0.0/16 -p tcp --dport 80 -j ACCEPT'],
      ['shadowed 2 by 1'],
    ],
    [['iptables -A DOCKER-USER -s 10.0.0.0/8 -j DROP', 'iptables -A DOCKER-USER -s 10.1.2.3 -j DROP'], ['redundant 2 by 1']],
    [['iptables -A DOCKER-USER -m limit --limit 1/s -j DROP', 'iptables -A DOCKER-USER -s 10.1.2.3 -j DROP'], []],
    [['iptables -A DOCKER-USER ! -i up0 -j ACCEPT', 'iptables -A DOCKER-USER -i docker0 -j DROP'], ['shadowed 2 by 1']],
    [['iptables -A DOCKER-USER -i eth7 -j DROP'], ['no-device 1 by ']],
    [['iptables -N LOST', 'iptables -A LOST -j DROP'], ['unreached 2 by ']],
    [
      [
        'iptables -A DOCKER-USER -p tcp --dport 1:100 -j DROP',
        'iptables -A DOCKER-USER -p udp --dport 50 -j DROP',
        'iptables -A DOCKER-USER -p tcp -m multiport --dports 7,9 -j DROP',
      ],
      ['redundant 3 by 1'],
    ],
    [
      [
        'iptables -A DOCKER-USER -s 10.0.0.0/9 -j DROP',
        'iptables -A DOCKER-USER -s 10.128.0.0/9 -j DROP',
        'iptables -A DOCKER-USER -s 192.168.0.0/16 -j DROP',
        'iptables -A DOCKER-USER -s 10.0.0.0/8 -p tcp --dport 80 -j DROP',
      ],
      ['redundant 4 by 1+2'],
    ],
    [
      [
        'iptables -A DOCKER-USER -p tcp --dport 1:80 -j DROP',
        'iptables -A DOCKER-USER -p tcp --dport 81:100 -j ACCEPT',
        'iptables -A DOCKER-USER -s 10.0.0.0/8 -p tcp --dport 50:90 -j DROP',
      ],
      ['shadowed 3 by 1+2'],
    ],
    // fragments have no ports, rates are not known, and a gap of one port is a gap
    [
      [
        'iptables -A DOCKER-USER -p tcp --dport 0:80 -j DROP',
        'iptables -A DOCKER-USER -p tcp --dport 81:65535 -j DROP',
        'iptables -A DOCKER-USER -p tcp -j DROP',
      ],
      [],
    ],
    [
      [
        'iptables -A DOCKER-USER -s 10.0.0.0/9 -m limit --limit 1/s -j DROP',
        'iptables -A DOCKER-USER -s 10.128.0.0/9 -j DROP',
        'iptables -A DOCKER-USER -s 10.0.0.0/8 -j DROP',
      ],
      [],
    ],
    [
      [
        'iptables -A DOCKER-USER -p tcp --dport 1:80 -j DROP',
        'iptables -A DOCKER-USER -p tcp --dport 82:100 -j DROP',
        'iptables -A DOCKER-USER -p tcp --dport 50:90 -j DROP',
      ],
      [],
    ],
  ] as const)('%j', async (commands, expected) => {
    const found = analyseRules(await machineOf('docker28-bridge', ...commands));
    expect(
      found.map((f) => `${f.kind} ${f.origin.line} by ${(f.together ?? [f.by]).map((by) => by?.origin.line ?? '').join('+')}`),
    ).toEqual(expected);
  });
});
