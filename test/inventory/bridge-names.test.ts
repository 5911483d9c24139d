import { expect, test } from 'vitest';
import { bridgeMaker } from '../../src/inventory/bridge-names.js';

test.each([
  ['docker0', 'docker'],
  ['docker_gwbridge', 'docker'],
  ['br-0123456789ab', 'docker'],
  ['podman0', 'podman'],
  ['cni-podman1', 'podman'],
  ['cni0', 'cni'],
  ['nerdctl0', 'cni'],
  ['br-lan', undefined],
  ['br-0123456789abc', undefined],
  ['br0', undefined],
  ['virbr0', undefined],
  ['docker01', undefined],
  ['podman', undefined],
])('%s is a bridge of %s', (name, maker) => {
  expect(bridgeMaker(name)).toBe(maker);
});
