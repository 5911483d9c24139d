import { expect, test } from 'vitest';
import { compileRule, contextOf } from '../../../src/netfilter/iptables/compile.js';
import { savedSpec } from '../../../src/netfilter/iptables/grammar/print.js';
import { canonicalRule, printRule } from '../../../src/netfilter/iptables/rule-print.js';
import { parseRule } from '../../../src/netfilter/iptables/rule-text.js';
import { parseIptablesSave } from '../../../src/snapshot/parsers/iptables-save.js';
import { respelt } from '../../generators/rule-spellings.js';

const FAIL = 'FAIL';

/** What is typed behind `-A INPUT`, and what iptables-save 1.8.9 prints of it (legacy and nft alike), or that neither loads it. */
const TYPED: readonly (readonly [typed: string, saved: string])[] = [
  ['-p tcp -fj DROP', '-p tcp -f -j DROP'],
  ['! -fp tcp -j DROP', '-p tcp ! -f -j DROP'],
  ['-vfp tcp -j DROP', '-p tcp -f -j DROP'],
  ['-mtcp -p tcp --dport=80 -j DROP', '-p tcp -m tcp --dport 80 -j DROP'],
  ['-p tcp --dp 80 -j DROP', '-p tcp -m tcp --dport 80 -j DROP'],
  ['-p tcp --destination-p 80 -j DROP', '-p tcp -m tcp --dport 80 -j DROP'],
  ['--ds 1.2.3.4 --j DROP', '-d 1.2.3.4/32 -j DROP'],
  ['-p tcp --sy -j DROP', '-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP'],
  ['-p tcp -j LOG --log-prefix=x --log-l 4', '-p tcp -j LOG --log-prefix x'],
  ['-p tcp -m comment --comment=-j -j DROP', '-p tcp -m comment --comment -j -j DROP'],
  ['-p 0x6 -j DROP', '-p tcp -j DROP'],
  ['-gMINE', '-g MINE'],
  ['-c1 2 -j DROP --', '-j DROP'],
  ['--modprobe=/bin/false -j DROP', '-j DROP'],
  ['-m policy --dir in --pol ipsec --proto esp -j DROP', '-m policy --dir in --pol ipsec --proto esp -j DROP'],
  ['-p ipcomp -m ipcomp -j DROP', '-p ipcomp -m ipcomp --ipcompspi 0 -j DROP'],
  // the option of the match named last is the one that is meant
  ['-m comment --comment a -m comment --com b -j DROP', '-m comment --comment a -m comment --comment b -j DROP'],
  ['-m mark --mark 1 -m mark --mar 2 -j DROP', '-m mark --mark 0x1 -m mark --mark 0x2 -j DROP'],
  ['-m comment -m comment --com x -j DROP', FAIL],
  [
    '-m hashlimit --hashlimit-upto 60/min --hashlimit-name a',
    '-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name a --hashlimit-htable-expire 60000',
  ],
  [
    '-m hashlimit --hashlimit-upto 60/min --hashlimit-name a --hashlimit-htable-expire 1000',
    '-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name a',
  ],
  [
    '-m hashlimit --hashlimit-upto 86400/day --hashlimit-name a --hashlimit-rate-match --hashlimit-srcmask 24',
    '-m hashlimit --hashlimit-upto 90909/sec --hashlimit-burst 5 --hashlimit-name a --hashlimit-htable-expire 86400000 --hashlimit-srcmask 24 --hashlimit-rate-match --hashlimit-rate-interval 86400',
  ],
  ['-m hashlimit --hashlimit-upto 2000000/hour --hashlimit-name a --hashlimit-rate-match', FAIL],
  [
    '-m hashlimit --hashlimit-upto 1mb/s --hashlimit-name a --hashlimit-htable-expire 15000',
    '-m hashlimit --hashlimit-upto 1mb/s --hashlimit-name a',
  ],
  [
    '-m hashlimit --hashlimit-upto 1/sec --hashlimit-name -a',
    '-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name -a',
  ],
  ['-m bpf --bytecode "1, 6  0 0 65535/,"', '-m bpf --bytecode "1,6 0 0 65535"'],
  ['-m bpf --bytecode "1,0x6 0 0 1"', FAIL],
  ['-m time --monthdays 1,,010,31 --datestop 2030', '-m time --monthdays 1,31 --datestop 2030-01-01T00:00:00'],
  ['-m time --monthdays 1-5', FAIL],
  ['-m time --weekdays Mo,', '-m time --weekdays Mon --datestop 2038-01-19T03:14:07'],
  ['-m time --weekdays Mo,,Tu', FAIL],
  [
    '-m time --datestart " +02026-1-001T" --timestart +8:',
    '-m time --timestart 08:00:00 --timestop 23:59:59 --datestart 2026-01-01T00:00:00 --datestop 2038-01-19T03:14:07',
  ],
  ['-m time --timestart 8', FAIL],
  [
    '-m hashlimit --hashlimit-upto 1/sec --hashlimit-name a --hashlimit-mode ,',
    '-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-name a',
  ],
  ['-p tcp --dport HTTP', FAIL],
  ['-j LOG --log-prefix ""', FAIL],
  ['-p Tcp -m conntrack --ctproto Icmp', FAIL],
  ['-m length --length ""', '-m length --length 0'],
  ['-p tcp --dport ""', FAIL],
  ['-m string --hex-string "| 41 42 |" --algo bm', '-m string --string "AB" --algo bm'],
  ['-m string --hex-string "|41  42|" --algo bm', FAIL],
  ['-m u32 --u32 "+0&0xFF=1"', '-m u32 --u32 "0x0&0xff=0x1"'],
  ['-p udp --sport 65536', '-p udp -m udp --sport 0'],
  ['-p udp --sport -1', FAIL],
  ['-m conntrack ! --ctproto 0', '-m conntrack ! --ctproto 0'],
  ['-m recent --rcheck --hitcount 300', '-m recent --rcheck --hitcount 300 --name DEFAULT --mask 255.255.255.255 --rsource'],
  ['-m recent --rcheck --hitcount 0', '-m recent --rcheck --name DEFAULT --mask 255.255.255.255 --rsource'],
  ['-m recent --set --rdest --rsource', '-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource'],
  ['-m recent --rcheck --hitcount 65536', FAIL],
  ['-m helper --helper toolonghelpernameforthekernelitwillbe', '-m helper --helper toolonghelpernameforthekernel'],
  ['-m limit --limit 61/min', '-m limit --limit 61/min'],
  ['-m limit --limit 7777/min', '-m limit --limit 129/sec'],
  ['-m limit --limit 9999/s', '-m limit --limit 10000/sec'],
  ['-m limit --limit 120/hour', '-m limit --limit 2/min'],
  [
    '-m hashlimit --hashlimit-upto 7777/min --hashlimit-name a',
    '-m hashlimit --hashlimit-upto 7777/min --hashlimit-burst 5 --hashlimit-name a',
  ],
  ['-j SET --add-set s src --timeout 4294967295', FAIL],
  ['-j SET ! --add-set s src ! --exist', '-j SET --add-set s src --exist'],
  ['-j SET --del-set s src --exist --add-set s dst', '-j SET --add-set s dst --exist --del-set s src'],
  ['-j IDLETIMER --timeout 2 --label ""', FAIL],
  ['-j IDLETIMER --timeout 2 --label a/b', FAIL],
  ['-m policy --dir in --pol ipsec --proto 50', '-m policy --dir in --pol ipsec --proto esp'],
  ['-m policy --dir in --pol ipsec --proto 6', FAIL],
  ['-m policy --dir in --pol none --mode tunnel', '-m policy --dir in --pol none'],
  ['-m policy --dir in --spi 2', '-m policy --dir in --pol ipsec --spi 0x2'],
  ['-m policy --dir in', '-m policy --dir in --pol ipsec'],
  ['-m policy --spi 2', FAIL],
  ['-m policy --dir in --pol none --strict', FAIL],
  ['-m policy --dir in --pol ipsec --strict --reqid 1 --next', FAIL],
  ['-m state --state inv,E', '-m state --state INVALID,ESTABLISHED'],
  ['-m state --state NEW,', FAIL],
  ['-m time --weekdays mon', FAIL],
  ['-j LOG --log-level warn', FAIL],
  ['-j LOG --log-level panic', '-j LOG --log-level 0'],
  ['-m conntrack --ctstatus NONE,ASSURED', '-m conntrack --ctstatus ASSURED'],
  ['-m conntrack --ctorigdstport 5:0', '-m conntrack --ctorigdstport 5'],
  ['-m time ! --monthdays 3-4', FAIL],
  [
    '-m connbytes ! --connbytes 5:5 --connbytes-mode bytes --connbytes-dir both',
    '-m connbytes --connbytes 5:5 --connbytes-mode bytes --connbytes-dir both',
  ],
  [
    '-m cluster --cluster-total-nodes 4 ! --cluster-local-node 3 --cluster-hash-seed 0xdeadbeef',
    '-m cluster ! --cluster-local-nodemask 0x00000004 --cluster-total-nodes 4 --cluster-hash-seed 0xdeadbeef',
  ],
  ['-s garbage/0 -j DROP', '-j DROP'],
  ['-sgarbage/0 -j DROP', '-j DROP'],
  ['-m dscp --dscp-class VA', FAIL],
  ['-j IDLETIMER --timeout 2147482 --label x', '-j IDLETIMER --timeout 2147482 --label x'],
  ['-j IDLETIMER --timeout 2147483 --label x', FAIL],
  // versions before 1.8.8 and after 1.8.9 read some of these
  ['-ptcp -j DROP', FAIL],
  ['-p tcp -jDROP', FAIL],
  ['--jump=DROP', FAIL],
  ['-s10.0.0.1 -j DROP', FAIL],
  ['-p tcp --d 80 -j DROP', FAIL],
  ['-p tcp --de 80 -j DROP', FAIL],
  ['-m conntrack --ctorigsr 1.2.3.4 -j DROP', FAIL],
  ['-p tcp --syn=1 -j DROP', FAIL],
  ['-p tcp -p udp -j DROP', FAIL],
  ['-s 1.2.3.4 -s 2.3.4.5 -j DROP', FAIL],
  ['! ! -p tcp -j DROP', FAIL],
  ['-j DROP -- extra', FAIL],
  ['-n -j DROP', FAIL],
  ['-t filter -j DROP', FAIL],
  ['-j DROP; -A INPUT -j ACCEPT', FAIL],
  ['-j ACCEPT --dport 80 -p tcp', FAIL],
  ['-p tcp --tcp-flags ALL -j DROP', FAIL],
  ['-p tcp –dport 80 -j DROP', FAIL],
];

test.each(TYPED)('-A INPUT %s', (typed, saved) => {
  const text = `*filter\n:INPUT ACCEPT [0:0]\n:MINE - [0:0]\n-A INPUT ${typed}\nCOMMIT\n`;
  const table = parseIptablesSave(text, 'iptables-save.txt', 4).data.ruleset.tables.get('filter')!;
  const rule = table.chains.get('INPUT')!.rules[0]!;
  const { problems } = compileRule(rule, table, 4);
  if (saved === FAIL) expect(problems).not.toEqual([]);
  else
    expect([problems, canonicalRule('INPUT', savedSpec(rule.spec, contextOf(rule.spec, 'INPUT', table, 4)))]).toEqual([
      [],
      `-A INPUT ${saved}`,
    ]);
});

test('however a rule is spelt, its line prints back', () => {
  let state = 1;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (const [typed] of TYPED)
    for (let i = 0; i < 20; i++) {
      const line = respelt(`-A INPUT ${typed}`, random);
      const { chain, spec } = parseRule(line, { family: 4 });
      expect(printRule(chain, spec)).toBe(line);
    }
});
