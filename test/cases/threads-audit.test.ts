import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { createMachine } from '../../src/datapath/index.js';
import { loadFiles } from '../../src/snapshot/assemble.js';
import { takeIn } from '../../src/snapshot/intake/index.js';
import { RULES } from '../audit/hosts.js';
import { THREADS } from './threads.js';

const FOLDER = new URL('../../fixtures/threads/', import.meta.url).pathname;
const given = (path: string): { readonly path: string; readonly text: string } => ({
  path,
  text: readFileSync(`${FOLDER}${path}`, 'utf8'),
});

/** What is proved by what people show, by thread: nothing that only a listing's missing part could prove. */
const PROVED: Readonly<Record<string, readonly string[]>> = {
  // `ip addr` shows every interface, and none of these
  'icc-false-still-talks': ['ineffective-rule IPv4 filter -A INPUT -i eth1 -j ACCEPT'],
  'list-ends-in-title': ['forward-policy-accept IPv4 filter FORWARD'],
  'save-cut-in-nat': [
    'ineffective-rule IPv4 filter -A FORWARD -i br-f85f785e09c9 ! -o br-f85f785e09c9 -j ACCEPT, IPv4 filter -A FORWARD -i br-f85f785e09c9 -o br-f85f785e09c9 -j ACCEPT, IPv4 filter -A FORWARD -o br-f85f785e09c9 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    'forward-policy-accept IPv4 filter FORWARD',
  ],
  'whole-save-no-heads': [
    'snapshot-inconsistent containers',
    'ineffective-rule IPv4 filter -A FORWARD -i lxcbr0 -j ACCEPT, IPv4 filter -A FORWARD -o lxcbr0 -j ACCEPT',
    'forward-policy-accept IPv4 filter FORWARD',
  ],
};

test.each(Object.keys(THREADS))('nothing is proved by what is not shown: %s', (name) => {
  const machine = createMachine(loadFiles(takeIn([given(`${name}.txt`), given('around.txt')], name).files));
  const { audit } = auditMachine(machine, RULES);
  const said = audit.findings.map(
    ({ rule, possible, objects }) => `${rule}${possible === undefined ? '' : '?'} ${objects.map((o) => o.name).join(', ')}`,
  );
  expect(said).toEqual(PROVED[name] ?? []);
  // an iptables-save from its head to its last COMMIT is all that this rule looks at
  const passed = name === 'whole-save-no-heads' ? ['mixed-backends'] : [];
  expect([audit.passed.map(({ rule }) => rule), audit.notApplicable]).toEqual([passed, []]);
});
