import { expect, test } from 'vitest';
import { parseIptablesSave } from '../../../src/snapshot/parsers/iptables-save.js';

/** Lines of the other family: iptables-restore 1.8.9 (both back ends) passes them by, or refuses what stands before its `-6`. */
const CASES: readonly (readonly [line: string, passes: boolean])[] = [
  ['-A INPUT -s no.address -6', true],
  ['-A INPUT -m tcp -6', true],
  ['-A INPUT -m state -6 -j DROP', true],
  ['-A INPUT -o eth0 -6', true],
  ['-A INPUT -j TCPMSS --set-mss 5 -6', true],
  ['-A INPUT ! -6', true],
  ['-A INPUT -m recent --set --update -6', true],
  ['-A INPUT -s1.2.3.4 -ieth0 -6', true],
  ['-A NOCHAIN -6', true],
  ['-6', true],
  ['-P INPUT DROP -6', true],
  // what only the kernel refuses, which never sees it
  ['-A INPUT -m hashlimit --hashlimit-upto 1/s --hashlimit-name a/b --hashlimit-htable-gcinterval 0 -6', true],
  ['-A INPUT -m recent --set --name a/b -6', true],
  ['-A INPUT -m string --algo zz --string a -6', true],
  ['-A INPUT -m connlabel --label 200 -6', true],
  ['-A INPUT -j IDLETIMER --timeout 0 --label x -6', true],
  ['-A INPUT -m hashlimit --hashlimit-upto 0/s --hashlimit-name a -6', false],
  ['-A INPUT -p nosuch -6', false],
  ['-A INPUT -ptcp -6', false],
  ['-A INPUT -m nosuch -6', false],
  ['-A INPUT -p tcp --dport 99999 -6', false],
  ['-A INPUT -p tcp --dport 1 --dport 2 -6', false],
  ['-A INPUT -m multiport --dports 1,2 -6', false],
  ['-A INPUT -m conntrack --ctstate BAD -6', false],
  ['-A INPUT -j LOG --log-level bad -6', false],
  ['-A INPUT -jLOG --log-level 4 -6', false],
  ['-A INPUT ! -j DROP -6', false],
  ['-A INPUT -s 1.2.3.4 -s 1.2.3.5 -6', false],
  ['-A INPUT -m limit --limit x -6', false],
  ['-A INPUT -i toolonginterfacenameisbad -6', false],
  ['-A INPUT -j TTL --ttl-dec 1 --ttl-dec 2 -6', false],
  ['-A INPUT -c 1 x -6', false],
  ['-A INPUT -t filter -6', false],
];

test.each(CASES)('%s', (line, passes) => {
  const { problems, data } = parseIptablesSave(`*filter\n:INPUT ACCEPT [0:0]\n${line}\nCOMMIT\n`, 'iptables-save.txt', 4);
  const told = problems.map(({ origin }) => origin.line);
  expect({
    told,
    rules: data.ruleset.tables
      .get('filter')
      ?.chains.get('INPUT')
      ?.rules.filter(({ gap }) => gap === undefined),
  }).toEqual({
    told: passes ? [] : [3],
    rules: [],
  });
});
