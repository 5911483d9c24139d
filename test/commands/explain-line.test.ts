import { describe, expect, test } from 'vitest';
import { explainLine } from '../../src/commands/common/explain-line.js';

/** A line, and what its explanation says: subject, and one line of its sections. */
const LINES: readonly (readonly [line: string, subject: string, says: string])[] = [
  [
    '-A DOCKER-USER -i eth0 -p tcp --dport 8080 -j DROP',
    '-A DOCKER-USER -i eth0 -p tcp --dport 8080 -j DROP',
    '-m tcp --dport 8080: a packet that is sent to port 8080',
  ],
  [
    'sudo iptables -t nat -I PREROUTING 1 -p tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80',
    '-A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 172.17.0.2:80',
    '-p tcp: a packet that is TCP',
  ],
  ['ip6tables  -A INPUT  -p icmpv6 -j ACCEPT', '-A INPUT -p icmpv6 -j ACCEPT', '-p icmpv6: a packet that is ICMPv6'],
  ['-A INPUT -m frob --x -j DROP', '-A INPUT -m frob --x -j DROP', '-m frob: a match that is not known here'],
  ['tcp dport 22 counter accept', 'tcp dport 22 counter accept', 'it asks for a packet that is TCP and is sent to port 22'],
  ['nft add rule inet filter input tcp dport 22 accept', 'tcp dport 22 accept', 'it asks for a packet that is TCP and is sent to port 22'],
  [
    '[UFW BLOCK] IN=eth0 OUT=docker0 MAC= SRC=198.51.100.4 DST=172.17.0.2 LEN=60 PROTO=TCP SPT=1 DPT=80 SYN',
    'a line of the kernel’s log',
    'it was on its way through: FORWARD or POSTROUTING',
  ],
];

describe('a line is explained without a host', () => {
  test.each(LINES)('%s', async (line, subject, says) => {
    const [told, ...more] = await explainLine(line, false);
    expect(more).toEqual([]);
    expect(told?.subject).toBe(subject);
    const sections = told?.sections ?? [];
    expect(sections.flatMap(({ lines }) => lines.map(({ text }) => text))).toContain(says);
    expect(sections.at(-1)?.lines[0]?.text).toContain('no snapshot was given');
    // nothing is said of a host that is not there, nor of the listing that was made up
    expect(JSON.stringify(told)).not.toMatch(/"origin"|"lacking"|"unread"|no rule leads/);
  });

  test.each(['docker0', 'web', '8080', '172.17.0.2', 'nat DOCKER', 'inet filter input', 'accept'])('%s is no line', async (what) => {
    expect(await explainLine(what, false)).toEqual([]);
  });
});
