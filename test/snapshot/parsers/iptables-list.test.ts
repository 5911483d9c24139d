import { describe, expect, it } from 'vitest';
import { parseIptablesList } from '../../../src/snapshot/parsers/iptables-list.js';

const VERBOSE = ' pkts bytes target     prot opt in     out     source               destination         ';
const PLAIN = 'target     prot opt source               destination         ';

function rulesOf(head: string, ...lines: string[]): ReturnType<typeof parseIptablesList> {
  return parseIptablesList(
    ['Chain FORWARD (policy DROP 3 packets, 180 bytes)', head, ...lines].join('\n'),
    'host/iptables-list-filter.txt',
    'filter',
    4,
  );
}

function texts(parsed: ReturnType<typeof parseIptablesList>): string[] {
  return [...parsed.data.chains.values()].flatMap((chain) => chain.rules.filter((rule) => rule.gap === undefined).map((rule) => rule.text));
}

describe('iptables -L -n -v turned back into iptables-save', () => {
  it.each([
    [
      '    0     0 ACCEPT     all  --  *      docker0  0.0.0.0/0            0.0.0.0/0            ctstate RELATED,ESTABLISHED',
      '-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    ],
    ['  12K  673M ACCEPT     all  --  docker0 !docker0  0.0.0.0/0            0.0.0.0/0', '-A FORWARD -i docker0 ! -o docker0 -j ACCEPT'],
    [
      '    0     0 ACCEPT     tcp  --  !docker0 docker0  0.0.0.0/0            172.17.0.2           tcp dpt:80',
      '-A FORWARD -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT',
    ],
    [
      '    0     0 REJECT     tcp  --  *      *       10.0.0.0/8           0.0.0.0/0            tcp dpts:1:1024 flags:0x17/0x02 reject-with tcp-reset',
      '-A FORWARD -s 10.0.0.0/8 -p tcp -m tcp --dport 1:1024 --tcp-flags FIN,SYN,RST,ACK SYN -j REJECT --reject-with tcp-reset',
    ],
    [
      '    0     0            all  --  *      *       0.0.0.0/0            0.0.0.0/0            /* only counts */',
      '-A FORWARD -m comment --comment "only counts"',
    ],
    [
      '    0     0 DROP       tcp  --  *      *       0.0.0.0/0            0.0.0.0/0            multiport dports 80,443',
      '-A FORWARD -p tcp -m multiport --dports 80,443 -j DROP',
    ],
    [
      '    0     0 RETURN     all  --  *      *       0.0.0.0/0            0.0.0.0/0            limit: avg 3/min burst 5',
      '-A FORWARD -m limit --limit 3/min --limit-burst 5 -j RETURN',
    ],
    [
      '    0     0 DROP       0    --  *      *       0.0.0.0/0            0.0.0.0/0            match-set bad src',
      '-A FORWARD -m set --match-set bad src -j DROP',
    ],
  ])('%s', (line, text) => {
    const parsed = rulesOf(VERBOSE, line);
    expect([texts(parsed), parsed.problems]).toEqual([[text], []]);
    const rule = parsed.data.chains.get('FORWARD')?.rules[0];
    expect([rule?.hidden, rule?.spec.errors]).toEqual([undefined, []]);
  });
  it('keeps policy and counters', () => {
    const parsed = rulesOf(VERBOSE, '  12K  673M ACCEPT     all  --  *      *       0.0.0.0/0            0.0.0.0/0');
    const chain = parsed.data.chains.get('FORWARD');
    expect([chain?.policy, chain?.rules[0]?.packets, chain?.rules[0]?.bytes]).toEqual(['DROP', 12_000, 673_000_000]);
  });
});

describe('iptables -L', () => {
  it('resolves names and says what it hides', () => {
    const parsed = rulesOf(
      PLAIN,
      'ACCEPT     tcp  --  anywhere             loopback/8           tcp dpt:http',
      'DROP       all  --  gate.example         anywhere',
    );
    expect(texts(parsed)).toEqual(['-A FORWARD -d 127.0.0.0/8 -p tcp -m tcp --dport 80 -j ACCEPT', '-A FORWARD -j DROP']);
    expect(parsed.data.chains.get('FORWARD')?.rules.map((rule) => rule.hidden)).toEqual([
      'the interfaces of this rule, which a listing without -v does not show: run `iptables-save`, or `iptables -t filter -L -n -v`',
      'the interfaces of this rule, which a listing without -v does not show, and its source is the resolved name gate.example: run `iptables-save`, or `iptables -t filter -L -n -v`',
    ]);
  });
  it('names words and lines that it does not understand', () => {
    const parsed = rulesOf(
      VERBOSE,
      '    0     0 DROP       all  --  *      *       0.0.0.0/0            0.0.0.0/0            frobnicate 3',
      '    0     0 DROP',
    );
    expect(parsed.problems.map(({ origin, message }) => [origin.line, message])).toEqual([
      [3, 'the words "frobnicate 3" of this rule are not understood: take iptables-save instead'],
      [4, 'not a rule of iptables -L: the line was cut or wrapped; take iptables-save instead'],
    ]);
    expect(parsed.data.chains.get('FORWARD')?.rules.map((rule) => rule.hidden)).toEqual([
      'words of this rule that are not understood (frobnicate 3): run `iptables-save`, or `iptables -t filter -L -n -v`',
      undefined,
    ]);
    expect(parsed.data.chains.get('FORWARD')?.rules.map((rule) => rule.gap)).toEqual([
      undefined,
      'what stood in host/iptables-list-filter.txt:4 and was not understood (`iptables-save` would show it)',
    ]);
  });
});

describe('a listing that ends before its end', () => {
  const title = (name: string, policy = '(policy ACCEPT)'): string => `Chain ${name} ${policy}`;
  const accept = 'ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0';
  const input = [title('INPUT'), PLAIN, accept];
  const forward = [title('FORWARD', '(policy DROP)'), PLAIN, accept];
  const output = [title('OUTPUT'), PLAIN];
  const own = [title('DOCKER-USER', '(1 references)'), PLAIN];

  it.each([
    ['whole', [...input, ...forward, ...output, ...own], []],
    ['cut in FORWARD', [...input, ...forward], ['FORWARD', 'OUTPUT']],
    ['cut in INPUT', input, ['INPUT', 'FORWARD', 'OUTPUT']],
    ['cut behind a title', [...input, ...forward, ...output, own[0] ?? ''], ['DOCKER-USER']],
    ['a chain that was asked for', ['# iptables -L FORWARD', ...forward], ['INPUT', 'OUTPUT']],
    ['chains that were asked for', ['# -L INPUT', ...input, '# -L FORWARD', ...forward], ['OUTPUT']],
  ])('%s', (_, lines, open) => {
    const { chains } = parseIptablesList(`${lines.join('\n')}\n`, 'host/iptables-list-filter.txt', 'filter', 4).data;
    const gaps = [...chains.values()].flatMap(({ name, rules }) => (rules.some(({ gap }) => gap !== undefined) ? [name] : []));
    expect(gaps).toEqual(open);
  });
});
