import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { buildHost } from '../../support/host-builder.js';
import { lab } from '../../support/lab.js';
import { fromText } from './models.js';

const FOLDER = 'fixtures/nft-public';

const INCLUDED = 'this file is not read: it may hold more rules; add what it holds, or take the listing of the loaded rule set';
const included = (...lines: readonly number[]): readonly string[] => lines.map((line) => `${line}: ${INCLUDED}`);

/** What of a published rule set is not read, and why: all others are read whole. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  'debian-all-in-one': included(13, 14, 17, 20, 21, 22, 23, 26, 27, 28, 29, 32, 35),
  'http-gateway': [...included(7), '100: unknown identifier “monitoring_saddr”: nothing defines it before this line'],
  minecraft: ['2: no table ip input before this line'],
  'openwrt-fw4': included(52),
  'potato-routing': [...included(7), '58: there is no set or map “china” in table ip potato: nft refuses the file'],
  'smartserver-bridge': included(128),
  'youtube-firewall': included(11),
  yunohost: included(20),
};

const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.nft'));

test.each(NAMES)('%s', (name) => {
  const { problems } = fromText(readFileSync(`${FOLDER}/${name}`, 'utf8'));
  expect(problems).toEqual(TOLD[name.replace('.nft', '')] ?? []);
});

test('a map may give what typeof names by ct, and a rule may add an entry by constants', () => {
  const { ruleset, problems } = fromText(`table ip t {
	map m {
		typeof ip saddr . tcp dport : ct mark
		elements = { 10.0.0.1 . 80 : 0x7 }
	}
	chain c {
		add @m { 10.0.0.2 . 0x50 [invalid type] timeout 2s : 0x00000008 }
	}
}
`);
  expect(problems).toEqual([]);
  expect(ruleset.tables[0]?.sets.get('m')?.data).toEqual(['mark']);
  const [rule] = ruleset.tables[0]?.chains.get('c')?.rules ?? [];
  expect(rule?.statements[0]).toMatchObject({
    kind: 'set',
    key: {
      parts: [
        { kind: 'address', ip: 0x0a000002 },
        { kind: 'number', value: 80 },
      ],
    },
  });
});

test('a helper, quota or counter that a map has none of ends the rule: what stands behind it does nothing', () => {
  const nft = readFileSync(`${FOLDER}/upstream-named-objects.nft`, 'utf8');
  const machine = createMachine(buildHost(lab({ files: { 'nft-ruleset.txt': nft }, listen: ['tcp 0.0.0.0:22'] })));
  expect(traceFlow(machine, { from: '203.0.113.8', to: '192.0.2.10', dport: 22 }).outcome).toBe('connected');
});
