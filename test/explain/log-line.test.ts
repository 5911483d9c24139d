import { describe, expect, it } from 'vitest';
import { createMachine } from '../../src/datapath/index.js';
import { explain } from '../../src/explain/index.js';
import { loadFiles } from '../../src/snapshot/assemble.js';

const SAVED = `*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:ufw-logging-deny - [0:0]
-A INPUT -p udp -j LOG --log-prefix "IPTABLES-DROP: "
-A ufw-logging-deny -m limit --limit 3/min -j LOG --log-prefix "[UFW BLOCK] "
-A FORWARD -i eth0 -j LOG --log-prefix "twice "
-A FORWARD -i eth1 -j LOG --log-prefix "twice "
COMMIT
`;
const NFT = `table inet fw {
\tchain forward {
\t\ttype filter hook forward priority filter; policy accept;
\t\tip daddr 198.51.100.0/24 log prefix "[nftables] FORWARD Rejected: " reject
\t}
}
`;
const ADDR =
  '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n    inet 127.0.0.1/8 scope host lo\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500 state UP\n    inet 192.0.2.10/24 scope global eth0\n';
const machine = createMachine(
  loadFiles(
    new Map([
      ['host/iptables-save.txt', SAVED],
      ['host/nft-ruleset.txt', NFT],
      ['host/ip-addr.txt', ADDR],
    ]),
  ),
);
const told = (text: string): string =>
  explain(machine, text)
    .map(({ summary, sections }) =>
      [
        summary,
        ...sections.flatMap(({ title, lines }) => [
          title,
          ...lines.map(({ text: said, origin }) => `${said} ${origin === undefined ? '' : `${origin.file}:${origin.line}`}`),
        ]),
      ].join('\n'),
    )
    .join('\n');

describe('a line of the kernel’s log', () => {
  it.each([
    [
      'Apr 23 13:41:43 host03 kernel: IPTABLES-DROP: IN=eth0 OUT= MAC=00:00:5e:00:53:2d SRC=192.168.7.236 DST=192.0.2.10 LEN=110 TOS=0x00 TTL=64 ID=1 PROTO=UDP SPT=41002 DPT=4789 LEN=90 ',
      [
        'udp 192.168.7.236:41002 → 192.0.2.10:4789 (host), in by eth0, written by -A INPUT -p udp',
        'host/iptables-save.txt:14',
        'PREROUTING or INPUT',
      ],
    ],
    [
      '[1234567.890123] [UFW BLOCK] IN=eth0 OUT= MAC=00:00 SRC=198.51.100.9 DST=192.0.2.10 LEN=60 DF PROTO=TCP SPT=51514 DPT=8080 WINDOW=64240 RES=0x00 SYN URGP=0',
      ['tcp 198.51.100.9:51514 → 192.0.2.10:8080', 'ufw-logging-deny', 'host/iptables-save.txt:15'],
    ],
    [
      '2021-12-06T15:28:47.648098+01:00 node01 kernel: [nftables] FORWARD Rejected: IN=br-ea660202f5a0 OUT=eth0 PHYSIN=vethbd4a68f SRC=172.19.0.2 DST=198.51.100.53 LEN=56 PROTO=UDP SPT=54587 DPT=53 LEN=36',
      [
        'in by br-ea660202f5a0 (port vethbd4a68f), out by eth0',
        'inet fw forward of host',
        'host/nft-ruleset.txt:4',
        'FORWARD or POSTROUTING',
      ],
    ],
    [
      'twice IN=eth1 OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=1 DPT=2',
      ['One of these', 'host/iptables-save.txt:16', 'host/iptables-save.txt:17'],
    ],
    [
      'other: IN= OUT=eth0 SRC=192.0.2.10 DST=10.0.0.2 PROTO=TCP SPT=1 DPT=2',
      ['no rule of the snapshot writes this prefix', 'made on the host', 'OUTPUT'],
    ],
    [
      '[ 6013.000002] TRACE: nat:DOCKER:rule:1 IN=eth0 OUT= MAC=00 SRC=10.10.99.50 DST=192.0.2.10 PROTO=TCP SPT=40000 DPT=8080 SEQ=1',
      ['matched rule 1 of nat DOCKER', '--to-destination 172.17.0.2:80', 'host/iptables-save.txt:7'],
    ],
    [
      'TRACE: filter:FORWARD:policy:3 IN=eth0 OUT=eth1 SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=1 DPT=2',
      ['came to the end of filter FORWARD', 'its policy does'],
    ],
    ['TRACE: nat:DOCKER:rule:9 IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=1 DPT=2', ['has no rule 9 in nat DOCKER']],
    [
      '[ 6012.100000] IPv4: martian source 172.17.0.2 from 10.10.99.50, on dev eno2',
      ['from 10.10.99.50 to 172.17.0.2', 'rp_filter', 'shows no eno2'],
    ],
  ])('%s', (text, words) => {
    const all = told(text);
    for (const word of words) expect(all).toContain(word);
  });
});
