import { describe, expect, test } from 'vitest';
import { auditConfig } from '../../src/audit/config.js';
import { parseRule } from '../../src/audit/rules/load.js';
import { readPolicy } from '../../src/reachability/policy/read.js';

const accepted = (fields: object): unknown => ({ audit: { suppress: [{ rule: 'a', reason: 'b', ...fields }] } });

/** What somebody wrote, and what is said of it. */
const REFUSED: readonly (readonly [unknown, string])[] = [
  [{ failon: 'low' }, 'it has no field "failon": its fields are audit'],
  [{ audti: {} }, 'it has no field "audti": did you mean audit?'],
  [{ audit: { suppres: [] } }, 'audit has no field "suppres": did you mean suppress?'],
  [{ audit: { acceptUndetermind: [] } }, 'audit has no field "acceptUndetermind": did you mean acceptUndetermined?'],
  [accepted({ expire: '2026-12-31' }), 'audit.suppress.0 has no field "expire": did you mean expires?'],
  [
    accepted({ expires: '2026-12-31', until: 'ever' }),
    'audit.suppress.0 has no field "until": its fields are rule, object, reason, expires',
  ],
  [accepted({ expires: '2026-02-30' }), 'audit.suppress.0.expires: there is no day 2026-02-30'],
  [accepted({ expires: 'never' }), 'audit.suppress.0.expires must match pattern "^\\d{4}-\\d{2}-\\d{2}$"; write a day as 2026-12-31'],
  [[], 'it must be object'],
];

describe('a configuration', () => {
  test.each(REFUSED)('%j is refused', (value, message) => {
    expect(() => auditConfig(value, 'c.json')).toThrow(`c.json: ${message}`);
  });

  test('of what is known is read', () => {
    const value = { audit: { disable: ['icc-ineffective'], acceptUndetermined: ['ipv6-open'] } };
    expect(auditConfig(value, 'c.json')).toEqual(value.audit);
  });
});

const POLICY: readonly (readonly [string, string])[] = [
  [
    'version: 1\ngroup: { a: [web] }\nassertions: [{ name: a, deny: { from: lan, to: web } }]\n',
    'p:2: the policy has no field "group": did you mean groups?',
  ],
  ['version: 1\nassertions: [{ name: a, denny: { from: lan, to: web } }]\n', 'p:2: assertions.0 has no field "denny": did you mean deny?'],
  [
    'version: 1\nassertions: [{ name: a, deny: { from: lan, to: web, port: 80 } }]\n',
    'p:2: assertions.0.deny has no field "port": did you mean ports?',
  ],
  [
    'version: 1\nassertions: [{ name: a, deny: { from: lan, to: web, except: { form: b } } }]\n',
    'p:2: assertions.0.deny.except has no field "form": did you mean from?',
  ],
];

test.each(POLICY)('a policy with a field that there is not is refused: %s', (text, message) => {
  expect(() => readPolicy(text, 'p')).toThrow(message);
});

test('a rule with a field that there is not is refused', () => {
  expect(() => parseRule('{"id":"a-b","titel":"x"}', 'r.json')).toThrow(/r\.json: the rule has no field "titel": did you mean title\?/);
});
