import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Marked } from 'marked';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditMachine } from '../../../src/audit/engine.js';
import { proveFixes } from '../../../src/audit/prove.js';
import { suppress } from '../../../src/audit/suppress.js';
import type { Audit } from '../../../src/model/audit.js';
import { AUDIT_REPORTS } from '../../../src/report/audit/index.js';
import { hasJudge, judged } from '../judges.js';
import { container, edit, machineOf, recorded, rule, RULES, type Files } from '../../audit/hosts.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const OPTIONS = { color: false, version: '0.0.0', root: 'fixtures/hosts/docker28-policy/' };

function auditOf(files: Files): Audit {
  return proveFixes(auditMachine(machineOf(files), RULES));
}

async function render(format: string, audit: Audit): Promise<string> {
  const load = AUDIT_REPORTS.get(format);
  if (load === undefined) throw new Error(`no format ${format}`);
  return [...(await load())(audit, OPTIONS)].join('');
}

/** The same without what a path or a rule cannot hold. */
const NAME = `<img src=x onerror=alert(2)>|**x**[y](javascript:alert(1))\u202e&--`;

let policy: Audit;
let bridge: Audit;
let hostile: Audit;

const EVIL = `<img src=x onerror=alert(1)>\`|**x**](javascript:alert(1))\u001b[31m\u202e"'&-->`;

beforeAll(() => {
  policy = auditOf(recorded('docker28-policy'));
  bridge = auditOf(recorded('docker20-bridge'));
  const files = recorded('docker28-policy');
  edit('docker/containers.json', (text) => text.replaceAll('"lab:1"', JSON.stringify(EVIL)).replaceAll('"--"', '"--"'))(files);
  edit('meta.json', (text) => text.replace('d28-policy', JSON.stringify(EVIL).slice(1, -1)))(files);
  edit('netns/web/ss.txt', (text) => text.replaceAll('python3', EVIL.replaceAll('"', '')))(files);
  renamed(files, 'web', NAME);
  edit('docker/networks.json', (text) => text.replaceAll('"appnet"', JSON.stringify(NAME)))(files);
  rule('filter', `-A DOCKER-USER -i eth9 -m comment --comment ${JSON.stringify(NAME)} -j DROP`)(files);
  hostile = suppress(auditOf(files), [{ rule: 'none', object: EVIL, reason: EVIL, expires: '2026-01-01' }], '2026-11-21');
});

/** A container of another name, its folder as well. */
function renamed(files: Files, from: string, to: string): void {
  container(from, (c) => (c.Name = `/${to}`))(files);
  for (const [path, text] of [...files])
    if (path.startsWith(`netns/${from}/`)) {
      files.delete(path);
      files.set(path.replace(`netns/${from}/`, `netns/${to}/`), text);
    }
}

describe('samples', () => {
  it.each([
    ['docker28-policy', 'md', 'md'],
    ['docker28-policy', 'html', 'html'],
    ['docker28-policy', 'sarif', 'sarif'],
    ['docker28-policy', 'junit', 'xml'],
    ['docker28-policy', 'text', 'txt'],
    ['docker28-policy', 'github', 'github.txt'],
    ['docker20-bridge', 'md', 'md'],
    ['docker20-bridge', 'html', 'html'],
  ])('reports/%s.%s is what the fixture gives', async (name, format, ending) => {
    const audit = name === 'docker28-policy' ? policy : bridge;
    await expect(await render(format, audit)).toMatchFileSnapshot(`${root}reports/${name}.${ending}`);
  });
});

