import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ANALYSES } from '../../src/audit/analyses/index.js';
import { describeCheck } from '../../src/audit/describe.js';
import { parseRule } from '../../src/audit/rules/load.js';
import { orderRules } from '../../src/audit/rules/order.js';
import { RULE_SCHEMA } from '../../src/audit/rules/schema.js';
import { ruleIndex, rulePage } from '../../src/report/audit/rule-page.js';
import { ruleFiles, RULES } from './hosts.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('rules/', () => {
  it('has the schema that the types are made of', () => {
    expect(JSON.parse(readFileSync(`${root}rules/rule.schema.json`, 'utf8'))).toEqual(JSON.parse(JSON.stringify(RULE_SCHEMA)));
  });

  it.each(ruleFiles().map(({ file, rule }) => [file, rule] as const))(
    "%s bears its rule's id and names an analysis that there is",
    (file, rule) => {
      expect(`${rule.id}.json`).toBe(file);
      expect(rule.check.kind !== 'analysis' || ANALYSES.has(rule.check.name)).toBe(true);
    },
  );

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s has its page in docs/rules', async (id, rule) => {
    await expect(rulePage({ ...rule, traps: rule.traps ?? [], check: describeCheck(rule) })).toMatchFileSnapshot(
      `${root}docs/rules/${id}.md`,
    );
  });

  it('has a list of its pages', async () => {
    await expect(ruleIndex(RULES)).toMatchFileSnapshot(`${root}docs/rules/README.md`);
  });
});

describe('parseRule', () => {
  const good = {
    id: 'mine',
    title: 'Mine',
    severity: 'low',
    rationale: 'Because.',
    remedy: 'Do.',
    references: [],
    check: { kind: 'analysis', name: 'forward-policy' },
  };
  it.each([
    ['no JSON', '{', /^r\.json: is no JSON/],
    ['a field too many', JSON.stringify({ ...good, colour: 'red' }), /the rule has no field "colour": its fields are .*\bseverity\b/],
    [
      'a severity that there is not',
      JSON.stringify({ ...good, severity: 'huge' }),
      /severity must be equal to one of the allowed values \(critical, high, medium, low, info\)/,
    ],
    ['a check of no kind', JSON.stringify({ ...good, check: { kind: 'guess' } }), /^r\.json: /],
    [
      'a path from nowhere',
      JSON.stringify({ ...good, check: { kind: 'path', from: ['mars'], to: {} } }),
      /check\.from\.0 must be equal to one of the allowed values/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseRule(text, 'r.json')).toThrow(message);
  });

  it.each([
    [
      'container',
      { field: 'priviledged', is: 'equal', value: true },
      'asks for "priviledged", which a container has not: privileged is meant?',
    ],
    [
      'network',
      { field: 'subnet', is: 'matches', value: '10.*' },
      'asks for "subnet", which a network has not: it has name, driver, scope, internal, attachable, ingress, ipv6, option:KEY',
    ],
    ['container', { field: 'constructor', is: 'absent' }, 'asks for "constructor", which a container has not: it has '],
    ['container', { field: 'privileged', is: 'equal', value: 'true' }, 'holds privileged against "true": it takes a boolean'],
    ['port', { field: 'hostPort', is: 'equal', values: [22, '80'] }, 'holds hostPort against "80": it takes a number'],
    ['port', { field: 'hostPort', is: 'equal' }, 'asks whether hostPort is equal and says no value'],
    ['port', { field: 'hostIp', is: 'at-most', value: 3 }, 'asks for at-most of hostIp, which is no number'],
    ['listener', { field: 'port', is: 'at-most', value: '1024' }, 'holds port against "1024": it takes a number'],
    ['listener', { field: 'process', is: 'matches', value: 4 }, 'holds process against 4: it takes a pattern (a string)'],
  ])('refuses a condition on a %s that holds for none: %j', (about, condition, message) => {
    const text = JSON.stringify({ ...good, check: { kind: 'fact', about, where: [condition] } });
    expect(() => parseRule(text, 'r.json')).toThrow(`r.json: check.where.0 ${message}`);
  });

  it.each([
    ['network', { field: 'option:com.docker.network.bridge.enable_icc', is: 'equal', value: 'false' }],
    ['sysctl', { field: 'value', is: 'equal', values: [0, 'strict'] }],
    ['sysctl', { field: 'value', is: 'at-least', value: 1 }],
    ['chain', { field: 'policy', is: 'absent' }],
    ['container', { field: 'capAdd', is: 'includes', value: 'NET_ADMIN' }],
  ])('takes a condition on a %s: %j', (about, condition) => {
    const check = { kind: 'fact', about, where: [condition] };
    expect(parseRule(JSON.stringify({ ...good, check }), 'r.json').check).toEqual(check);
  });

  it('refuses two of one id', () => {
    const rule = parseRule(JSON.stringify(good), 'a.json');
    expect(() =>
      orderRules([
        { rule, file: 'a.json' },
        { rule, file: 'b.json' },
      ]),
    ).toThrow('b.json: rule mine is already in a.json');
  });
});
