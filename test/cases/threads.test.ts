import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';
import { REFUSED, THREADS } from './threads.js';

const FOLDER = new URL('../../fixtures/threads/', import.meta.url).pathname;
const AROUND = 'around.txt';

const given = (path: string): { readonly path: string; readonly text: string } => ({
  path,
  text: readFileSync(`${FOLDER}${path}`, 'utf8'),
});

test('every thread is asked something', () => {
  const asked = Object.keys(THREADS).map((name) => `${name}.txt`);
  expect(readdirSync(FOLDER).sort()).toEqual([...asked, AROUND].sort());
});

describe.each(Object.entries(THREADS))('%s', (name, asked) => {
  const machine = createMachine(loadFiles(takeIn([given(`${name}.txt`), given(AROUND)], name).files));
  test.each(asked)('%s → %s', (from, target, outcome, reason) => {
    const [to = target, port] = target.split(':');
    const { outcome: got, reason: why } = traceFlow(
      machine,
      port === undefined ? { from, to } : { from, to, proto: 'tcp', dport: Number(port) },
    );
    expect([got, why]).toEqual([outcome, reason]);
  });
});

test.each(Object.entries(REFUSED))('alone it is refused with the reason: %s', (name, why) => {
  const file = `${name}.txt`;
  expect(() => takeIn([given(file)], file)).toThrow(`${file}: holds nothing that a path rests on (${why})`);
});

test('routes that nobody shows are asked for before what a reverse path filter would make of them', () => {
  const thread = given('whole-save-no-heads.txt');
  const around = given(AROUND);
  const [addresses = '', rest = ''] = around.text.split('$ ip route\n');
  const unrouted = { ...around, text: addresses + rest.slice(rest.indexOf('$ sysctl')) };
  const machine = createMachine(loadFiles(takeIn([thread, unrouted], 'thread').files));
  const { outcome, reason } = traceFlow(machine, { from: '198.51.100.9', to: '192.168.1.5', proto: 'tcp', dport: 8080 });
  expect([outcome, reason]).toEqual([
    'unknown',
    'the snapshot lacks host/ip-route.json (`ip route show table all`), which would show the routes of host',
  ]);
});
