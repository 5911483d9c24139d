import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { runHere } from '../cli/run-here.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const FOLDER = new URL('../../docs/schemas/', import.meta.url);
const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const HOST = `${FIXTURES}hosts/docker28-policy`;
const FLOW = '{"from":"internet","to":"198.51.100.10","dport":8080,"proto":"tcp"}\n';
const CAPTURED = `${FIXTURES}captures/docker20/`;

function faults(name: string, text: string): readonly string[] {
  const schema: unknown = JSON.parse(readFileSync(new URL(`${name}.schema.json`, FOLDER), 'utf8'));
  const ajv = new Ajv({ strict: false });
  const validate = ajv.compile(schema as object);
  return validate(JSON.parse(text)) === true ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message ?? ''}`);
}

/** What the program itself prints: the command line and its reports lie between the types and the text. */
describe('what the commands print as JSON fits the schemas that are published', () => {
  it.each([
    ['trace', ['-s', HOST, '--from', 'internet', '--to', 'host:8080']],
    ['trace', ['-s', `${CAPTURED}snapshot`, '--from', 'web', '--to', '203.0.113.8', '--pcap', `${CAPTURED}flows/web-out-ping/web.pcap`]],
    ['matrix', ['matrix', '-s', HOST]],
    ['matrix', ['matrix', '-s', `${CAPTURED}snapshot`, '--pcap', `${CAPTURED}flows/cli-web-tcp/host.pcap`]],
    ['audit', ['audit', '-s', HOST, '--fail-on', 'none']],
    ['topology', ['topology', '-s', HOST]],
    ['flows', ['flows', '--pcap', `${CAPTURED}flows/web-out-ping/web.pcap`, '-s', `${CAPTURED}snapshot`]],
    ['flows', ['flows', '--pcap', `${CAPTURED}flows/in-published/host.pcap`]],
    ['fleet', ['audit', '--fleet', `${FIXTURES}hosts`, '--fail-on', 'none', '--only', 'published-to-all']],
  ] as const)('%s: %j', async (name, args) => {
    const { stdout, stderr } = await runHere([...args, '--format', 'json']);
    expect(stdout === '' ? stderr : faults(name, stdout)).toEqual([]);
  });

  it.skipIf(spawnSync('unshare', ['-n', 'true']).status !== 0)('verification: where namespaces can be made', () => {
    const { stdout, stderr } = spawnSync(process.execPath, [CLI, 'verify', '-s', HOST, '--flows', '-', '--format', 'json'], {
      encoding: 'utf8',
      input: FLOW,
    });
    expect(stdout === '' ? stderr : faults('verification', stdout)).toEqual([]);
  });
});
