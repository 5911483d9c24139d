import { expect, it } from 'vitest';
import { createMachine } from '../../../src/datapath/index.js';
import { diffReachability } from '../../../src/reachability/diff/diff.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../hosts.js';

const HOST = folderFiles('docker28-bridge');

/** The host with one file changed; undefined: deleted. */
const machine = (file?: string, text?: string) =>
  createMachine(
    loadFiles(new Map([...HOST].flatMap(([name, own]) => (name !== file ? [[name, own]] : text === undefined ? [] : [[name, text]])))),
  );

it('what either side lacks is named, and what is accepted is named as such', () => {
  const { lacking } = diffReachability(machine('host/ss.txt', undefined), machine('netns/web/ss.txt', 'garbage\n'), ['netns/web/']);
  expect(lacking.map(({ side, file, state, accepted = false }) => ({ side, file, state, accepted }))).toEqual([
    { side: 'before', file: 'host/ss.txt', state: 'missing', accepted: false },
    { side: 'after', file: 'netns/web/ss.txt', state: 'unreadable', accepted: true },
  ]);
});

it('on whole snapshots nothing is lacking', () => expect(diffReachability(machine(), machine()).lacking).toEqual([]));
