import { describe, expect, it } from 'vitest';
import { loadFiles } from '../../../src/snapshot/load.js';
import { isBlanked } from '../../../src/inventory/index.js';

const container = (labels: object): string => JSON.stringify([{ Id: 'a1', Name: '/web', HostConfig: {}, Config: { Labels: labels } }]);
const load = (meta: object, labels: object = {}): ReturnType<typeof loadFiles> =>
  loadFiles(
    new Map([
      ['meta.json', JSON.stringify({ format: 'dtrace-path-snapshot/1', ...meta })],
      ['docker/containers.json', container(labels)],
    ]),
  );

describe('what a collector says of itself', () => {
  it.each<readonly [what: string, meta: object, lacking: unknown]>([
    ['nothing is not the same as nothing lacking', {}, undefined],
    ['nothing lacking', { lacking: [] }, []],
    [
      'a file, with its command and the reason',
      { lacking: [{ file: 'host/ss.txt', command: 'ss', why: 'no' }, { file: 'x' }, { why: 'of nothing' }, 7] },
      [
        { file: 'host/ss.txt', command: 'ss', why: 'no' },
        { file: 'x', command: '', why: '' },
      ],
    ],
  ])('%s', (_, meta, lacking) => {
    expect(load(meta).lacking).toEqual(lacking);
  });

  it.each<readonly [what: string, meta: object, labels: object, blanked: unknown]>([
    ['said', { blanked: { labelsExcept: ['a.*'] } }, { b: '' }, { except: ['a.*'], how: 'said' }],
    ['seen: no label has a value', {}, { a: '', b: '' }, { except: [], how: 'seen' }],
    ['one has a value', {}, { a: '', b: 'x' }, undefined],
    ['no labels', {}, {}, undefined],
  ])('blanked: %s', (_, meta, labels, blanked) => {
    expect(load(meta, labels).blankedLabels).toEqual(blanked);
  });

  it.each([
    ['a.b', false],
    ['a.', false],
    ['ab', true],
    ['tier', false],
    ['tier2', true],
  ])('%s is blanked: %s', (key, is) => {
    expect(isBlanked({ except: ['a.*', 'tier'], how: 'said' }, key)).toBe(is);
  });
});
