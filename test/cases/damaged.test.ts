import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine } from '../../src/datapath/machine/machine.js';
import { traceFlow } from '../../src/datapath/trace/trace.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { KINDS } from '../gates/kinds.js';
import { isBeyondTelling } from '../gates/witness.js';
import { folderFiles, HOSTS } from '../reachability/hosts.js';
import { readRecording, requestOf } from '../support/recording.js';

/** `DTRACE_DAMAGE=all`: every file, every damage, every flow: minutes. `DTRACE_DAMAGE=3/8`: the third of eight parts of it. Else a sample, the same each time. */
const { DTRACE_DAMAGE } = process.env;
const WHOLE = DTRACE_DAMAGE !== undefined;
const [PART = 1, PARTS = 1] = DTRACE_DAMAGE === undefined || DTRACE_DAMAGE === 'all' ? [] : DTRACE_DAMAGE.split('/').map(Number);
const SAMPLE = 60;
const SEED = Number(process.env['DTRACE_DAMAGE_SEED'] ?? 20_261_128);
const CUTS = 10;

type Files = ReadonlyMap<string, string>;

/** One way to damage a file; undefined: it is gone. */
interface Damage {
  readonly what: string;
  readonly of: (text: string, path: string, files: Files) => string | undefined;
}

const OTHERS: readonly Files[] = HOSTS.map(folderFiles);
const pickOfKind = numbers(7);

const DAMAGES: readonly Damage[] = [
  { what: 'deleted', of: () => undefined },
  { what: 'emptied', of: () => '' },
  { what: 'an error message', of: () => 'bash: line 1: command not found\n' },
  ...Array.from({ length: CUTS }, (_, i): Damage => ({ what: `cut at ${i}/${CUTS}`, of: (text) => cutAt(text, i) })),
  ...KINDS.map(({ name, of }): Damage => ({
    what: name,
    of: (text, file, files) => of({ file, text, files, others: OTHERS.filter((one) => one.get(file) !== text), below: pickOfKind }) ?? text,
  })),
];

/** Cut inside a line: at a line's very end, nothing in a text listing tells of it. */
function cutAt(text: string, tenth: number): string {
  const at = Math.floor((text.length * (2 * tenth + 1)) / (2 * CUTS));
  return text[at - 1] === '\n' || text[at] === '\n' ? text.slice(0, Math.max(at - 2, 1)) : text.slice(0, at);
}

/** A generator of numbers below `below`, the same for one seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function damaged(files: Files, path: string, { of }: Damage): Files {
  const made = new Map(files);
  const text = of(files.get(path) ?? '', path, files);
  if (text === undefined) made.delete(path);
  else made.set(path, text);
  return made;
}

/** What an answer says that it does not rest on. */
function doubtsOf({ missing, assumptions, unread = [] }: Trace): ReadonlySet<string> {
  return new Set([...missing, ...assumptions.map((one) => one.detail), ...unread.map((one) => `${one.file} is ${one.used}`)]);
}

/** Whether an answer says of something that it does not rest on it, which the whole host's answer does not say already. */
function isTold(trace: Trace, whole: Trace): boolean {
  const before = doubtsOf(whole);
  return trace.outcome === 'unknown' || [...doubtsOf(trace)].some((doubt) => !before.has(doubt));
}

/** Flows whose outcome is another than on the whole host, with nothing said of it. */
function silent(files: Files, flows: readonly FlowRequest[], whole: readonly Trace[]): readonly string[] {
  const machine = createMachine(loadFiles(files));
  return flows.flatMap((flow, i) => {
    const trace = traceFlow(machine, flow);
    const before = whole[i]!;
    return trace.outcome === before.outcome || isTold(trace, before)
      ? []
      : [`${flow.id ?? ''}: ${before.outcome} → ${trace.outcome}: ${trace.reason}`];
  });
}

/** Of what runs on them, none is alike. */
const NATIVE = ['nft-docker29', 'nft-hostfw', 'swarm-ingress'].map((name) => `../nft-hosts/${name}`);
const RECORDED = WHOLE ? [...HOSTS, ...NATIVE] : [...HOSTS.filter((name) => name.startsWith('docker')), NATIVE[1]!];

describe('a damaged file changes no outcome in silence', () => {
  test.each(RECORDED)('%s', (name) => {
    const files: Files = folderFiles(name);
    const flows = recordedFlows(name);
    const machine = createMachine(loadFiles(files));
    const whole = flows.map((flow) => traceFlow(machine, flow));
    const paths = [...files.keys()].filter((path) => path !== 'meta.json' && files.get(path) !== '');
    const all = paths.flatMap((path) => DAMAGES.map((damage) => [{ path, damage }]));
    const pick = numbers(SEED);
    const pairs = Array.from({ length: WHOLE ? all.length : SAMPLE / 4 }, () => [all[pick(all.length)]!, all[pick(all.length)]!].flat());
    const chosen = WHOLE ? [...all, ...pairs] : [...Array.from({ length: SAMPLE }, () => all[pick(all.length)]!), ...pairs];
    const asks = chosen.filter((_, i) => i % PARTS === PART - 1);
    const found = asks.flatMap((one) => {
      const made = one.reduce<Files>((now, { path, damage }) => damaged(now, path, damage), files);
      if (isBeyondTelling(files, made)) return [];
      const asked = WHOLE ? flows.map((_, i) => i) : [0, 1, 2, 3, 4, 5].map(() => pick(flows.length));
      const what = one.map(({ path, damage }) => `${path} ${damage.what}`).join(', ');
      return silent(
        made,
        asked.map((i) => flows[i]!),
        asked.map((i) => whole[i]!),
      ).map((line) => `${what}: ${line}`);
    });
    expect(found).toEqual([]);
  });
});

test('behind a namespace whose interfaces are not listed nobody leaves the host', () => {
  const name = '../nft-hosts/swarm-ingress';
  const files = new Map(folderFiles(name));
  files.delete('netns/1-dhhv49undj/ip-addr.json');
  const trace = traceFlow(createMachine(loadFiles(files)), { from: 'guest', to: '10.22.0.2', proto: 'tcp', dport: 80 });
  expect(trace.outcome, trace.reason).toBe('unknown');
  expect(trace.reason).toContain('the namespace behind guest/eth0');
});

function recordedFlows(name: string): readonly FlowRequest[] {
  const folder = join(new URL('../../fixtures/hosts/', import.meta.url).pathname, name);
  return readRecording(folder)
    .filter(({ flow }) => !flow.from.startsWith('other:'))
    .map(requestOf);
}
