import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inspectHost } from '../../src/snapshot/inspection.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { canonicalRule } from '../../src/netfilter/iptables/rule-print.js';

/** Rules with every extension that the three commands of one machine took, as they saved them. */
const SAVED = ['iptables-nft-save.txt', 'iptables-legacy-save.txt', 'ip6tables-save.txt'];

test.each(SAVED)('%s: every line is understood and prints back', (name) => {
  const text = readFileSync(new URL(`../../fixtures/rules/${name}`, import.meta.url), 'utf8');
  const place = name.startsWith('ip6') ? 'host/ip6tables-save.txt' : 'host/iptables-save.txt';
  const host = loadFiles(new Map([[place, text]]));
  expect(inspectHost(host).problems.map((p) => `${p.origin.line}: ${p.message}`)).toEqual([]);
  const tables = host.netns.get('host')?.rulesets.flatMap((ruleset) => [...ruleset.tables.values()]) ?? [];
  const rules = tables.flatMap((table) => [...table.chains.values()].flatMap((chain) => chain.rules));
  expect(rules.map((rule) => canonicalRule(rule.chain, rule.spec))).toEqual(rules.map((rule) => rule.text));
  expect(rules.length).toBe(text.split('\n').filter((line) => /^(?:\[\d+:\d+\] )?-A /.test(line)).length);
});
