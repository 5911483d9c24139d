import { describe, expect, test } from 'vitest';
import { parseIp } from '../../../src/address/ip.js';
import { looksLikeNetstat, parseNetstat, parseSs } from '../../../src/snapshot/parsers/sockets.js';

const bare = { proto: 'tcp', origin: { file: 'f', line: 1 } };

const SS: readonly (readonly [line: string, socket: object | undefined])[] = [
  [
    'tcp LISTEN 0 4096 0.0.0.0:8080 0.0.0.0:* users:(("docker-proxy",pid=7,fd=4))',
    { ...bare, family: 4, dualStack: false, port: 8080, process: 'docker-proxy', pid: 7 },
  ],
  [
    'tcp LISTEN 0 128 *:22 *:* users:(("sshd",pid=1,fd=3),("systemd",pid=2,fd=4))',
    { ...bare, family: 6, dualStack: true, port: 22, process: 'sshd', pid: 1, sharedBy: new Set([2]) },
  ],
  ['tcp LISTEN 0 128 [::]:80 [::]:*', { ...bare, family: 6, dualStack: false, port: 80 }],
  ['tcp LISTEN 0 128 [2001:db8::1]:443 [::]:*', { ...bare, family: 6, ip: parseIp('2001:db8::1'), dualStack: false, port: 443 }],
  [
    'udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*',
    { ...bare, proto: 'udp', family: 4, ip: parseIp('127.0.0.53'), dualStack: false, port: 53, dev: 'lo' },
  ],
  [
    'udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*',
    { ...bare, proto: 'udp', family: 6, ip: parseIp('fe80::1'), dualStack: false, port: 546, dev: 'eth0' },
  ],
  ['udp UNCONN 0 0 *%eth0:68 *:*', { ...bare, proto: 'udp', family: 6, dualStack: true, port: 68, dev: 'eth0' }],
  [
    'tcp LISTEN 0 5 localhost:domain 0.0.0.0:* users:(("docker-pro',
    { ...bare, family: 4, ip: parseIp('127.0.0.1'), dualStack: false, port: 53, process: 'docker-pro' },
  ],
  ['tcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:4000', undefined],
  ['raw UNCONN 0 0 *:icmp *:*', undefined],
];

const NETSTAT: readonly (readonly [line: string, socket: object | undefined])[] = [
  [
    'tcp        0      0 0.0.0.0:ssh             0.0.0.0:*               LISTEN      984/sshd: /usr/sbin',
    { ...bare, family: 4, dualStack: false, port: 22, process: 'sshd', pid: 984 },
  ],
  [
    'tcp6       0      0 :::8080                 :::*                    LISTEN      2532/docker-proxy',
    { ...bare, family: 6, dualStack: true, bothTaken: true, port: 8080, process: 'docker-proxy', pid: 2532 },
  ],
  [
    'tcp        0      0 :::80                   :::*                    LISTEN      1/node',
    { ...bare, family: 6, dualStack: true, bothTaken: true, port: 80, process: 'node', pid: 1 },
  ],
  [
    'tcp6       0      0 ::1:631                 :::*                    LISTEN      -',
    { ...bare, family: 6, ip: 1n, dualStack: false, port: 631 },
  ],
  [
    'udp\t0\t0\tlocalhost:domain\t0.0.0.0:*\t\t930/systemd-resolve',
    { ...bare, proto: 'udp', family: 4, ip: parseIp('127.0.0.1'), dualStack: false, port: 53, process: 'systemd-resolve', pid: 930 },
  ],
  [
    'udp        0      0 0.0.0.0:4789           0.0.0.0:*                -                       -',
    { ...bare, proto: 'udp', family: 4, dualStack: false, port: 4789 },
  ],
  ['tcp        0      0 10.0.0.1:22            10.0.0.2:5000           ESTABLISHED 1/sshd', undefined],
];

describe.each([
  ['ss', parseSs, SS],
  ['netstat', parseNetstat, NETSTAT],
] as const)('%s', (_, parse, cases) => {
  test.each(cases)('%s', (line, socket) => expect(parse(line, 'f')).toEqual({ data: socket === undefined ? [] : [socket], problems: [] }));
});

test('head lines are passed over, and strange lines named', () => {
  expect(
    parseSs(
      'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nss: command not found\ntcp LISTEN 0 1 0.0.0.0:nosuch *:*\n',
      'f',
    ),
  ).toEqual({
    data: [],
    problems: [
      { origin: { file: 'f', line: 2 }, text: 'ss: command not found', message: 'not a line of ss -tulpn or netstat -tulpn' },
      {
        origin: { file: 'f', line: 3 },
        text: 'tcp LISTEN 0 1 0.0.0.0:nosuch *:*',
        message: 'unknown port "nosuch": take the listing with -n',
      },
    ],
  });
});

test('the two are told apart by their content', () => {
  expect([...SS.map(([line]) => line), ...NETSTAT.map(([line]) => line)].map(looksLikeNetstat)).toEqual([
    ...SS.map(() => false),
    ...NETSTAT.map(() => true),
  ]);
});

describe('sockets that are alike', () => {
  const line = (pid: number): string => `tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("web",pid=${pid},fd=3))\n`;
  const alike = (...pids: readonly number[]): unknown => parseSs(pids.map(line).join(''), 'f').data;
  const first = { ...bare, family: 4, dualStack: false, port: 80, process: 'web', pid: 7 };

  test.each([
    [[7], [first]],
    [[7, 7], [first]],
    [[7, 8, 9, 8], [{ ...first, sharedBy: new Set([8, 9]) }]],
  ])('of processes %j are one', (pids, sockets) => {
    expect(alike(...pids)).toEqual(sockets);
  });

  test('a hundred thousand are one', () => {
    expect(alike(...Array.from({ length: 100_000 }, (_, i) => i + 7))).toHaveLength(1);
  });
});
