import { describe, expect, it } from 'vitest';
import { devicesOf, purposeOfNative } from '../../../src/advice/account/purpose.js';
import type { NativePlace } from '../../../src/advice/account/find-rule.js';
import { fromText } from '../../netfilter/nftables/models.js';

/** The one rule of a chain, as nft lists it. */
function place(rule: string): NativePlace {
  const {
    ruleset: { tables },
  } = fromText(`table ip own {\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy accept;\n\t\t${rule}\n\t}\n}\n`);
  const [table] = tables;
  const chain = table?.chains.get('FORWARD');
  if (table === undefined || chain === undefined) throw new Error('no chain');
  return { kind: 'nftables', table, chain, rule: chain.rules[0] };
}

describe('what a native rule is there for', () => {
  it.each([
    ['docker', 'icc-off'],
    ['you', 'ruled'],
  ] as const)('a comment as Docker writes it, in a rule of %s', (kind, purpose) => {
    const ours = place('iifname "br-1" oifname "br-1" counter drop comment "ICC"');
    expect(purposeOfNative(ours, { kind }, 'FORWARD')).toBe(purpose);
  });

  it.each([
    ['DROP DIRECT ACCESS', 'direct-access'],
    ['DROP REMOTE LOOPBACK', 'loopback-publish'],
    ['UNPUBLISHED PORT DROP', 'unpublished'],
    ['ICC', 'icc-off'],
    ['INTERNAL NETWORK INGRESS', 'internal-network'],
    ['INTERNAL NETWORK EGRESS', 'internal-network'],
    ['something else', 'ruled'],
  ] as const)('Docker’s comment %s says that it is %s', (comment, purpose) => {
    expect(purposeOfNative(place(`iifname "br-1" drop comment "${comment}"`), { kind: 'docker' }, 'FORWARD')).toBe(purpose);
  });

  it.each([
    ['counter drop', 'rest-of-forward'],
    ['iifname "br-1" drop', 'ruled'],
  ] as const)('without one, `%s` is %s', (rule, purpose) => {
    expect(purposeOfNative(place(rule), { kind: 'docker' }, 'FORWARD')).toBe(purpose);
  });
});

it.each([
  ['iifname "br-1" oifname != "br-2" drop', ['br-1', 'br-2']],
  ['iif "lo" drop', ['lo']],
  ['drop comment "iifname br-9"', []],
])('devices that %s names', (rule, devices) => {
  expect(devicesOf(place(rule))).toEqual(devices);
});
