import { claimOf, planInput } from '../../src/commands/verify.js';
import { createMachine, type Machine } from '../../src/datapath/index.js';
import { planOutside } from '../../src/kernel/outside.js';
import { netnsNames, planTwin } from '../../src/kernel/plan/index.js';
import type { PlanLine, TwinPlan } from '../../src/kernel/plan/plan.js';
import { wiresOf } from '../../src/kernel/wires.js';
import { writable } from '../../src/kernel/write/lines.js';
import { isName, SYSCTL } from '../../src/names/index.js';
import { parseRule } from '../../src/netfilter/iptables/rule-text.js';
import { SnapshotError } from '../../src/snapshot/error.js';
import { loadFiles } from '../../src/snapshot/load.js';
import type { Claim } from '../../src/kernel/verify.js';

/** A snapshot by path. */
export type Files = ReadonlyMap<string, string>;

/**
 * What may be put in the place of a string so that something runs, is written, or leaves its place.
 * @param canary a path that nothing may make or change.
 */
export function poisons(canary: string): readonly string[] {
  const dotted = canary.replaceAll('/', '.');
  return [
    `a\nnetns exec n1 touch ${canary}\nlink show a`,
    `a\r\nnetns exec n1 touch ${canary}\r\n`,
    `a type dummy\nnetns exec n1 touch ${canary}`,
    `a netns n1 type dummy`,
    `a -file ${canary}`,
    'a b',
    'a\tb',
    `a;touch\t${canary};`,
    `a;touch$IFS${canary}`,
    `$(touch ${canary})`,
    '`touch ' + canary + '`',
    `| touch ${canary}`,
    `-x`,
    `--modprobe=${canary}`,
    `-M${canary}`,
    `-file`,
    `/../../../..${canary}`,
    `../../../..${canary}`,
    `net.ipv4.//.//.//.//${dotted}`,
    `..`,
    `.`,
    ``,
    `a\0b`,
    `a\u001b[2Jb`,
    `a#b`,
    `"a`,
    `'a`,
    `a\\`,
    `veth%d`,
    `*`,
    `!`,
    '\u2028',
    'x'.repeat(300),
    '__proto__',
  ];
}

/** A place where a string stands: the n-th of a file. */
interface Site {
  readonly path: string;
  readonly index: number;
}

const WORD = /[^\s]+/g;
const isJson = (path: string): boolean => path.endsWith('.json');

/** A JSON document with each of its strings, keys as well, as `take` gives it back. */
function mapped(value: unknown, take: (text: string) => string): unknown {
  if (typeof value === 'string') return take(value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapped(item, take));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [take(key), mapped(item, take)]));
}

function rewritten(path: string, text: string, take: (text: string) => string): string {
  if (!isJson(path)) return text.replace(WORD, take);
  return JSON.stringify(mapped(JSON.parse(text), take));
}

/** @returns every string of a snapshot: of JSON the values and the keys, of other files the words. */
export function sitesOf(files: Files): readonly Site[] {
  return [...files].flatMap(([path, text]) => {
    let count = 0;
    rewritten(path, text, (word) => {
      count++;
      return word;
    });
    return Array.from({ length: count }, (_, index) => ({ path, index }));
  });
}

/** @returns the snapshot with `poison` in the place of the strings at these sites. */
export function poisoned(files: Files, sites: readonly Site[], poison: string): Files {
  const wanted = new Map<string, Set<number>>();
  for (const { path, index } of sites) wanted.set(path, (wanted.get(path) ?? new Set()).add(index));
  const made = new Map(files);
  for (const [path, indexes] of wanted) {
    let at = 0;
    made.set(
      path,
      rewritten(path, files.get(path) ?? '', (word) => (indexes.has(at++) ? poison : word)),
    );
  }
  return made;
}

/** @returns the machine; undefined where the snapshot is refused as a whole. */
export function machineOf(files: Files): Machine | undefined {
  try {
    return createMachine(loadFiles(files));
  } catch (error) {
    if (error instanceof SnapshotError) return undefined;
    throw error;
  }
}

