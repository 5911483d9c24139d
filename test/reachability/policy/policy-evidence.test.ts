import { describe, expect, it } from 'vitest';
import { createMachine } from '../../../src/datapath/index.js';
import { checkPolicy } from '../../../src/reachability/policy/engine.js';
import { readPolicy } from '../../../src/reachability/policy/read.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { folderFiles } from '../hosts.js';

const HOST = folderFiles('docker28-bridge');
const NOTHING = new Map([['meta.json', '{"format":"dtrace-path-snapshot/1","hostname":"h"}']]);

/** What became of one assertion, in words, on the host with some files changed (undefined: deleted). */
function told(
  body: string,
  changes: Readonly<Record<string, string | undefined>> = {},
  allowEmpty: readonly string[] = [],
  extra = '',
): object {
  const files = new Map(HOST);
  for (const [name, text] of Object.entries(changes)) {
    if (text === undefined) files.delete(name);
    else files.set(name, text);
  }
  const policy = readPolicy(`version: 1\n${extra}assertions:\n  - name: it\n    ${body}\n`, 'p.yaml');
  const [result] = checkPolicy(createMachine(loadFiles(files)), policy, { empty: allowEmpty }).assertions;
  const { verdict, passed, empty, lacking, blanked, notes, violations } = result!;
  expect(passed).toBe(verdict === 'passed');
  return {
    verdict,
    ...(empty.length > 0 && { empty: empty.map(({ name, why }) => `${name}: ${why}`) }),
    ...(lacking.length > 0 && { lacking: lacking.map(({ file, state }) => `${file} ${state}`) }),
    ...(blanked.length > 0 && { blanked }),
    ...(notes.length > 0 && { notes }),
    ...(violations.length > 0 && { ways: violations.map((v) => v.what) }),
  };
}

const containers = (change: (one: { Name: string; Config: Record<string, unknown>; State: Record<string, unknown> }) => void): string => {
  const list = JSON.parse(HOST.get('docker/containers.json') ?? '') as Parameters<typeof change>[0][];
  for (const one of list) change(one);
  return JSON.stringify(list);
};
const labelled = (value: string): string =>
  containers((one) => (one.Config['Labels'] = one.Name === '/db' ? { 'com.docker.compose.service': value } : {}));
const NOBODY = 'nothing in this snapshot has that name';
const DENY = 'deny: { from: outside, to: db, ports: 5432/tcp }';

