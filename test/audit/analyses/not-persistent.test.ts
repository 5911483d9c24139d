import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { notPersistent } from '../../../src/audit/analyses/not-persistent.js';
import { Survey } from '../../../src/audit/survey/survey.js';
import { createMachine } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/assemble.js';
import { takeIn } from '../../../src/snapshot/intake/index.js';
import { RULES } from '../hosts.js';

const real = (name: string): string => readFileSync(`fixtures/start/${name}.txt`, 'utf8');
const rule = RULES.find(({ id }) => id === 'not-persistent')!;

/** What a paste of files of configuration and of listings tells: each difference with its severity, and what is left open. */
function told(text: string): readonly string[] {
  const host = loadFiles(takeIn([{ path: 'paste.txt', text }], 'paste.txt').files);
  const { proofs, doubts } = notPersistent(new Survey(createMachine(host)), rule);
  return [
    ...proofs.map(({ object, severity = '', cause = '' }) => `${severity}, ${cause}: ${object.name}`),
    ...doubts.map((one) => `open: ${one}`),
  ];
}

// ufw 0.36.2, enabled in a namespace with six rules: its files, and what iptables-save printed behind it
describe('ufw', () => {
  const text = real('ufw');
  it('loads what its files say, and leads its chains to one another', () => expect(told(text)).toEqual([]));
  it.each([
    [
      'a rule of the running set is gone',
      /^-A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT\n/m,
      '',
      ['medium, back rule: IPv4 filter -A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT'],
    ],
    [
      'a rule was typed into a chain of its own',
      /^(-A ufw-user-input -p tcp -m tcp --dport 3306 -j DROP\n)/m,
      '$1-A ufw-user-input -s 192.0.2.66/32 -j DROP\n',
      ['medium, lost rule: IPv4 filter -A ufw-user-input -s 192.0.2.66/32 -j DROP'],
    ],
    // nothing tells what else sets rules of chains that ufw does not keep
    ['a rule was typed into a chain of the kernel', /^(-A INPUT -j ufw-before-logging-input\n)/m, '-A INPUT -i wg0 -j ACCEPT\n$1', []],
    [
      'a line of a file is not understood',
      /^(-A ufw-user-input -p tcp) --dport 22 (-j ACCEPT)$/m,
      '$1 --dport 22 --nonsense $2',
      [expect.stringMatching(/^open: not all of paste\.txt was understood/)],
    ],
  ])('%s', (_, from, to, expected) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(told(changed).slice(0, 2)).toEqual(expected);
  });
});

// files of fixtures/nft-public, loaded in a namespace, and what nft 1.0.6 listed then
describe('nftables', () => {
  it('lists the elements of a set in its own order', () =>
    expect(told(real('nft-startos'))).toEqual([
      'open: rules of the chain inet startos_portmap_guard forward read otherwise in the file: whether they are the same is not decided',
    ]));
  it('lists what a file spells otherwise', () =>
    expect(told(real('nft-no-conntrack'))).toEqual(
      ['ip filter INPUT', 'ip6 filter INPUT'].map(
        (chain) => `open: rules of the chain ${chain} read otherwise in the file: whether they are the same is not decided`,
      ),
    ));
  const listed =
    'table inet mine {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tiifname "lo" accept\n\t\ttcp dport 22 accept\n\t}\n}\n';
  const paste = (file: string): string => `$ cat /etc/nftables.conf\n${file}\n$ nft list ruleset\n${listed}`;
  it.each([
    ['the same', `#!/usr/sbin/nft -f\n# ip and ports that the office needs\nflush ruleset\n${listed}`, []],
    [
      'a drop that only the file has',
      `flush ruleset\n${listed.replace('\t}\n}', '\t\tudp dport 53 drop\n\t}\n}')}`,
      ['low, back rule: nftables inet mine input udp dport 53 drop'],
    ],
    ['another policy', `flush ruleset\n${listed.replace('policy drop', 'policy accept')}`, ['medium, set chain: nftables inet mine input']],
    [
      'a table that no file has',
      'flush ruleset\n',
      [
        'medium, lost chain: nftables inet mine input',
        'low, lost rule: nftables inet mine input iifname "lo" accept',
        'low, lost rule: nftables inet mine input tcp dport 22 accept',
      ],
    ],
    [
      'a file that includes others',
      'flush ruleset\ninclude "/etc/nftables.d/*.nft"\n',
      [expect.stringMatching(/^open: not all that paste\.txt loads is known/)],
    ],
  ])('%s', (_, file, expected) => expect(told(paste(file))).toEqual(expected));
});
