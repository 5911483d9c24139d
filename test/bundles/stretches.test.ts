import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { takeIn } from '../../src/snapshot/intake/index.js';
import { stretchOf } from '../../src/snapshot/intake/stretch.js';
import { loadFiles } from '../../src/snapshot/assemble.js';

/** What a filter left of a listing of so many lines: s where its start is gone, e where its end is; nothing where any line may be. */
const FILTERS: readonly (readonly [filter: string, left: number, ends: string | undefined])[] = [
  ['head', 10, 'e'],
  ['head', 7, ''],
  ['head -50', 50, 'e'],
  ['head -50', 49, 'e'],
  ['head -n 50', 48, ''],
  ['head --lines=5', 5, 'e'],
  ['head -n -3', 4, 'e'],
  ['tail', 10, 's'],
  ['tail -50', 20, ''],
  ['tail -n +1', 20, ''],
  ['tail -n +9', 20, 's'],
  ["sed -n '1,40p'", 40, 'e'],
  ['sed -n 3,40p', 12, 's'],
  ["sed -n '5,$p'", 12, 's'],
  ['head -40 | tail -20', 20, 'se'],
  ['head -50 | tail -5', 5, 'se'],
  ['head -50 | tail -20', 9, ''],
  ['tail -50 | head -5', 5, 'se'],
  ['tail -50 | head -5', 3, ''],
  ["sed -n '1,40p' | tail -n +9", 12, 'se'],
  ['head -50 | tail -5 | less', 5, 'se'],
  ['head -20 | less', 20, 'e'],
  ['grep DOCKER', 20, undefined],
  ['head -20 | grep -v ufw', 9, undefined],
  ['head -c 900', 20, undefined],
  ["sed '/ufw/d'", 20, undefined],
  ['awk /DROP/', 20, undefined],
];

it.each(FILTERS)('%s, of which %i lines came', (filter, left, ends) => {
  const stretch = stretchOf(filter, left);
  expect(stretch === undefined ? undefined : `${stretch.start ? 's' : ''}${stretch.end ? 'e' : ''}`).toBe(ends);
});

const SAVE = readFileSync(new URL('../../fixtures/hosts/docker26-bridge/host/iptables-save.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');

/** Chains by table that the host knows to the end. */
function known(call: string, lines: readonly string[]): readonly string[] {
  const { files } = takeIn([{ path: 'paste.txt', text: `$ iptables-save | ${call}\n${lines.join('\n')}\n` }], 'paste.txt');
  const [set] = loadFiles(files).netns.get('host')?.rulesets ?? [];
  return [...(set?.tables.values() ?? [])].flatMap(({ name, chains }) =>
    [...chains.values()].flatMap((chain) => (chain.rules.some(({ gap }) => gap !== undefined) ? [] : [`${name} ${chain.name}`])),
  );
}

test('wherever head or tail cut iptables-save, no chain is known to its end that was cut', () => {
  const whole = new Set(known('cat', SAVE));
  const rulesOf = (lines: readonly string[]): Map<string, number> => {
    const found = new Map<string, number>();
    let table = '';
    for (const line of lines) {
      table = /^\*(\S+)/.exec(line)?.[1] ?? table;
      const chain = /^-A (\S+)/.exec(line)?.[1];
      if (chain !== undefined) found.set(`${table} ${chain}`, (found.get(`${table} ${chain}`) ?? 0) + 1);
    }
    return found;
  };
  const all = rulesOf(SAVE);
  for (let n = 1; n < SAVE.length; n++) {
    const head = SAVE.slice(0, n);
    const left = rulesOf(head);
    for (const chain of known(`head -${n}`, head))
      expect([n, chain, left.get(chain) ?? 0, whole.has(chain)]).toEqual([n, chain, all.get(chain) ?? 0, true]);
    const tail = SAVE.slice(-n);
    const headed = tail.findIndex((line) => line.startsWith('*'));
    const behind = rulesOf(headed < 0 ? [] : tail.slice(headed));
    for (const chain of known(`tail -${n}`, tail)) expect([n, chain, behind.get(chain) ?? 0]).toEqual([n, chain, all.get(chain) ?? 0]);
  }
});
