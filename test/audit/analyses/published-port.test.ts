import { beforeAll, describe, expect, it } from 'vitest';
import { auditMachine } from '../../../src/audit/engine.js';
import { printCommand } from '../../../src/command/index.js';
import { createMachine } from '../../../src/datapath/index.js';
import type { Finding } from '../../../src/model/audit.js';
import type { Host } from '../../../src/model/host.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { whatIf } from '../../../src/change/index.js';
import { recorded, RULES } from '../hosts.js';

const MINE = RULES.filter((rule) => rule.id === 'docker-user-ineffective');
let base: Host;

beforeAll(() => {
  base = loadFiles(recorded('docker28-bridge'));
});

function findings(host: Host): readonly Finding[] {
  return auditMachine(createMachine(host), MINE).audit.findings;
}

function commandsOf(finding: Finding): readonly string[] {
  return finding.remedy.steps.flatMap((step) => step.commands.map(printCommand));
}

/** Rules behind `-A DOCKER-USER`, or whole commands. */
const typed = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (/^(?:iptables|ipset) /.test(line) ? line : `iptables -A DOCKER-USER ${line}`));

interface Case {
  readonly rules: readonly string[];
  /** What the finding says that the port became. */
  readonly made: string;
  readonly remedy: readonly string[];
}

const SETS = ['ipset create ports bitmap:port range 0-65535', 'ipset add ports 8080'];

/** Published on the host: 8080 → 80 and 8443 → 443 (tcp), 5353 → 53 (udp), 6379 → 6379. */
const NAMES: readonly Case[] = [
  {
    rules: ['-i up0 -p tcp -m multiport --dports 8080,8443 -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; likewise 8443 (443 of app); internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -i up0 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -I DOCKER-USER 1 -i up0 -p tcp -m conntrack --ctorigdstport 8443 --ctdir ORIGINAL -j DROP',
      'iptables -D DOCKER-USER -i up0 -p tcp -m multiport --dports 8080,8443 -j DROP',
    ],
  },
  {
    rules: ['-p tcp -m multiport --dports 8080 -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -D DOCKER-USER -p tcp -m multiport --dports 8080 -j DROP',
    ],
  },
  {
    rules: ['-p tcp --dport 8000:8100 -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -p tcp -m conntrack --ctorigdstport 8000:8100 --ctdir ORIGINAL -j DROP',
      'iptables -D DOCKER-USER -p tcp -m tcp --dport 8000:8100 -j DROP',
    ],
  },
  {
    rules: ['-p tcp --dport 8000:9000 -j REJECT'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; likewise 8443 (443 of app); internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -p tcp -m conntrack --ctorigdstport 8000:9000 --ctdir ORIGINAL -j REJECT --reject-with icmp-port-unreachable',
      'iptables -D DOCKER-USER -p tcp -m tcp --dport 8000:9000 -j REJECT --reject-with icmp-port-unreachable',
    ],
  },
  {
    rules: ['--protocol tcp --destination-port 8080 --source-port 1024: --jump DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -p tcp -m tcp --sport 1024:65535 -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -D DOCKER-USER -p tcp -m tcp --sport 1024:65535 --dport 8080 -j DROP',
    ],
  },
  {
    rules: ['-p tcp -m multiport --ports 22,8000:8100 -m comment --comment "was --dport 80" -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      "iptables -I DOCKER-USER 1 -p tcp -m conntrack --ctorigdstport 22 --ctdir ORIGINAL -m comment --comment 'was --dport 80' -j DROP",
      "iptables -I DOCKER-USER 1 -p tcp -m conntrack --ctorigdstport 8000:8100 --ctdir ORIGINAL -m comment --comment 'was --dport 80' -j DROP",
      "iptables -D DOCKER-USER -p tcp -m multiport --ports 22,8000:8100 -m comment --comment 'was --dport 80' -j DROP",
    ],
  },
  {
    rules: [...SETS, '-p tcp -m set --match-set ports dst -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -D DOCKER-USER -p tcp -m set --match-set ports dst -j DROP',
    ],
  },
  {
    rules: ['ipset create pairs hash:net,port', 'ipset add pairs 192.0.2.0/24,tcp:8443', '-m set --match-set pairs src,dst -j DROP'],
    made: 'it names port 8443, and DNAT has made it 443 of app before DOCKER-USER is asked; 192.0.2.1 reaches it',
    remedy: ['# in place of the set, name each port: -m conntrack --ctorigdstport 8443 --ctdir ORIGINAL'],
  },
  {
    rules: ['-d 172.17.0.0/16 -o docker0 -p tcp -m conntrack --ctstate NEW -m tcp --dport 8080 -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -d 172.17.0.0/16 -o docker0 -p tcp -m conntrack --ctstate NEW -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -D DOCKER-USER -d 172.17.0.0/16 -o docker0 -p tcp -m conntrack --ctstate NEW -m tcp --dport 8080 -j DROP',
    ],
  },
  {
    rules: ['-p tcp -m conntrack --ctorigdst 198.51.100.10 --ctdir ORIGINAL -m tcp --dport 8080 -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I DOCKER-USER 1 -p tcp -m conntrack --ctorigdst 198.51.100.10 --ctdir ORIGINAL -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -D DOCKER-USER -p tcp -m conntrack --ctorigdst 198.51.100.10 --ctdir ORIGINAL -m tcp --dport 8080 -j DROP',
    ],
  },
  {
    rules: ['iptables -N MINE', '-i up0 -j MINE', 'iptables -A MINE -p tcp --dport 8080 -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I MINE 1 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -D MINE -p tcp -m tcp --dport 8080 -j DROP',
    ],
  },
  {
    rules: ['iptables -N MINE', '-g MINE', 'iptables -A MINE -s 10.0.0.0/8 -j RETURN', 'iptables -A MINE -p tcp --dport 8080 -j DROP'],
    made: 'it names port 8080, and DNAT has made it 80 of web before DOCKER-USER is asked; internet reaches it',
    remedy: [
      'iptables -I MINE 1 -p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP',
      'iptables -D MINE -p tcp -m tcp --dport 8080 -j DROP',
    ],
  },
];