const COMMANDS =
  /^(?:netns add|link add|link set|addr add|route flush table main|route append|route replace|rule flush|rule add|rule del|neigh add proxy|neigh replace|fdb append|fdb replace|vlan add|vlan del|create|add)(?: |$)/;
/** What the readers of batches act on: line ends, blanks other than one, quotes, comments, options. */
const ACTIVE = /[^\P{Cc}]|["'#\\\u2028\u2029]| {2}|^ | $| -/u;

/** @returns the lines of a batch that are not what they should be. */
function badLines(commands: readonly PlanLine[]): readonly string[] {
  const { lines } = writable(commands);
  const whole = new Set(commands.map(({ words }) => words.join(' ')));
  return lines
    .map((line): string => line.text)
    .filter((text) => ACTIVE.test(text) || !COMMANDS.test(text) || !whole.has(text) || /\s/.test(text.replaceAll(' ', '')));
}

function badRules(plan: TwinPlan): readonly string[] {
  return plan.namespaces.flatMap(({ rulesets }) =>
    rulesets.flatMap(({ family, lines }) => {
      const chains = new Set(lines.flatMap((line) => /^:(\S+) /.exec(line)?.[1] ?? []));
      return lines.filter((line) => {
        if (/[\p{Cc}\u2028\u2029]/u.test(line)) return true;
        if (!line.startsWith('-A '))
          return !/^(?:\*(?:raw|mangle|nat|filter|security)|:[^\s!-]\S{0,27} (?:ACCEPT|DROP|-) \[0:0\]|COMMIT)$/.test(line);
        return parseRule(line, { family, isChain: (name) => chains.has(name) || !/^[A-Z]+$/.test(name) }).spec.errors.length > 0;
      });
    }),
  );
}

/** @returns every line that `verify` would write of a host and that is not a command of ours with whole words. */
export function badWriting(machine: Machine): readonly string[] {
  const { host } = machine;
  const input = planInput(machine);
  const plan = planTwin(host, input);
  const outside = planOutside(wiresOf(host, input.peers, plan.uplinks), []);
  const ns = netnsNames(host);
  const batches = [
    plan.base,
    outside.ip,
    outside.ip6,
    ...plan.namespaces.flatMap((n) => [n.stacked, n.ip, n.ip6, n.rules, n.rules6, n.bridge, n.ipset]),
  ];
  return [
    ...batches.flatMap(badLines),
    ...badRules(plan),
    ...badNative(plan),
    ...plan.namespaces.flatMap(({ sysctls }) =>
      sysctls.filter(({ key, value }) => !isName(SYSCTL, key) || /[^\P{Cc}\t]/u.test(value)).map(({ key }) => key),
    ),
    ...plan.namespaces.map(({ name }) => ns(name)).filter((name) => !/^n\d+$/.test(name)),
  ];
}

/** Lines for nft that are more than one command of ours: quoted text put aside, nothing of them parts commands outside braces, or starts a variable, comment or directive. */
function badNative({ namespaces }: TwinPlan): readonly string[] {
  return namespaces.flatMap(({ native }) =>
    (native?.lines ?? []).flatMap(({ line }) => {
      const bare = line.replace(/"[^"\n]*"/g, 'q');
      const flat = bare.replace(/\{[^{}]*\}/g, '').replace(/\{[^{}]*\}/g, '');
      const isOne = /^(?:add|insert) [a-z]/.test(bare) && !/[;{}]/.test(flat) && !/[\n\r#$\\`'"]|\binclude\b/.test(bare);
      return isOne ? [] : [line];
    }),
  );
}

/** @returns one flow that every host can be asked about, with a side taken: an undecided one would not be put to the proof. */
export function loopbackClaim(machine: Machine): Claim {
  const { trace, sender } = claimOf(machine, { from: 'host', to: '127.0.0.1', proto: 'tcp', dport: 22 });
  return { trace: { ...trace, outcome: 'timeout' }, sender: sender ?? { netns: 'host' } };
}
