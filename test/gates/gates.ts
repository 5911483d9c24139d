import { parse } from 'yaml';
import { auditMachine } from '../../src/audit/engine.js';
import { askGate } from '../../src/commands/audit/gate.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { evidenceOf } from '../../src/inventory/index.js';
import { diffReachability } from '../../src/reachability/diff/diff.js';
import { checkPolicy } from '../../src/reachability/policy/engine.js';
import { initialPolicy } from '../../src/reachability/policy/init.js';
import { readPolicy, type Policy } from '../../src/reachability/policy/read.js';
import { SnapshotError } from '../../src/snapshot/error.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { RULES } from '../audit/hosts.js';
import { damaged, type Damage, type Files } from './damage.js';

const LEVELS = ['critical', 'high', 'medium', 'low'] as const;

/** A change that opens something: `diff` exits 1 on it. */
interface Opening {
  readonly what: string;
  readonly before: Files;
  readonly after: Files;
}

/** What the gates say of a host as a whole: what is to fail on it whatever is taken away. */
export interface Gates {
  readonly files: Files;
  readonly policy: Policy;
  readonly openings: readonly Opening[];
  /** What the whole snapshot lacks already: without it, every `diff` of it exits 1. */
  readonly accepted: readonly string[];
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
  return LEVELS.map((failOn) => askGate([audit], { failOn, onlyProved: false, accepted: [] })?.code ?? 0);
}

/** The host as it is, after what closed it was taken away; and the host as it is, before dockerd listens for everybody. */
function openingsOf(files: Files): readonly Opening[] {
  const edited = (file: string, edit: (text: string) => string): Files => new Map([...files, [file, edit(files.get(file) ?? '')]]);
  const closed = edited('host/iptables-save.txt', (text) =>
    text.replace(/^(\*filter\n(?:#.*\n|:.*\n)*)/m, '$1-A INPUT -j DROP\n-A FORWARD -j DROP\n-A OUTPUT -j DROP\n'),
  );
  const listening = edited(
    'host/ss.txt',
    (text) => `tcp   LISTEN 0      4096   0.0.0.0:2375 0.0.0.0:* users:(("dockerd",pid=1,fd=4))\n${text}`,
  );
  return [
    { what: 'rules were taken away', before: closed, after: files },
    { what: 'dockerd listens', before: files, after: listening },
  ];
}

/** @returns what is lacking of a machine, by file. */
function lackingOf(machine: Machine): readonly string[] {
  return evidenceOf(machine.host)
    .all()
    .map(({ file }) => file);
}

/** The exit code of `diff`. */
function diffCode(before: Files, after: Files, accepted: readonly string[]): 0 | 1 {
  const { changes, lacking } = diffReachability(createMachine(loadFiles(before)), createMachine(loadFiles(after)), accepted);
  return changes.some((change) => change.kind !== 'closed') || lacking.some((lack) => lack.accepted !== true) ? 1 : 0;
}

export function gatesOf(files: Files): Gates {
  const whole = createMachine(loadFiles(files));
  const policy = refuted(whole);
  const { assertions } = checkPolicy(whole, policy);
  const accepted = lackingOf(whole);
  return {
    files,
    // an assertion that does not fail on the whole host is none of this
    policy: { ...policy, assertions: policy.assertions.filter((_, i) => !assertions[i]!.passed) },
    openings: openingsOf(files).filter(({ before, after }) => diffCode(before, after, accepted) === 1),
    accepted,
    codes: codesOf(whole),
  };
}

/** Damages as one does them to other files of the same names. */
function alike(files: Files, damages: readonly Damage[]): Files {
  return damaged(
    files,
    damages.map((one) => (one.cut === undefined ? one : { ...one, text: files.get(one.file)?.slice(0, one.cut) })),
  );
}

/** Openings that `diff` does not fail on where one side is damaged: a file refused as a whole makes exit code 2. */
function unseen({ openings, accepted }: Gates, damages: readonly Damage[]): readonly string[] {
  return openings.flatMap(({ what, before, after }) =>
    [
      { side: 'before', code: () => diffCode(alike(before, damages), after, accepted) },
      { side: 'after', code: () => diffCode(before, alike(after, damages), accepted) },
    ].flatMap(({ side, code }) => (code() === 0 ? [`diff (${what}), ${side} damaged`] : [])),
  );
}

/**
 * @param diffs whether `diff` is asked too, which takes longest.
 * @returns gates that failed on the whole host and pass on the damaged one.
 */
export function passing(gates: Gates, damages: readonly Damage[], diffs: boolean): readonly string[] {
  const { files, policy, codes } = gates;
  try {
    const machine = createMachine(loadFiles(damaged(files, damages)));
    const checks = checkPolicy(machine, policy).assertions.flatMap((a, i) => (a.passed ? [`check a${i} ${a.kind}`] : []));
    const audits = codesOf(machine).flatMap((code, i) => (code === 0 && codes[i] === 1 ? [`audit --fail-on ${LEVELS[i]!}`] : []));
    return [...checks, ...audits, ...(diffs ? unseen(gates, damages) : [])];
  } catch (error) {
    // refused as a whole: exit code 2
    if (error instanceof SnapshotError) return [];
    throw error;
  }
}
