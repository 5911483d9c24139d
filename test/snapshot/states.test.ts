import { describe, expect, test } from 'vitest';
import type { Listing } from '../../src/model/listing.js';
import { loadFiles } from '../../src/snapshot/load.js';

const LO =
  '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    link/loopback 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n';
const RULES = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n';

const whole = (file: string, lines: number, more: Partial<Listing> = {}): Listing => ({
  file,
  state: 'whole',
  why: [],
  lines,
  unread: 0,
  ...more,
});
const part = (file: string, lines: number, unread: number, ...why: readonly string[]): Listing => ({
  file,
  state: 'part',
  why,
  lines,
  unread,
});

const cut = (file: string, lines: number, unread: number, ...why: readonly string[]): Listing => ({
  ...part(file, lines, unread, ...why),
  cut: true,
});

/** Lays one file beside `ip addr`, and tells what is known of its listing. */
function stateOf(name: string, text: string, kind: string): Listing | undefined {
  const host = loadFiles(new Map([['host/ip-addr.txt', LO]]).set(`host/${name}`, text));
  return new Map<string, Listing>(host.netns.get('host')?.sources).get(kind);
}

describe('what is known of a listing', () => {
  test.each<readonly [what: string, name: string, text: string, kind: string, expected: Listing | undefined]>([
    ['its end was seen', 'iptables-save.txt', RULES, 'iptables', whole('host/iptables-save.txt', 5)],
    [
      'no COMMIT',
      'iptables-save.txt',
      RULES.replace('COMMIT\n', ''),
      'iptables',
      cut(
        'host/iptables-save.txt',
        4,
        0,
        'the file ends before COMMIT: it was cut, rules may be missing',
        'it does not show the tables raw, mangle, nat, security',
        'it does not show all of the tables filter',
      ),
    ],
    [
      'half a line at its end',
      'ss.txt',
      'tcp LISTEN 0 64 *:80 *:*\ntcp LISTEN 0 64 *:8',
      'sockets',
      cut(
        'host/ss.txt',
        2,
        0,
        'the last line has no end: the file may have been cut here; take the listing again, or end it with a line feed',
      ),
    ],
    [
      'lines that nobody understands',
      'ip-route.txt',
      'default via 127.0.0.2 dev lo\n...\n192.0.2.0/24 dev lo\n',
      'route',
      part('host/ip-route.txt', 3, 1, '1 of its 3 lines were not understood'),
    ],
    ['JSON that ends', 'ip-neigh.json', '[]', 'neigh', whole('host/ip-neigh.json', 0)],
    ['JSON that does not', 'ip-neigh.json', '[{"dst":"192.0.2.1",', 'neigh', undefined],
    ['JSON of which nothing is left', 'ip-neigh.json', '', 'neigh', undefined],
    ['nothing, of a command that prints nothing where there is nothing', 'ss.txt', '', 'sockets', whole('host/ss.txt', 0, { blank: true })],
    ['nothing, of a command that always prints something', 'sysctl.txt', '\n', 'sysctl', undefined],
    ['an error message in its place', 'ip-rule.txt', 'sh: ip: not found\n', 'rule', undefined],
    ['no file', 'meta.json', '{}', 'rule', undefined],
  ])('%s', (_what, name, text, kind, expected) => {
    expect(stateOf(name, text, kind)).toEqual(expected);
  });

  test('every file that was looked at is accounted for', () => {
    const files = new Map([
      ['host/ip-addr.txt', LO],
      ['host/ip-rule.txt', 'sh: ip: not found\n'],
      ['host/ip-route.txt', 'default via 192.0.2.1 dev eth0\n...\n'],
      ['docker/containers.json', '[{"Id":'],
    ]);
    expect(loadFiles(files).files).toEqual([
      { file: 'docker/containers.json', used: 'none', lines: 0, unread: 1 },
      { file: 'host/ip-addr.txt', used: 'whole', lines: 3, unread: 0 },
      { file: 'host/ip-route.txt', used: 'part', lines: 2, unread: 1 },
      { file: 'host/ip-rule.txt', used: 'none', lines: 1, unread: 1 },
    ]);
  });
});
