import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { auditMachine } from '../../src/audit/engine.js';
import { exitCodeOf } from '../../src/commands/audit-gate.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { diffReachability } from '../../src/reachability/diff/diff.js';
import { checkPolicy } from '../../src/reachability/policy/engine.js';
import { initialPolicy } from '../../src/reachability/policy/init.js';
import { readPolicy, type Policy } from '../../src/reachability/policy/read.js';
import { SnapshotError } from '../../src/snapshot/error.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { RULES } from '../audit/hosts.js';
import { folderFiles, HOSTS } from '../reachability/hosts.js';
import { damaged, sampled, type Damage, type Files } from './damage.js';

/** `DAMAGE=all`: every file of every host in every way; `DAMAGE=12`: so many of each host. Else a few, of some hosts. */
const { DAMAGE, DAMAGE_SEED } = process.env;
const SEED = Number(DAMAGE_SEED ?? 1);
const MOST = DAMAGE === 'all' ? Infinity : Number(DAMAGE ?? 3);
const CHOSEN = DAMAGE === undefined ? ['docker28-bridge', 'docker20-bridge'] : HOSTS;
const LEVELS = ['critical', 'high', 'medium', 'low'] as const;

/** What the gates say of a host as a whole: what is to fail on it whatever is taken away. */
interface Gates {
  readonly policy: Policy;
  readonly whole: Machine;
  readonly codes: readonly number[];
}

interface Written {
  readonly assertions: readonly {
    readonly only?: { readonly from: string | readonly string[]; readonly to: string; readonly ports: string };
  }[];
  readonly groups?: Readonly<Record<string, readonly string[]>>;
}

/** Assertions that fail on the host: what is reached is forbidden, and a port that nobody listens on is asked for. */
function refuted(machine: Machine): Policy {
  const { assertions, groups = {} } = parse(initialPolicy(machine)) as Written;
  const bodies = assertions.flatMap(({ only }) => {
    if (only === undefined) return [];
    const from = JSON.stringify(only.from);
    const to = JSON.stringify(only.to);
    return [`deny: { from: ${from}, to: ${to}, ports: ${only.ports} }`, `allow: { from: ${from}, to: ${to}, ports: 61/tcp }`];
  });
  const text = `version: 1\ngroups: ${JSON.stringify(groups)}\nassertions:\n${bodies.map((body, i) => `  - name: a${i}\n    ${body}\n`).join('')}`;
  return readPolicy(text, 'p.yaml');
}

function codesOf(machine: Machine): readonly number[] {
  const { audit } = auditMachine(machine, RULES);
  return LEVELS.map((failOn) => exitCodeOf([audit], { failOn, onlyProved: false, accepted: [] }));
}

function gatesOf(files: Files): Gates {
  const whole = createMachine(loadFiles(files));
  const policy = refuted(whole);
  const { assertions } = checkPolicy(whole, policy);
  // an assertion that does not fail on the whole host is none of this
  return { policy: { ...policy, assertions: policy.assertions.filter((_, i) => !assertions[i]!.passed) }, whole, codes: codesOf(whole) };
}

/** Gates that failed on the whole host and pass on the damaged one. */
function passing(files: Files, { policy, whole, codes }: Gates, damages: readonly Damage[]): readonly string[] {
  let machine: Machine;
  try {
    machine = createMachine(loadFiles(damaged(files, damages)));
  } catch (error) {
    // refused as a whole: exit code 2
    if (error instanceof SnapshotError) return [];
    throw error;
  }
  const checks = checkPolicy(machine, policy).assertions.flatMap((a, i) => (a.passed ? [`check a${i} ${a.kind}`] : []));
  const audits = codesOf(machine).flatMap((code, i) => (code === 0 && codes[i] === 1 ? [`audit --fail-on ${LEVELS[i]!}`] : []));
  const lost = diffReachability(machine, whole);
  const gained = diffReachability(whole, machine);
  const diffs = [lost, gained].flatMap(({ lacking, changes }, i) => {
    const opened = lost.changes.length + gained.changes.length > 0;
    return opened && lacking.length === 0 && changes.every((c) => c.kind === 'closed')
      ? [`diff ${i === 0 ? 'from' : 'to'} the damaged`]
      : [];
  });
  // a difference that one of the two directions tells as opened is told; only where neither does it is silent
  return [...checks, ...audits, ...(diffs.length === 2 ? diffs : [])];
}

describe('no gate passes on a damaged snapshot that failed on the whole one', { timeout: 3_600_000 }, () => {
  it.each(CHOSEN)('%s', (name) => {
    const files = folderFiles(name);
    const gates = gatesOf(files);
    expect(gates.policy.assertions.length).toBeGreaterThan(0);
    const silent = sampled(files, SEED, MOST, DAMAGE === 'all' ? 10 : 4).flatMap((damages) => {
      const passed = passing(files, gates, damages);
      return passed.length === 0 ? [] : [`${damages.map((d) => `${d.file} ${d.what}`).join(', ')}: ${passed.join(', ')}`];
    });
    expect(silent).toEqual([]);
  });
});
