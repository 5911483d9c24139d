import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { loadFiles } from '../../../src/snapshot/load.js';

const DIR = 'fixtures/hosts/nat20';
const FILES = new Map(
  readdirSync(DIR, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(?:host|docker|netns)\/.*\.\w+$/.test(path))
    .map((path) => [path, readFileSync(join(DIR, path), 'utf8')] as const),
);

/** The recorded host, whose kernel connects the flow: its ports are in hairpin mode, as userland-proxy=false sets them. */
function asked(change: (text: string) => string): string {
  const files = new Map([...FILES].map(([path, text]) => [path, change(text)] as const));
  const { outcome, reason } = traceFlow(createMachine(loadFiles(files)), { from: 'web', to: '198.51.100.12:8005', proto: 'tcp' });
  return outcome === 'unknown' ? reason.replace(/host's \S+/, 'PORT') : outcome;
}

it.each([
  ['as recorded', (text: string) => text, 'connected'],
  [
    'of a listing without -d hairpin mode is not known, and not taken to be off',
    (text: string) =>
      text.replace(/"hairpin":(?:true|false),/g, '').replace(/"info_slave_kind":"bridge","info_slave_data":\{[^{}]*\}/g, '"x":0'),
    'the path goes on in what the snapshot lacks: whether hairpin mode of PORT is on, which `bridge -d link` shows',
  ],
])('%s', (_, change, told) => expect(asked(change)).toBe(told));
