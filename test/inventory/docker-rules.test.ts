import { expect, it } from 'vitest';
import { isDockers } from '../../src/inventory/index.js';
import { parseIptablesSave } from '../../src/snapshot/parsers/iptables-save.js';

const BRIDGES = new Set(['docker0', 'br-4384c1c9101b']);

const RULES: readonly (readonly [rule: string, dockers: boolean])[] = [
  ['-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE', true],
  ['-A POSTROUTING -o docker0 -m addrtype --src-type LOCAL -j MASQUERADE', true],
  ['-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE', true],
  ['-A POSTROUTING -o eth0 -j MASQUERADE', false],
  ['-A POSTROUTING -s 10.8.0.0/24 -o eth0 -j MASQUERADE', false],
  ['-A POSTROUTING -s 10.8.0.0/24 ! -d 10.8.0.0/24 -j MASQUERADE', false],
  ['-A POSTROUTING -j MASQUERADE', false],
];

it.each(RULES)('%s: whether Docker writes it', (text, dockers) => {
  const { data } = parseIptablesSave(`*nat\n:POSTROUTING ACCEPT [0:0]\n${text}\nCOMMIT\n`, 'host/iptables-save.txt', 4);
  const rules = data.ruleset.tables.get('nat')?.chains.get('POSTROUTING')?.rules ?? [];
  expect(rules.map((rule) => isDockers(rule, BRIDGES))).toEqual([dockers]);
});
