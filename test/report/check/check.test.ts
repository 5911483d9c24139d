import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { PolicyResult } from '../../../src/model/policy.js';
import { checkPolicy } from '../../../src/reachability/policy/engine.js';
import { readPolicy } from '../../../src/reachability/policy/read.js';
import { CHECK_REPORTS } from '../../../src/report/check/index.js';
import { machineOf } from '../../reachability/hosts.js';
import { hasJudge, judged } from '../judges.js';

// the published schema's `id` and `$schema` are of draft 4; nothing else in it is
const published = JSON.parse(readFileSync(new URL('../sarif-2.1.0.schema.json', import.meta.url), 'utf8')) as Record<string, unknown>;
const schema = Object.fromEntries(Object.entries(published).filter(([key]) => key !== '$schema' && key !== 'id'));
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

const HOSTILE = '<b a="1">&amp;]]>\u0007\u202e**x**';
const assertion = (name: string, body: string): string => `  - name: ${JSON.stringify(name)}\n    ${body}\n`;
const POLICY = `version: 1\nassertions:\n${[
  assertion('holds', 'deny: { from: outside, to: db }'),
  assertion(HOSTILE, 'deny: { from: internet, to: pinned }'),
  assertion('by chance', 'allow: { from: app, to: db, ports: 5432/tcp }'),
  assertion('warned of', 'allow: { from: web, to: db, ports: 5432/tcp }\n    severity: warning'),
].join('')}`;
const DROPS_SOME = 'iptables -I DOCKER-USER -m string --string x --algo bm -j DROP';

async function result(): Promise<PolicyResult> {
  return checkPolicy(await machineOf('docker28-bridge', DROPS_SOME), readPolicy(POLICY, 'a policy.yaml'));
}

async function render(format: string): Promise<string> {
  const report = await CHECK_REPORTS.get(format)?.();
  if (report === undefined) throw new Error(`no format ${format}`);
  return report.render(await result(), { verbose: true, color: false });
}

/** The elements of a document without mixed content, each with its attributes' names; throws where they do not nest. */
function elements(xml: string): readonly string[] {
  const open: string[] = [];
  const found = [...xml.matchAll(/<(\/?)([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>/g)].flatMap(
    ([, closes, name = '', attributes = '', empty]) => {
      if (closes === '/') {
        expect(open.pop()).toBe(name);
        return [];
      }
      const path = [...open, name].join('/');
      if (empty === '') open.push(name);
      return [`${path} ${[...attributes.matchAll(/ ([\w-]+)="[^"]*"/g)].map(([, key]) => key).join()}`];
    },
  );
  expect(open).toEqual([]);
  return found;
}

describe('reports of check', () => {
  it('SARIF is valid after the published schema', async () => {
    const log: unknown = JSON.parse(await render('sarif'));
    expect([validate(log), validate.errors]).toEqual([true, null]);
  });

  it.runIf(hasJudge('junit'))('JUnit is valid as CI systems take it', async () => expect(judged('junit', await render('junit'))).toBe(''));

  it('JUnit nests as CI systems read it, and counts what failed', async () => {
    const xml = await render('junit');
    const failed = (await result()).assertions.filter((a) => !a.passed && a.severity === 'error').length;
    const testcase = 'testsuites/testsuite/testcase';
    expect([...new Set(elements(xml))].sort()).toEqual([
      'testsuites tests,failures,errors',
      'testsuites/testsuite name,file,tests,failures,errors',
      'testsuites/testsuite/system-out ',
      `${testcase} classname,name`,
      `${testcase}/failure type,message`,
      `${testcase}/system-out `,
    ]);
    expect(xml.match(/<failure /g)?.length).toBe(failed);
    expect(xml).toContain(`<testsuites tests="4" failures="${failed}" errors="0">`);
    // XML 1.0 has no such characters, escaped or not
    expect(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|&#(?:x0?7|7);/.test(xml)).toBe(false);
  });

  it.each(['text', 'json', 'junit', 'sarif'])('%s names the rule on which it depends', async (format) => {
    expect(await render(format)).toContain('-m string --string');
  });
});