describe.each([...AUDIT_REPORTS.keys()])('%s', (format) => {
  it('gives the same bytes for the same input', async () => {
    expect(await render(format, auditOf(recorded('docker28-policy')))).toBe(await render(format, policy));
  });

  it('writes no control character but line feeds, whatever the names are', async () => {
    expect(await render(format, hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
  });
});

describe('html', () => {
  it('shows names as text, loads nothing, and runs one script of its own, that is the same in every page', async () => {
    const html = await render('html', hostile);
    expect(html).toContain('&lt;img');
    const [script = ''] = /(?<=<script>)[^]*?(?=<\/script>)/.exec(html) ?? [];
    expect(await render('html', policy)).toContain(`<script>${script}</script>`);
    expect(html).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    const tags = html.replace(`<script>${script}</script>`, '').match(/<[a-z][^>]*>/gi) ?? [];
    const strange = tags.filter((tag) => /^<(?:img|script|iframe|link|object|base)\b|\son\w+=|(?:src|href)="(?!https:\/\/|#)/i.test(tag));
    expect(strange).toEqual([]);
  });
});

describe('md', () => {
  it('shows names as text to whoever renders it', async () => {
    const html = new Marked({ gfm: true, async: false }).parse(await render('md', hostile)) as string;
    const strange = (html.match(/<[a-z][^>]*>/gi) ?? []).filter((tag) =>
      /^<(?:img|script|iframe|link|object|base)\b|\son\w+=|href="(?!https:\/\/|#)/i.test(tag),
    );
    expect(strange).toEqual([]);
    expect(html).toContain('&lt;img src=x onerror=alert(2)&gt;');
  });
});

describe('what pipelines read', () => {
  const AUDITS: readonly (readonly [string, () => Audit])[] = [
    ['a recorded host', () => policy],
    ['hostile names', () => hostile],
    ['nothing found', () => ({ ...policy, findings: [] })],
    ['a baseline', () => ({ ...policy, findings: policy.findings.map((f) => ({ ...f, isNew: true })) })],
  ];

  it.runIf(hasJudge('junit')).each(AUDITS)('JUnit is valid for %s', async (_, audit) =>
    expect(judged('junit', await render('junit', audit()))).toBe(''),
  );

  it.runIf(hasJudge('prom')).each(AUDITS)('promtool has nothing against %s', async (_, audit) =>
    expect(judged('prom', await render('prom', audit()))).toBe(''),
  );

  // docs.gitlab.com, "Code Quality report format": every field that it demands, and no two issues of one fingerprint
  it.each(AUDITS)('GitLab finds all it needs in %s', async (_, audit) => {
    const issues = JSON.parse(await render('gitlab', audit())) as readonly Readonly<Record<string, unknown>>[];
    const levels = new Set(['info', 'minor', 'major', 'critical', 'blocker']);
    for (const issue of issues)
      expect(issue).toEqual({
        description: expect.stringMatching(/./),
        check_name: expect.stringMatching(/./),
        fingerprint: expect.stringMatching(/./),
        severity: expect.toSatisfy((level: string) => levels.has(level)),
        location: { path: expect.stringMatching(/^[^/]/), lines: { begin: expect.toSatisfy((line: number) => line >= 1) } },
      });
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  });
});

describe('sarif', () => {
  // its `id` and `$schema` are of draft 4; nothing else in it is
  const published = JSON.parse(readFileSync(new URL('../sarif-2.1.0.schema.json', import.meta.url), 'utf8')) as Record<string, unknown>;
  const schema = Object.fromEntries(Object.entries(published).filter(([key]) => key !== '$schema' && key !== 'id'));
  const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

  it.each([
    ['a recorded host', () => policy],
    ['hostile names', () => hostile],
    ['nothing found', () => ({ ...policy, findings: [] })],
    ['a baseline', () => ({ ...policy, findings: policy.findings.map((f) => ({ ...f, isNew: true })) })],
  ])('is valid for %s', async (_, audit) => {
    expect([validate(JSON.parse(await render('sarif', audit()))), validate.errors]).toEqual([true, null]);
  });

  it('has what code scanning needs of each result', async () => {
    const log = JSON.parse(await render('sarif', policy)) as {
      runs: {
        results: {
          locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
          partialFingerprints: Record<string, string>;
        }[];
      }[];
    };
    const results = log.runs[0]?.results ?? [];
    expect(results).toHaveLength(policy.findings.length);
    for (const result of results) {
      expect(result.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(/^fixtures\/hosts\/docker28-policy\//);
      expect(result.partialFingerprints['dtracePathFinding/v1']).toMatch(/^[0-9a-f]{20}$/);
    }
  });
});
