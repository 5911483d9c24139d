import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';

const real = readFileSync('fixtures/start/ufw.txt', 'utf8');
const between = (from: string, to: string): string => real.slice(real.indexOf(from) + from.length, real.indexOf(to));
const ADDR = between('# ip addr\n', '# ip route show table all');
const SAVE = between('# iptables-save\n', '# ip6tables-save');
const ROUTE = 'default via 192.0.2.1 dev up0 \n192.0.2.0/24 dev up0 proto kernel scope link src 192.0.2.10 \n';
const setIn = (text: string): string => text.trimEnd().replace(/^/gm, ' ');

/** What each part of a report is taken for, and the interfaces and routes that come of it. */
function told(name: string, text: string): readonly unknown[] {
  const { parts, files } = takeIn([{ path: name, text }], name);
  const { interfaces, routes, rulesets } = loadFiles(files).netns.get('host')!;
  return [
    parts.flatMap(({ kind, place }) => (kind === undefined ? [] : [`${kind}: ${place ?? 'told'}`])),
    interfaces.map((one) => one.name),
    routes.map(({ text: line }) => line.trim()),
    rulesets.map(({ tables }) => [...tables.keys()].join(' ')),
  ];
}

// apport/report.py, ProblemReport.write: a field a line, what is longer set in by a blank
it('a report of apport', () =>
  expect(
    told(
      '_usr_bin_dockerd.0.crash',
      `ProblemType: Bug\nApportVersion: 2.20.11-0ubuntu82.3\nArchitecture: amd64\nIpAddr:\n${setIn(ADDR)}\nIpRoute:\n${setIn(ROUTE)}\nNetworkManager.state:\n [main]\n NetworkingEnabled=true\nPackage: docker.io 24.0.5\nProcEnviron:\n TERM=xterm-256color\n PATH=(custom, no user)\n`,
    ),
  ).toEqual([
    ['ip addr: host/ip-addr', 'ip route: host/ip-route'],
    ['lo', 'up1', 'up0'],
    ROUTE.trim()
      .split('\n')
      .map((one) => one.trim()),
    [],
  ]));

// PVE/Report.pm: `==== heading ====`, then `# command` and what it prints
it('pvereport', () =>
  expect(
    told(
      'pvereport.txt',
      `==== general system info ====\n\n# hostname\n\npve1\n\n# cat /etc/hosts\n\n127.0.0.1 localhost\n\n==== info about network ====\n\n# ip -details -statistics address\n\n${ADDR}\n# ip -details -4 route show\n\n${ROUTE}\n==== info about firewall ====\n\n# iptables-save -c | column -t -l4 -o" "\n\n${SAVE}\n`,
    ),
  ).toEqual([
    ['ip addr: host/ip-addr', 'ip route: host/ip-route', 'iptables-save: host/iptables-save.txt'],
    ['lo', 'up1', 'up0'],
    ROUTE.trim()
      .split('\n')
      .map((one) => one.trim()),
    ['filter'],
  ]));
