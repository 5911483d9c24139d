import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { canonicalRule } from '../../src/netfilter/iptables/rule-print.js';
import { parseIptablesSave } from '../../src/snapshot/parsers/iptables-save.js';

const isHere = spawnSync('unshare', ['-n', 'iptables-nft-restore', '--version']).status === 0;

/** What a host may hold before a script runs. */
const BEFORE = 'iptables -A INPUT -p 99; iptables -N OLD; iptables -A OLD -p 98; iptables -A INPUT -j OLD; iptables -P OUTPUT DROP';

const SCRIPT = `iptables -F
iptables -X
iptables -P INPUT DROP; # more than one command
iptables -F
iptables -X
iptables -P INPUT DROP
iptables -P FORWARD DROP
iptables -P OUTPUT ACCEPT
iptables -N LOGDROP
PORT=22
iptables -A LOGDROP -j LOG --log-prefix 'drop: '
iptables -A INPUT -p tcp --dport $PORT -j ACCEPT
iptables -I INPUT -i lo -j ACCEPT
iptables -A INPUT -m conntrack --ctstate ESTABLISHED \\
  -j ACCEPT
iptables -A INPUT -j LOGDROP
`;

/** @returns a table as lines, without what counts. */
function lines(text: string, file: string): readonly string[] {
  const chains = [...(parseIptablesSave(text, file, 4).data.ruleset.tables.get('filter')?.chains.values() ?? [])];
  return chains
    .map(({ name, policy, policyUnseen, rules }) =>
      [`${name} ${policyUnseen ?? policy ?? '-'}`, ...rules.map((rule) => rule.gap ?? canonicalRule(name, rule.spec))].join('\n'),
    )
    .sort();
}

test.runIf(isHere).each(['nft', 'legacy'])('%s: a script that empties a table leaves what is read of it', (backend) => {
  const shell = `iptables() { command iptables-${backend} "$@"; }\n${BEFORE}\n${SCRIPT}\ncommand iptables-${backend}-save -t filter`;
  const saved = execFileSync('unshare', ['-n', 'bash'], { input: shell, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });
  expect(lines(SCRIPT, 'firewall.sh')).toEqual(lines(saved, 'iptables-save.txt'));
});
