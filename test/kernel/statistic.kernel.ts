import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const EVERY = 3;
const isHere = spawnSync('unshare', ['-n', 'iptables-nft', '--version']).status === 0;

/** How many of the first packets that a rule sees it has matched, after each of them. */
function counted(backend: string, packet: number, negated: boolean): readonly number[] {
  const iptables = `iptables-${backend}`;
  const script = [
    'ip link set lo up',
    `${iptables} -A OUTPUT -p udp --dport 5353 -m statistic --mode nth ${negated ? '! ' : ''}--every ${EVERY} --packet ${packet} -j ACCEPT`,
    `for i in 1 2 3 4 5; do (echo x > /dev/udp/127.0.0.1/5353); ${iptables} -nvxL OUTPUT | sed -n 3p | awk '{print $1}'; done`,
  ].join('\n');
  const { stdout } = spawnSync('unshare', ['-n', 'bash', '-c', script], { encoding: 'utf8' });
  return stdout.trim().split('\n').map(Number);
}

test
  .runIf(isHere)
  .each(
    ['legacy', 'nft'].flatMap((backend) =>
      [0, 1, 2].flatMap((packet) => [false, true].map((negated) => [backend, packet, negated] as const)),
    ),
  )('iptables-%s: nth --packet %s, negated %s: packet P, counted from 0, is the one that matches', (backend, packet, negated) => {
  let so = 0;
  const foretold = [0, 1, 2, 3, 4].map((i) => (so += (i % EVERY === packet) === negated ? 0 : 1));
  expect(counted(backend, packet, negated)).toEqual(foretold);
});