describe('what an assertion rests on', () => {
  it.each([
    [DENY, { verdict: 'passed' }],
    ['deny: { from: outside, to: dbb, ports: 5432/tcp }', { verdict: 'failed', empty: [`dbb: ${NOBODY}`] }],
    ['deny: { from: bakup, to: db }', { verdict: 'failed', empty: [`bakup: ${NOBODY}`] }],
    ['deny: { from: outside, to: [db, network:prod] }', { verdict: 'failed', empty: [`network:prod: ${NOBODY}`] }],
    ['deny: { from: outside, to: label:tier=db }', { verdict: 'failed', empty: [`label:tier=db: ${NOBODY}`] }],
    ['only: { from: [app, ghost], to: db, ports: 1/tcp }', { verdict: 'failed', empty: [`ghost: ${NOBODY}`] }],
    ['deny: { from: outside, to: 10.99.0.0/16 }', { verdict: 'passed' }],
    ['allow: { from: ghost, to: db, ports: 5432/tcp }', { verdict: 'failed', empty: [`ghost: ${NOBODY}`] }],
  ])('%s', (body, answer) => expect(told(body)).toEqual(answer));

  it('a group that is empty stands for nothing', () =>
    expect(told('deny: { from: outside, to: group:none }', {}, [], 'groups: { none: [] }\n')).toEqual({
      verdict: 'failed',
      empty: ['group:none: it is an empty group'],
    }));

  it.each(['none', 'group:none', 'label:tier=db'])('and may, by the name %s', (allowed) => {
    const body = 'deny: { from: outside, to: group:none }';
    expect(told(body, {}, [allowed], 'groups: { none: [label:tier=db] }\n')).toMatchObject({ verdict: 'passed' });
  });

  it.each(['containers', 'label:tier', 'any', '[web, db]'])('a container of which nothing is shown leaves open what %s is asked', (to) => {
    const hidden = containers((one) => {
      one.Config['Labels'] = { tier: 'a' };
      if (one.Name === '/web') Object.assign(one, { NetworkSettings: { Networks: {} } });
    });
    const gone = [...HOST.keys()].filter((file) => file.startsWith('netns/web/'));
    const networks = HOST.get('docker/networks.json')!.replace(/"web"/g, '"gateway_0"');
    const changes = new Map<string, string | undefined>([
      ['docker/containers.json', hidden],
      ['docker/networks.json', networks],
      ...gone.map((file) => [file, undefined] as const),
    ]);
    const { verdict, lacking } = told(`deny: { from: app, to: ${to}, ports: 9/tcp }`, Object.fromEntries(changes)) as {
      readonly verdict: string;
      readonly lacking: readonly string[];
    };
    expect(verdict).toBe('undecided');
    expect(lacking).toContain('netns/web/ss.txt missing');
  });

  it('a container that does not run is told so', () => {
    const stopped = containers((one) => one.Name === '/db' && Object.assign(one.State, { Running: false, Pid: 0 }));
    const gone = [...HOST.keys()].filter((file) => file.startsWith('netns/db/'));
    const changes = new Map<string, string | undefined>([
      ['docker/containers.json', stopped],
      ...gone.map((file) => [file, undefined] as const),
    ]);
    expect(told(DENY, Object.fromEntries(changes))).toEqual({ verdict: 'failed', empty: ['db: the container is not running'] });
  });

  it.each([
    ['by the option', ['dbb'], ''],
    ['by the policy', [], 'allowEmpty: [dbb]\n'],
  ])('an endpoint may stand for nothing where it is allowed %s', (_, option, extra) =>
    expect(told('deny: { from: outside, to: dbb }', {}, option, extra)).toEqual({
      verdict: 'passed',
      notes: [`"dbb" stands for nothing (${NOBODY}), which is allowed`],
    }),
  );

  it('values of labels that were left out hold for nobody, and do not pass', () => {
    const body = 'deny: { from: outside, to: "label:com.docker.compose.service=db", ports: 5432/tcp }';
    const name = 'label:com.docker.compose.service=db';
    expect(told(body, { 'docker/containers.json': labelled('db') })).toEqual({ verdict: 'passed' });
    expect(told(body, { 'docker/containers.json': labelled('') })).toEqual({ verdict: 'undecided', blanked: [name] });
    expect(told(body, { 'docker/containers.json': labelled('') }, [name])).toEqual({ verdict: 'undecided', blanked: [name] });
    expect(told('deny: { from: outside, to: "label:com.docker.compose.service" }', { 'docker/containers.json': labelled('') })).toEqual({
      verdict: 'passed',
    });
  });

  it.each([
    ['host/ss.txt', undefined, ['host/ss.txt missing']],
    ['host/ss.txt', '', ['host/ss.txt doubtful']],
    ['host/ss.txt', HOST.get('host/ss.txt')!.slice(0, 200), ['host/ss.txt part']],
    ['host/iptables-save.txt', undefined, ['host/iptables-save.txt missing']],
    ['host/iptables-save.txt', HOST.get('host/iptables-save.txt')!.slice(0, 900), ['host/iptables-save.txt part']],
    ['host/iptables-save.txt', '', ['host/iptables-save.txt doubtful']],
    ['netns/db/ss.txt', undefined, ['netns/db/ss.txt missing']],
    // nothing of this assertion leads there
    ['netns/admin/ss.txt', undefined, []],
  ])('%s as %j', (file, text, lacking) => {
    const found = told(DENY, { [file]: text });
    if (lacking.length === 0) expect(found).toEqual({ verdict: 'passed' });
    else {
      expect(found).toMatchObject({ lacking: expect.arrayContaining(lacking) as unknown });
      expect(found).not.toMatchObject({ verdict: 'passed' });
    }
  });

  it('on a snapshot that holds nothing no denial passes, nor does anything else', () => {
    const policy = readPolicy(
      `version: 1\nassertions:\n${[
        'deny: { from: outside, to: host, ports: 22/tcp }',
        'deny: { from: outside, to: pinned, ports: 6379/tcp }',
        'deny: { from: lan, to: pinned }',
        'deny: { from: web, to: 169.254.169.254, ports: 80/tcp }',
        'deny: { from: outside, to: any }',
        'only: { from: host, to: db, ports: 5432/tcp }',
        'allow: { from: outside, to: host, ports: 22/tcp }',
      ]
        .map((body) => `  - name: it\n    ${body}\n`)
        .join('')}`,
      'p.yaml',
    );
    const everything = ['outside', 'lan', 'pinned', 'web', '169.254.169.254', 'any', 'db', 'host'];
    const { passed, assertions } = checkPolicy(createMachine(loadFiles(NOTHING)), policy, { empty: everything });
    expect([passed, assertions.map((a) => a.verdict)]).toEqual([false, assertions.map(() => 'undecided')]);
  });
});
