import { describe, expect, it } from 'vitest';
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

describe('where more is to be looked at than is looked at', () => {
  const bits = Array.from({ length: 31 }, (_, i) => `0x${(2 ** i).toString(16)}`);
  const marks = [
    ...bits.map((bit, i) => `-A DOCKER-USER -m foo${i} -j MARK --set-xmark ${bit}/${bit}`),
    ...bits.map(
      (bit, i) => `-A DOCKER-USER -m mark --mark ${bit}/${bit} -m bar${i} -j MARK --set-xmark ${bits[(i * 7 + 3) % 31]!}/${bits[i]!}`,
    ),
    '-A DOCKER-USER -m mark --mark 0x1f3 -j DROP',
  ];
  const saved = HOST.get('host/iptables-save.txt')!;
  const fan = (...more: readonly string[]) => saved.replace(/(?<=\*filter[^]*?)COMMIT/, `${[...marks, ...more].join('\n')}\nCOMMIT`);

  it('what is unknown on both sides may have changed, where their rules are not the same', () => {
    const [one, same, other] = [fan(), fan(), fan('-A FORWARD -s 10.0.0.0/8 -j ACCEPT')].map((text) =>
      machine('host/iptables-save.txt', text),
    );
    expect(diffReachability(one!, same!).changes).toEqual([]);
    expect(new Set(diffReachability(one!, other!).changes.map(({ kind }) => kind))).toEqual(new Set(['undecided']));
  });
});
