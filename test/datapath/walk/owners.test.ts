import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { buildHost, type Space } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const SOCKET = 'tcp LISTEN 0 128 0.0.0.0:8080 0.0.0.0:*';
const PS = (user: string, more = ''): string => `UID PID PPID C STIME TTY TIME CMD\n${user} 77 1 0 10:00 ? 00:00:00 app\n${more}`;
const ASKED = 'unknown';

type Files = NonNullable<Space['files']>;

/** What becomes of a connection to the host's port 8080 from itself, where the rule drops it. */
function outcome(rule: string, files: Files, flow: { readonly proto?: 'udp'; readonly dport?: number } = {}): string {
  const native = rule.startsWith('meta ');
  const rules: Partial<Space> = native
    ? {
        files: {
          ...files,
          'nft-ruleset.txt': `table ip t {\n\tchain o {\n\t\ttype filter hook output priority filter; policy accept;\n\t\ttcp sport 8080 ${rule} drop\n\t\ticmp type destination-unreachable ${rule} drop\n\t}\n}\n`,
        },
      }
    : { files, iptables: { filter: [`-A OUTPUT ${rule} -j DROP`] } };
  const machine = createMachine(buildHost(lab(rules)));
  return traceFlow(machine, { from: 'host', to: '127.0.0.1', dport: 8080, ...flow }).outcome;
}

const ss = (rest: string): Files => ({ 'ss.txt': `${SOCKET} users:(("app",pid=77,fd=3))${rest}\n` });
const from = (owner: string): string => `-p tcp -m tcp --sport 8080 -m owner ${owner}`;

describe('who opened the listener answers a rule about who sends its answer', () => {
  test.each<readonly [what: string, rule: string, files: Files, outcome: string]>([
    ['ss -e tells the user', from('--uid-owner 1000'), ss(' uid:1000 ino:7 sk:1 <->'), 'timeout'],
    ['another', from('--uid-owner 1001'), ss(' uid:1000 ino:7 sk:1 <->'), 'connected'],
    ['a range', from('--uid-owner 0-999'), ss(' uid:1000 ino:7 sk:1 <->'), 'connected'],
    ['not that one', from('! --uid-owner 1000'), ss(' uid:1000 ino:7 sk:1 <->'), 'connected'],
    ['ss -e leaves root out', from('--uid-owner 0'), ss(' ino:7 sk:1 <->'), 'timeout'],
    ['a process may bear any name', from('--uid-owner 5'), { 'ss.txt': `${SOCKET} users:(("a uid:5 ino:1 sk:1",pid=77,fd=3))\n` }, ASKED],
    ['without -e nobody tells', from('--uid-owner 1000'), ss(''), ASKED],
    ['nor of the group', from('--gid-owner 1000'), ss(' uid:1000 ino:7 sk:1 <->'), ASKED],
    ['everybody', from('--uid-owner 0-4294967294'), ss(''), 'timeout'],
    ['ps tells root', from('--uid-owner 0'), { ...ss(''), 'ps.txt': PS('root') }, 'timeout'],
    ['ps tells a user, who may have been root then', from('--uid-owner 1000'), { ...ss(''), 'ps.txt': PS('1000') }, ASKED],
    ['neither of them', from('--uid-owner 33'), { ...ss(''), 'ps.txt': PS('1000') }, 'connected'],
    ['either of them', from('! --uid-owner 33'), { ...ss(''), 'ps.txt': PS('1000') }, 'timeout'],
    ['ps tells a name alone', from('--uid-owner 33'), { ...ss(''), 'ps.txt': PS('www-data') }, ASKED],
    ['ps tells of another process', from('--uid-owner 0'), { ...ss(''), 'ps.txt': PS('root').replace('77', '78') }, ASKED],
    [
      'one of two processes that hold it is unknown',
      from('--uid-owner 33'),
      { 'ss.txt': `${SOCKET} users:(("app",pid=77,fd=3),("app",pid=78,fd=3))\n`, 'ps.txt': PS('1000') },
      ASKED,
    ],
    [
      'netstat -e tells the user',
      from('--uid-owner 1000'),
      { 'ss.txt': 'tcp        0      0 0.0.0.0:8080            0.0.0.0:*               LISTEN      1000       5417014    77/app\n' },
      'timeout',
    ],
    ['a daemon of the runtime is root', from('--uid-owner 0'), { 'ss.txt': `${SOCKET} users:(("containerd",pid=77,fd=3))\n` }, 'timeout'],
    ['and of its group', from('! --gid-owner 0'), { 'ss.txt': `${SOCKET} users:(("containerd",pid=77,fd=3))\n` }, 'connected'],
    ['nft reads the same', 'meta skuid 1000', ss(' uid:1000 ino:7 sk:1 <->'), 'timeout'],
    ['nft, another', 'meta skuid != 1000', ss(' uid:1000 ino:7 sk:1 <->'), 'connected'],
    ['nft, a set', 'meta skuid { 0, 1000-1009 }', ss(' uid:1000 ino:7 sk:1 <->'), 'timeout'],
    ['nft, bits', 'meta skuid & 0x1 == 0x1', ss(' uid:1000 ino:7 sk:1 <->'), 'connected'],
    ['nft, untold', 'meta skuid 1000', ss(''), ASKED],
  ])('%s: %s', (_, rule, files, expected) => {
    expect(outcome(rule, files)).toBe(expected);
  });
});

