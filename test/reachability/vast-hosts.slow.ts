import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/index.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { Toil } from '../../src/datapath/walk/toil.js';
import type { Host } from '../../src/model/host.js';
import { builtInRules } from '../../src/own-rules.js';
import { diffReachability, reachabilityMatrix } from '../../src/reachability/index.js';
import { checkPolicy } from '../../src/reachability/policy/engine.js';
import { readPolicy } from '../../src/reachability/policy/read.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { VAST } from '../generators/vast/index.js';

/** So many times fewer of each kind than an enemy writes, and so much less work that is allowed: what is true of these is true of those. */
const FEWER = 50;
const WORK = 200_000;
/** What the last walk may add. */
const BEYOND = 400_000;

const POLICY = readPolicy(
  `version: 1
assertions:
  - name: none from outside to anybody
    deny: { from: outside, to: any, except: { ports: 22/tcp } }
  - name: none from outside to a container
    deny: { from: outside, to: containers, except: { ports: 80/tcp } }
`,
  'p.yaml',
);

/** Questions about a whole host, as the commands ask them, with whether each says that something is not known where it gave up. */
const QUESTIONS: Readonly<Record<string, (machine: Machine, other: Machine) => boolean>> = {
  matrix: (machine) => reachabilityMatrix(machine).results.some(({ cause }) => cause.kind === 'too-much'),
  check: (machine) => checkPolicy(machine, POLICY).assertions.every(({ verdict }) => verdict !== 'passed'),
  audit: (machine) => auditMachine(machine, builtInRules()).audit.undetermined.length > 0,
  diff: (machine, other) => diffReachability(machine, other).changes.some(({ kind }) => kind === 'undecided'),
};

/** The same host with another rule, so that it is not the same. */
function changed(files: ReadonlyMap<string, string>): Host {
  const saved = files.get('host/iptables-save.txt') ?? '';
  return loadFiles(
    new Map(files).set('host/iptables-save.txt', saved.replace('COMMIT\n*filter', '-A DOCKER -p udp -j RETURN\nCOMMIT\n*filter')),
  );
}

describe('whatever a host holds a million of, every question about it ends in so much work, and what was not looked at is not known', () => {
  const cases = Object.entries(VAST).flatMap(([kind, { size, make }]) =>
    Object.entries(QUESTIONS).map(([name, ask]) => ({ kind, name, ask, files: () => make(Math.ceil(size / FEWER)) })),
  );

  it.each(cases)('$name: $kind', ({ ask, files }) => {
    const texts = files();
    const [toil, other] = [new Toil(WORK), new Toil(WORK)];
    const isSaid = ask(createMachine(loadFiles(texts), { toil }), createMachine(changed(texts), { toil: other }));
    for (const one of [toil, other]) expect(one.done).toBeLessThan(WORK + BEYOND);
    if (toil.isOver) expect(isSaid).toBe(true);
  });
});
