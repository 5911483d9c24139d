import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';
import { answers, type Case } from './asked.js';
import { POSTS } from './posts.js';

const FOLDER = new URL('../../fixtures/posts/', import.meta.url).pathname;

test('every post is asked something', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(
    Object.keys(POSTS)
      .map((name) => `${name}.txt`)
      .sort(),
  );
});

/** What people post in one piece, with all that stands about the listings, and the answer that the post bears out. */
describe.each(Object.entries(POSTS))('%s', (file, asked) => {
  const text = readFileSync(`${FOLDER}${file}.txt`, 'utf8');
  const { files } = takeIn([{ path: `${file}.txt`, text }], `${file}.txt`);
  const machine = createMachine(loadFiles(files));
  test.each(
    asked.map((one): readonly [string, FlowRequest, Case['outcome'], Case['says']] => [
      `${one[0]} → ${one[1]}`,
      flowOf(one[0], one[1]),
      one[2],
      one[3],
    ]),
  )('%s', (_name, flow, outcome, says) => answers(traceFlow(machine, flow), { outcome, says }));
});

/** `203.0.113.9` and `192.0.2.10:8080/udp` as a question. */
function flowOf(from: string, target: string): FlowRequest {
  const [, to = target, port, proto = port === undefined ? 'icmp' : 'tcp'] = /^(.*?)(?::(\d+))?(?:\/(udp|tcp|icmp))?$/.exec(target) ?? [];
  return { from, to, proto: (proto ?? 'icmp') as NonNullable<FlowRequest['proto']>, ...(port !== undefined && { dport: Number(port) }) };
}
