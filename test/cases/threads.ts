import type { Outcome } from '../../src/model/trace.js';

/** From whom, to whom (with `:port`), and the whole answer. */
type Asked = readonly [from: string, to: string, outcome: Outcome, reason: string];

/**
 * Questions about threads in which people paste what they have and ask why something is not reached, by the names of their files: each begins
 * with its source, and ends where its reader's excerpt did. They show rules and no interfaces, so they are asked with `around.txt` beside
 * them: what `ip addr` and `ip route` of a usual host print.
 */
export const THREADS: Readonly<Record<string, readonly Asked[]>> = {
  'icc-false-still-talks': [
    [
      '172.17.0.4',
      '172.17.0.2:3306',
      'unknown',
      'it depends on net.bridge.bridge-nf-call-iptables, which `sysctl net.bridge.bridge-nf-call-iptables` would show (host/sysctl.txt); `--assume missing=net.bridge.bridge-nf-call-iptables=1` gives timeout, missing=net.bridge.bridge-nf-call-iptables=0 gives unknown',
    ],
    [
      '172.17.0.4',
      '8.8.8.8:53',
      'unknown',
      'it depends on the rules of filter DOCKER that icc-false-still-talks.txt does not show (`iptables-save` would) (icc-false-still-talks.txt:31); `--assume missing=filter/DOCKER=continue` gives leaves-host, missing=filter/DOCKER=drop gives timeout',
    ],
    [
      '198.51.100.9',
      '172.17.0.2:3306',
      'unknown',
      'the path goes on in what the snapshot lacks: the namespace behind host/veth5e00531: `docker inspect` would tell whose it is, and `nsenter -t PID -n ss -tulpn` who listens there',
    ],
    [
      '198.51.100.9',
      '172.17.0.5:3306',
      'unknown',
      'it depends on the rules of filter DOCKER that icc-false-still-talks.txt does not show (`iptables-save` would) (icc-false-still-talks.txt:31); `--assume missing=filter/DOCKER=continue` gives timeout, missing=filter/DOCKER=accept gives unknown',
    ],
  ],
  'nat-rules-none': [
    [
      '172.17.0.2',
      '192.168.1.1',
      'unknown',
      "it depends on host's table filter, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=filter=open` gives leaves-host, missing=filter=drop gives timeout",
    ],
  ],
  'list-cut-in-forward': [
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'unknown',
      "it depends on the target `DOCKER-USER`, which is not known: a chain that list-cut-in-forward.txt does not show (a whole `iptables-save` would), or a module's (list-cut-in-forward.txt:17); `--assume unknown=continue` gives timeout, unknown=accept gives leaves-host",
    ],
    [
      '198.51.100.9',
      '192.168.1.5:80',
      'unknown',
      "it depends on host's table nat, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=nat=as-is` gives unreachable, missing=nat=translated gives unknown",
    ],
  ],
  'list-abridged-by-hand': [
    [
      '172.17.0.2',
      '172.17.0.1:3001',
      'unknown',
      "it depends on host's table nat, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=nat=as-is` gives refused, missing=nat=translated gives unknown",
    ],
  ],
  'list-rows-without-titles': [
    [
      '198.51.100.9',
      '192.168.1.5:8080',
      'unknown',
      "it depends on the host's iptables rules, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=iptables=open` gives unknown, missing=iptables=drop gives timeout",
    ],
  ],
  'list-ends-in-title': [
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'unknown',
      'it depends on the rules of filter DOCKER-USER that list-ends-in-title.txt does not show (`iptables-save` would) (list-ends-in-title.txt:35); `--assume missing=filter/DOCKER-USER=continue` gives leaves-host, missing=filter/DOCKER-USER=drop gives timeout',
    ],
  ],
  'save-cut-in-nat': [
    [
      '172.17.0.2',
      '1.1.1.1:443',
      'unknown',
      'it depends on the rules of nat PREROUTING that save-cut-in-nat.txt does not show (`iptables-save` would) (save-cut-in-nat.txt:37); `--assume missing=nat/PREROUTING=as-is` gives leaves-host, missing=nat/PREROUTING=translated gives unknown',
    ],
  ],
  'save-docker28-cut': [
    [
      '192.168.1.9',
      '172.18.0.2:1000',
      'timeout',
      "`-A PREROUTING -d 172.18.0.2/32 ! -i br-3cdb1cb92a36 -p tcp -m tcp --dport 1000 -j DROP` in host's raw PREROUTING drops it",
    ],
    [
      '172.18.0.2',
      '8.8.8.8:53',
      'unknown',
      'it depends on the rules of filter DOCKER-USER that save-docker28-cut.txt does not show (`iptables-save` would) (save-docker28-cut.txt:34); `--assume missing=filter/DOCKER-USER=continue` gives timeout, missing=filter/DOCKER-USER=accept gives leaves-host',
    ],
    [
      '192.168.1.9',
      '172.18.0.2:1001',
      'unknown',
      'it depends on the rules of filter DOCKER-USER that save-docker28-cut.txt does not show (`iptables-save` would) (save-docker28-cut.txt:34); `--assume missing=filter/DOCKER-USER=continue` gives timeout, missing=filter/DOCKER-USER=accept gives unknown',
    ],
  ],
  'nft-without-its-table': [
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'unknown',
      "it depends on the host's iptables rules, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=iptables=open` gives leaves-host, missing=iptables=drop gives timeout",
    ],
  ],
  'dockerd-debug-log': [
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'unknown',
      "it depends on the host's iptables rules, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=iptables=open` gives leaves-host, missing=iptables=drop gives timeout",
    ],
  ],
  'ufw-told-and-grepped': [
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'unknown',
      "it depends on the host's iptables rules, which `iptables-save` would show (host/iptables-save.txt); `--assume missing=iptables=open` gives leaves-host, missing=iptables=drop gives timeout",
    ],
  ],
  'code-indented': [
    [
      '198.51.100.9',
      '172.17.0.2:80',
      'unknown',
      'it depends on the rules of filter FORWARD that code-indented.txt does not show (`iptables-save` would) (code-indented.txt:26); `--assume missing=filter/FORWARD=continue` gives unknown, missing=filter/FORWARD=drop gives timeout',
    ],
  ],
  'rules-twice': [
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'unknown',
      'it depends on the rules of filter FORWARD that rules-twice.txt does not show (`iptables-save` would) (rules-twice.txt:46); `--assume missing=filter/FORWARD=continue` gives timeout, missing=filter/FORWARD=accept gives leaves-host',
    ],
  ],
  'whole-save-no-heads': [
    [
      '198.51.100.9',
      '192.168.1.5:8080',
      'unknown',
      'the path goes on in what the snapshot lacks: the namespace behind host/veth5e00531: `docker inspect` would tell whose it is, and `nsenter -t PID -n ss -tulpn` who listens there',
    ],
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'leaves-host',
      'the packet leaves host by eth0 as 192.168.1.5:49152 → 8.8.8.8:53; what lies beyond is not in the snapshot',
    ],
    [
      '172.18.0.2',
      '8.8.8.8:53',
      'leaves-host',
      'the packet leaves host by eth0 as 172.18.0.2:49152 → 8.8.8.8:53; what lies beyond is not in the snapshot; 172.18.0.2 is a private address that nothing translates (eth0 has 192.168.1.5), so no answer can come back unless the network beyond knows a way to it',
    ],
  ],
  'multipass-legacy': [
    [
      '172.17.0.2',
      '8.8.8.8:53',
      'unknown',
      "it depends on host's rules of the legacy back end, of which multipass-legacy.txt:11 warns and which `iptables-legacy-save` would show (multipass-legacy.txt:11); `--assume missing=legacy=open` gives leaves-host, missing=legacy=drop gives timeout",
    ],
    ['172.18.0.2', '8.8.8.8:53', 'timeout', "no rule of host's filter FORWARD matched, and its policy is DROP"],
  ],
  'diff-of-rules': [
    [
      '198.51.100.9',
      '172.17.0.2:80',
      'unknown',
      'it depends on the rules of filter FORWARD that diff-of-rules.txt does not show (`iptables-save` would) (diff-of-rules.txt:40); `--assume missing=filter/FORWARD=continue` gives unknown, missing=filter/FORWARD=drop gives timeout',
    ],
  ],
};

/** Threads that show nothing a path rests on: what is said of each that is given alone. */
export const REFUSED: Readonly<Record<string, string>> = {
  'dockerd-debug-log': "dockerd's log: what the engine did at some time: `iptables-save` and `nft list ruleset` show what the kernel holds",
  'ufw-told-and-grepped':
    'ufw: what ufw was told: `iptables-save` and `nft list ruleset` show what the kernel holds; iptables-save: what `grep DOCKER-N DOCKER` left of the listing: take it whole',
  'list-rows-without-titles': 'iptables -L: nothing tells which table this is of: `iptables-save` shows them all',
};
