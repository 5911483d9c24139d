import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';

const out = { from: 'web', to: '203.0.113.8', dport: 443 } as const;

/** Whether a rule lets the first packet through, where nothing was counted before. */
function outcome(match: string, others: readonly string[] = [], assume: readonly (readonly [string, string])[] = []): string {
  const filter = ['-P FORWARD DROP', ...others, `-A FORWARD ${match} -j ACCEPT`];
  const words = new Map([['fresh', ['yes']], ...assume.map(([category, word]): [string, string[]] => [category, [word]])]);
  return traceFlow(createMachine(buildHost(lab({ iptables: { filter } })), { assume: words }), out).outcome;
}

const [MATCHES, NOT, OPEN] = ['leaves-host', 'timeout', 'unknown'];

test.each([
  ['-m limit --limit 1/day --limit-burst 1', MATCHES],
  ['-m hashlimit --hashlimit-upto 1/hour --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name a', MATCHES],
  ['-m hashlimit --hashlimit-above 1/hour --hashlimit-mode srcip --hashlimit-name a', NOT],
  ['-m hashlimit --hashlimit-upto 10kb/s --hashlimit-name a', MATCHES],
  ['-m hashlimit --hashlimit-upto 16b/s --hashlimit-name a', OPEN],
  ['-m connlimit --connlimit-above 0 --connlimit-mask 32 --connlimit-saddr', MATCHES],
  ['-m connlimit --connlimit-above 1 --connlimit-mask 32 --connlimit-saddr', NOT],
  ['-m connlimit --connlimit-upto 0 --connlimit-mask 32 --connlimit-saddr', NOT],
  ['-m connlimit --connlimit-upto 1 --connlimit-mask 32 --connlimit-saddr', MATCHES],
  ['-m connbytes --connbytes 100000 --connbytes-dir both --connbytes-mode bytes', NOT],
  ['-m connbytes ! --connbytes 100000 --connbytes-dir both --connbytes-mode bytes', MATCHES],
  ['-m connbytes --connbytes 3 --connbytes-dir both --connbytes-mode packets', NOT],
  ['-m connbytes --connbytes 0:10 --connbytes-dir both --connbytes-mode packets', MATCHES],
  ['-m connbytes --connbytes 1:1 --connbytes-dir both --connbytes-mode packets', OPEN],
  ['-m quota --quota 100000', MATCHES],
  ['-m quota ! --quota 100000', NOT],
  ['-m quota --quota 50', OPEN],
  ['-m recent --rcheck --name a --rsource', NOT],
  ['-m recent ! --rcheck --name a --rsource', MATCHES],
  ['-m recent --update --seconds 60 --hitcount 4 --name a --rsource', NOT],
  ['-m statistic --mode random --probability 0.5', OPEN],
  ['-m time --timestart 08:00 --timestop 18:00', OPEN],
])('a fresh packet and %s: %s', (match, expected) => {
  expect(outcome(match)).toBe(expected);
});

test('a list that a rule writes may hold the packet already, but not four times', () => {
  const set = ['-A FORWARD -m recent --set --name a --rsource'];
  expect(outcome('-m recent --rcheck --name a --rsource', set)).toBe(OPEN);
  expect(outcome('-m recent --rcheck --seconds 60 --hitcount 4 --name a --rsource', set)).toBe(NOT);
  expect(outcome('-m recent --rcheck --name b --rsource', set)).toBe(NOT);
});

test('a word for the category goes before it', () => {
  expect(outcome('-m limit --limit 1/s', [], [['limit', 'over']])).toBe(NOT);
});
