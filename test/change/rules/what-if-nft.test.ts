import { describe, expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadSnapshot } from '../../../src/snapshot/load.js';
import { whatIf } from '../../../src/change/index.js';

const host = await loadSnapshot('fixtures/nft-hosts/nft-docker29');
const both = await loadSnapshot('fixtures/nft-hosts/nft-hostfw');
const ask = { from: '198.51.100.1', to: '198.51.100.10', proto: 'tcp', dport: 8000 } as const;
const outcome = (...commands: readonly string[]): string => {
  const { outcome: seen, rules } = traceFlow(createMachine(whatIf(host, commands)), ask);
  const last = rules.at(-1);
  return `${seen}: ${last?.nft ?? ''} ${last?.table ?? ''} ${last?.chain ?? ''} ${last?.verdict ?? ''} ${last?.file ?? ''}`;
};

const OWN = [
  'nft add table inet own',
  "nft add chain inet own forward '{ type filter hook forward priority filter - 1; policy accept; }'",
] as const;

describe('--what-if nft on a host whose rules Docker keeps in nftables', () => {
  it('is open as it is', () => {
    expect(outcome()).toMatch(/^connected: ip docker-bridges /);
  });

  it.each([
    [[...OWN, 'nft add rule inet own forward iifname up0 tcp dport 80 drop'], 'timeout: inet own forward drop --what-if'],
    [
      [...OWN, 'nft add rule inet own forward iifname up0 ct original proto-dst 8000 reject with tcp reset'],
      'refused: inet own forward drop --what-if',
    ],
    [['nft add element inet mine blocked { 198.51.100.0/28 }'], 'timeout: ip docker-bridges '],
    [['nft flush chain ip docker-bridges nat-prerouting-and-output'], 'connected: '],
    [['nft flush chain ip docker-bridges filter-FORWARD'], 'connected: '],
    [['sudo nft -a delete table ip docker-bridges', 'nft flush table inet mine'], 'connected: '],
    [
      ["nft add chain ip docker-bridges filter-FORWARD '{ policy drop; }'", 'nft flush chain ip docker-bridges filter-FORWARD'],
      'timeout: ',
    ],
    [['nft flush ruleset'], 'connected: '],
    // an accept ends its own base chain only
    [[...OWN, 'nft add rule inet own forward accept', 'nft insert rule inet mine fwd0 tcp dport 80 drop'], 'timeout: inet mine fwd0 drop'],
  ])('%j: %s', (commands, told) => {
    expect(outcome(...commands).startsWith(told), outcome(...commands)).toBe(true);
  });

  it.each([
    ['nft add rule inet mine fwd0 jump nowhere', 'there is no chain “nowhere”'],
    ['nft -f /etc/passwd', '-f is not read here'],
  ])('%s is refused', (command, why) => {
    expect(() => whatIf(host, [command])).toThrow(why);
  });

  it.each([
    ['nft add rule ip filter FORWARD drop', "table ip filter is iptables': write the change as iptables would"],
    ['nft delete table ip6 filter', "table ip6 filter is iptables': write the change as ip6tables would"],
    ['nft flush ruleset', "is iptables': write the change as"],
  ])('%s is refused where the table is of iptables', (command, why) => {
    expect(() => whatIf(both, [command])).toThrow(why);
  });
});
