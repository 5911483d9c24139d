import { describe, expect, it } from 'vitest';
import { inDeviceGroup } from '../../../src/datapath/machine/device-group.js';

describe('inDeviceGroup', () => {
  it.each([
    ['default', '0', undefined, true],
    ['default', 'default', undefined, true],
    ['5', '5', undefined, true],
    ['5', '0x5', undefined, true],
    ['5', '6', undefined, false],
    ['5', '0x1', 3, true],
    ['6', '0x1', 3, false],
    ['uplinks', 'uplinks', undefined, true],
    ['uplinks', 'others', undefined, false],
    ['uplinks', '5', undefined, undefined],
    ['5', 'uplinks', undefined, undefined],
    [undefined, '5', undefined, undefined],
  ])('a device listed in %s, asked for %s with mask %s: %s', (listed, wanted, mask, expected) =>
    expect(inDeviceGroup(listed, wanted, mask)).toBe(expected),
  );
});