describe("the kernel's own answers have no owner", () => {
  test.each<readonly [rule: string, proto: 'tcp' | 'udp', outcome: string]>([
    ['-p tcp -m tcp --sport 8080 --tcp-flags RST RST -m owner --uid-owner 0', 'tcp', 'refused'],
    ['-p tcp -m tcp --sport 8080 --tcp-flags RST RST -m owner ! --uid-owner 0', 'tcp', 'timeout'],
    ['-p icmp -m owner --uid-owner 0', 'udp', 'refused'],
    ['-p icmp -m owner ! --uid-owner 0', 'udp', 'timeout'],
    ['-p icmp -m owner ! --uid-owner 0 ! --gid-owner 0', 'udp', 'timeout'],
    ['-p icmp -m owner ! --gid-owner 0 --suppl-groups', 'udp', 'timeout'],
    ['-p icmp -m owner --socket-exists', 'udp', 'timeout'],
    ['meta skuid 0', 'tcp', 'refused'],
    ['meta skuid != 0', 'tcp', 'refused'],
    ['meta skuid >= 0', 'udp', 'refused'],
    ['meta skuid & 0x1 != 0x1', 'udp', 'refused'],
  ])('%s, %s', (rule, proto, expected) => {
    expect(outcome(rule, { 'ss.txt': '' }, { dport: 8080, ...(proto === 'udp' && { proto }) })).toBe(expected);
  });
});

test("docker-proxy's own connection is root's", () => {
  const ask = (rule: string): string => {
    const host: Partial<Space> = {
      listen: ['tcp 0.0.0.0:8080 docker-proxy'],
      iptables: {
        nat: ['-N DOCKER', '-A PREROUTING -j DOCKER', '-A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80'],
        filter: [`-A OUTPUT -o docker0 -m owner ${rule} -j DROP`],
      },
    };
    const { outcome, reason } = traceFlow(createMachine(buildHost(lab(host))), { from: 'host', to: '127.0.0.1', dport: 8080 });
    return `${outcome}: ${reason}`;
  };
  expect([ask('--uid-owner 0'), ask('--uid-owner 1000')]).toEqual([
    "timeout: docker-proxy takes it and dials the container at 172.17.0.2:80, in vain: `-A OUTPUT -o docker0 -m owner --uid-owner 0 -j DROP` in host's filter OUTPUT drops it; the client hears nothing",
    'connected: docker-proxy takes it and dials the container at 172.17.0.2:80: a listener on tcp *:80 in web answers',
  ]);
});

describe("in a container's namespace", () => {
  const ask = (listing: string, rule: string): string => {
    const web: Partial<Space> = { files: { 'ss.txt': listing }, iptables: { filter: [`-A OUTPUT -m owner ${rule} -j DROP`] } };
    return traceFlow(createMachine(buildHost(lab({}, web))), { from: 'host', to: '172.17.0.2', dport: 80 }).outcome;
  };
  const line = (uid: string): string => `tcp LISTEN 0 128 0.0.0.0:80 0.0.0.0:* users:(("app",pid=77,fd=3))${uid} ino:7 sk:1\n`;

  test.each([
    ['a user is counted as on the host', line(' uid:1000'), '--uid-owner 1000', 'timeout'],
    ['unless a user namespace maps it', line(' uid:101000'), '--uid-owner 1000', ASKED],
    ['or does not', line(' uid:65534'), '--uid-owner 1000', ASKED],
  ])('%s', (_, listing, rule, expected) => {
    expect(ask(listing, rule)).toBe(expected);
  });
});
