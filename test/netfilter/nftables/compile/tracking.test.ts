import { expect, test } from 'vitest';
import { tracksConnections } from '../../../../src/netfilter/nftables/index.js';
import { fromText } from '../models.js';

/** What a table holds, and whether packets of IPv4 and IPv6 have connections then: measured by whether a `nat` chain meets them. */
const HELD = [
  ['counter c { }', false, false],
  ['set s { typeof ct mark; elements = { 5 }; }', false, false],
  ['set s { type ipv4_addr; flags dynamic; ct count over 5; }', true, true],
  ['ct expectation e { protocol udp; dport 9876; timeout 2m; size 8; l3proto ip; }', true, true],
  ['ct helper h { type "ftp" protocol tcp; l3proto ip; }', true, true],
  ['ct timeout o { protocol tcp; policy = { established : 100 }; }', true, true],
  ['synproxy s { mss 1460; wscale 7; }', true, true],
  ['chain o { ct state new accept; }', true, true],
  ['chain o { dnat ip to 10.2.0.2; }', true, false],
  ['chain o { dnat ip6 to fd02::2; }', false, true],
  ['chain o { masquerade; }', true, true],
] as const;

test.each(HELD)('%s', (held, v4, v6) => {
  const { ruleset, problems } = fromText(`flush ruleset\ntable inet t {\n${held.replace('; }', '\n}')}\n}\n`, false);
  expect(problems).toEqual([]);
  expect(([4, 6] as const).map((family) => tracksConnections(ruleset.tables[0]!, family))).toEqual([v4, v6]);
});
