import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../../src/audit/engine.js';
import { whatIf } from '../../../src/change/index.js';
import { printCommand } from '../../../src/command/index.js';
import { createMachine } from '../../../src/datapath/index.js';
import type { Host } from '../../../src/model/host.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { RULES } from '../hosts.js';

const docker29 = await loadSnapshot('fixtures/nft-hosts/nft-docker29');
const hostfw = await loadSnapshot('fixtures/nft-hosts/nft-hostfw');

/** Each object that a rule finds, with what it says, and the commands that are offered. */
function found(id: string, host: Host): readonly string[] {
  const { findings } = auditMachine(
    createMachine(host),
    RULES.filter((rule) => rule.id === id),
  ).audit;
  return findings.flatMap(({ objects, remedy }) => [
    ...objects.map(({ name, detail }) => `${name}: ${detail}`),
    ...remedy.steps.flatMap(({ commands }) => commands.map((one) => `  ${printCommand(one)}`)),
  ]);
}

const OWN = [
  'nft add table inet own',
  "nft add chain inet own forward '{ type filter hook forward priority filter - 1; policy accept; }'",
  "nft add chain inet own input '{ type filter hook input priority filter; policy drop; }'",
  'nft add rule inet own input iifname lo accept',
] as const;

describe('rules of the audit on hosts with native rules', () => {
  it.each<readonly [string, string, Host, readonly string[]]>([
    ['ineffective-rule', 'recorded', docker29, []],
    ['ineffective-rule', 'recorded beside iptables', hostfw, []],
    [
      'ineffective-rule',
      'shadowed and unused',
      docker29,
      [
        ...OWN,
        'nft add rule inet own forward iifname up0 drop',
        'nft add rule inet own forward iifname up0 tcp dport 80 accept',
        'nft add chain inet own unused',
        'nft add rule inet own unused drop',
      ],
    ],
    [
      'ineffective-rule',
      'an accept that a later chain overrules',
      docker29,
      [
        'nft add table inet own',
        "nft add chain inet own forward '{ type filter hook forward priority filter - 1; policy accept; }'",
        'nft add rule inet own forward ct original proto-dst 8000 tcp dport 80 accept',
        "nft add chain inet own late '{ type filter hook forward priority filter + 1; policy drop; }'",
      ],
    ],
    ['firewall-bypassed', 'recorded beside iptables', hostfw, []],
    ['firewall-bypassed', 'a chain of the operator drops at input', docker29, [...OWN]],
    ['mixed-backends', 'recorded', docker29, []],
    ['mixed-backends', 'a drop of iptables left behind', docker29, ['iptables -P FORWARD DROP']],
    [
      'docker-user-ineffective',
      'left behind',
      docker29,
      ['iptables -N DOCKER-USER', 'iptables -A DOCKER-USER -i up0 -p tcp -m tcp --dport 80 -j DROP'],
    ],
  ])('%s: %s', (id, _, host, commands) => {
    expect(found(id, whatIf(host, commands))).toMatchSnapshot();
  });
});