describe('a rule that names published ports, where DNAT has been', () => {
  it.each(NAMES)('$rules', ({ rules, made, remedy }) => {
    const host = whatIf(base, typed(rules));
    const [finding, ...more] = findings(host);
    expect(more).toEqual([]);
    expect({
      severity: finding?.severity,
      detail: finding?.objects.map(({ detail }) => detail),
      open: finding?.evidence.traces.every(({ outcome }) => outcome === 'connected'),
      remedy: finding && commandsOf(finding),
    }).toEqual({ severity: 'high', detail: [made], open: true, remedy });
    if (remedy.some((command) => command.startsWith('#'))) return;
    expect(findings(whatIf(host, remedy))).toEqual([]);
  });
});

describe('a rule that means something else', () => {
  it.each<readonly string[]>([
    ['-p tcp -m multiport --dports 80,443 -j DROP'],
    ['-p tcp ! --dport 443 -j DROP'],
    ['-p tcp -m multiport ! --dports 80,443,6379 -j DROP'],
    ['-p udp --dport 8080 -j DROP'],
    ['-p tcp -m tcp --sport 8080 -j DROP'],
    ['-p tcp -m tcp --dport 6379 -j DROP'],
    ['-p tcp -d 172.30.0.3 --dport 8080 -j DROP'],
    ['-p tcp -o docker0 --dport 8443 -j DROP'],
    ['-p tcp -m comment --comment "--dport 8080" -m tcp --dport 80 -j DROP'],
    ['-p tcp -m multiport --dports 80,8080 -j DROP'],
    ['-p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP'],
    ['-p tcp -m conntrack --ctorigdstport 8080 --ctdir ORIGINAL -j DROP', '-p tcp --dport 8080 -j DROP'],
    [...SETS, '-p tcp -m set ! --match-set ports dst -j DROP'],
    [...SETS, '-p tcp -m set --match-set ports src -j DROP'],
    ['-i up0 -p tcp -j ACCEPT'],
    ['-o up0 -p tcp --dport 8080 -j DROP'],
  ])('%s', (...rules) => {
    expect(findings(whatIf(base, typed(rules))).map(({ objects }) => objects)).toEqual([]);
  });
});
