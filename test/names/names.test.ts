import { describe, expect, it } from 'vitest';
import * as names from '../../src/names/index.js';
import { isName, refusal, type NameKind } from '../../src/names/index.js';

/** For each kind: what may be called so, and what may not, with the fault. */
const TABLE: readonly (readonly [kind: string, NameKind, good: readonly string[], bad: Readonly<Record<string, string>>])[] = [
  [
    'DEVICE',
    names.DEVICE,
    ['lo', 'eth0.100', 'br-5fbd4d4e2a18', '-x', 'a#b', '$(id)', 'veth;0', '`id`', '"', 'é', '...'],
    {
      '': 'is empty',
      '.': 'is a folder',
      '..': 'is a folder',
      '0123456789abcdef': 'is longer than 15 bytes',
      éééééééé: 'is longer than 15 bytes',
      'a/b': 'holds a /',
      'eth0:1': 'holds a :',
      'veth%d': 'holds a %',
      'a b': 'holds a blank',
      'a\tb': 'holds a control character',
      'a\nb': 'holds a control character',
      'a\0b': 'holds a control character',
      'a\u001bb': 'holds a control character',
      'a\u009bb': 'holds a control character',
      'a\u2028b': 'holds a blank',
      'a\ufffdb': 'holds bytes that are no text',
      // its second byte is 0xa0
      à: 'holds a byte that the kernel takes for a blank',
    },
  ],
  ['ALTNAME', names.ALTNAME, ['enx'.padEnd(127, '0')], { ['a'.repeat(128)]: 'is longer than 127 bytes', 'a b': 'holds a blank' }],
  [
    'LINK_KIND',
    names.LINK_KIND,
    ['ether', 'ieee802.11', '[65534]', 'ip6gretap', 'gre6'],
    { 'x;y': 'holds what no kind holds', '-x': 'holds what no kind holds' },
  ],
  [
    'IPROUTE_WORD',
    names.IPROUTE_WORD,
    ['main', '4294967295', 'l3mdev-table', 'vrf.red'],
    { '-x': 'holds what no such name holds', 'a b': 'holds a blank' },
  ],
  [
    'NETNS',
    names.NETNS,
    ['web', '1-abcdef', 'lb_x', 'my web', '-x', '$(id)'],
    {
      '': 'is empty',
      '.': 'leads to another folder',
      '..': 'leads to another folder',
      'a/b': 'holds a /',
      'a\nb': 'holds a control character',
      ['x'.repeat(300)]: 'is longer than 255 bytes',
    },
  ],
  [
    'CONTAINER',
    names.CONTAINER,
    ['web', 'a.b_c-1', '1'],
    {
      '': 'is empty',
      '..': 'leads to another folder',
      '.a': 'holds what is neither letter, digit, _, . nor -',
      '-x': 'holds what is neither letter, digit, _, . nor -',
      'a b': 'holds what is neither letter, digit, _, . nor -',
      'a/../b': 'holds a /',
      ['x'.repeat(300)]: 'is longer than 255 bytes',
    },
  ],
  [
    'NETWORK',
    names.NETWORK,
    ['bridge', 'shop_default', '1net'],
    {
      '': 'is empty',
      '..': 'holds what is neither letter, digit, _, . nor -',
      '-x': 'holds what is neither letter, digit, _, . nor -',
      'a b': 'holds a blank',
      'a/../b': 'holds what is neither letter, digit, _, . nor -',
    },
  ],
  [
    'CHAIN',
    names.CHAIN,
    ['DOCKER-USER', 'f2b-sshd', 'a'.repeat(28)],
    { ['a'.repeat(29)]: 'is longer than 28 bytes', '-A': 'begins with -', '!a': 'begins with !', 'a b': 'holds a blank' },
  ],
  [
    'IPSET',
    names.IPSET,
    ['f2b-sshd', 'a'.repeat(31)],
    { ['a'.repeat(32)]: 'is longer than 31 bytes', 'a\rb': 'holds a control character' },
  ],
  [
    'NFT_NAME',
    names.NFT_NAME,
    ['filter', 'a'.repeat(255)],
    { ['a'.repeat(256)]: 'is longer than 255 bytes', 'a\nb': 'holds a control character' },
  ],
  [
    'SYSCTL',
    names.SYSCTL,
    ['net.ipv4.ip_forward', 'net.ipv4.conf.eth0/100.rp_filter', 'kernel.panic'],
    {
      'net.ipv4.//.//.//.//.tmp.x': 'has a part that leads to another folder',
      'net.ipv4./.x': 'has a part that leads to another folder',
      'net..x': 'has an empty part',
      '': 'has an empty part',
      'net.ipv4.a\u0000b': 'holds a control character',
      [`net.${'x'.repeat(256)}`]: 'is longer than 255 bytes',
    },
  ],
];

describe('names', () => {
  it('every kind is in the table', () => {
    const kinds = Object.entries(names).filter(([, value]) => typeof value === 'object');
    expect(kinds.map(([name]) => name).sort()).toEqual(TABLE.map(([name]) => name).sort());
  });

  it.each(TABLE)('%s', (_, kind, good, bad) => {
    expect(good.filter((text) => !isName(kind, text))).toEqual([]);
    expect(Object.fromEntries(Object.keys(bad).map((text) => [text, kind.fault(text)]))).toEqual(bad);
  });

  it('a refusal says what cannot be called so, why, and what becomes of it', () => {
    expect(refusal(names.DEVICE, 'a b')).toBe('an interface cannot be called this: the name holds a blank; what bears it is not read');
    expect(refusal(names.DEVICE, 'eth0')).toBeUndefined();
  });
});
