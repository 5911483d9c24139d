import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseBridgeFdb } from '../../../src/snapshot/parsers/bridge-fdb.js';
import { parseBridgeLink } from '../../../src/snapshot/parsers/bridge-link.js';
import { parseIpAddr } from '../../../src/snapshot/parsers/ip-addr.js';
import { parseIpNeigh } from '../../../src/snapshot/parsers/ip-neigh.js';
import { parseIpRoute } from '../../../src/snapshot/parsers/ip-route.js';
import { parseIpRule } from '../../../src/snapshot/parsers/ip-rule.js';
import type { Parsed } from '../../../src/snapshot/parsers/source.js';

type Parse = (text: string, file: string) => Parsed<unknown>;

/** One namespace's state, recorded in JSON and in text, plain and with -d: they must read as the same. */
const LISTINGS: readonly (readonly [name: string, parse: Parse, one: string, other: string])[] = [
  ['ip -d addr', parseIpAddr, 'addr-detail.json', 'addr-detail.txt'],
  ['ip route, both families', (t, f) => parseIpRoute(t, f, 4), 'route.json', 'route.txt'],
  ['ip -d route, both families', (t, f) => parseIpRoute(t, f, 4), 'route-detail.json', 'route-detail.txt'],
  ['ip -d route against ip route', (t, f) => parseIpRoute(t, f, 4), 'route-detail.json', 'route.txt'],
  ['ip -6 route', (t, f) => parseIpRoute(t, f, 6), 'route6.json', 'route6.txt'],
  ['ip rule', (t, f) => parseIpRule(t, f, 4), 'rule.json', 'rule.txt'],
  ['ip -d rule', (t, f) => parseIpRule(t, f, 4), 'rule-detail.json', 'rule-detail.txt'],
  ['ip -6 rule', (t, f) => parseIpRule(t, f, 6), 'rule6.json', 'rule6.txt'],
  ['ip neigh', parseIpNeigh, 'neigh.json', 'neigh.txt'],
  ['ip neigh show proxy', parseIpNeigh, 'neigh-proxy.json', 'neigh-proxy.txt'],
  ['bridge -d link', parseBridgeLink, 'bridge-link-detail.json', 'bridge-link-detail.txt'],
  ['bridge link', parseBridgeLink, 'bridge-link.json', 'bridge-link.txt'],
  ['bridge fdb', parseBridgeFdb, 'bridge-fdb.json', 'bridge-fdb.txt'],
];

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (k === 'origin' || k === 'text' ? [] : [[k, withoutPlaces(v)]])));
}

function read(parse: Parse, name: string): Parsed<unknown> {
  return parse(readFileSync(new URL(`../../../fixtures/listings/${name}`, import.meta.url), 'utf8'), name);
}

describe('JSON and text say the same', () => {
  test.each(LISTINGS)('%s', (_, parse, one, other) => {
    const [a, b] = [read(parse, one), read(parse, other)];
    expect([...a.problems, ...b.problems].filter((p) => !p.message.includes('l3mdev'))).toEqual([]);
    expect(withoutPlaces(b.data)).toEqual(withoutPlaces(a.data));
  });
});
