import { expect, test } from 'vitest';
import { engineMajor } from '../../src/inventory/engine.js';

test.each([
  ['28.5.2', 28],
  ['26.1.5+dfsg1', 26],
  ['v20.10.24', 20],
  ['29', 29],
  ['master-dockerproject-2024-05-01', undefined],
  ['0b1fe3d', undefined],
  ['', undefined],
  [undefined, undefined],
])('the Engine %s is of major version %s', (docker, major) => {
  expect(engineMajor({ meta: docker === undefined ? {} : { docker } })).toBe(major);
});
