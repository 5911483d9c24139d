import fc from 'fast-check';
import { createMachine, traceFlow } from '../../../src/datapath/index.js';
import { explain } from '../../../src/explain/index.js';
import type { Host } from '../../../src/model/host.js';
import type { FlowRequest, Outcome } from '../../../src/model/trace.js';
import { TRACE_REPORTS } from '../../../src/report/trace/index.js';
import { renderInspection } from '../../../src/report/inspect-text.js';
import { renderTopologySvg } from '../../../src/report/topology/svg.js';
import { renderTopologyText } from '../../../src/report/topology/text.js';
import { inspectHost } from '../../../src/snapshot/inspection.js';
import { loadFiles } from '../../../src/snapshot/load.js';
import { topologyOf } from '../../../src/topology/index.js';
import { hosts } from '../corpus.js';
import { jsonMutated } from '../grammar/json.js';
import { iptablesSave } from '../grammar/iptables.js';
import { value } from '../grammar/values.js';
import { mutated } from '../mutations.js';
import { checkInert, survives } from '../survives.js';
import { target, type Target } from './target.js';

type Files = ReadonlyMap<string, string>;

const OUTCOMES: ReadonlySet<string> = new Set<Outcome>(['connected', 'leaves-host', 'refused', 'unreachable', 'timeout', 'unknown']);
const HOSTS = hosts();

function changed(path: string, text: string): fc.Arbitrary<string> {
  const json = path.endsWith('.json') && text.trim() !== '';
  return fc.oneof(mutated([text], 3), ...(json ? [jsonMutated([text], 3)] : []), ...(path.endsWith('-save.txt') ? [iptablesSave] : []));
}

/** A recorded host with one to four of its files damaged, or one of them gone. */
const damaged: fc.Arbitrary<Files> = fc.constantFrom(...HOSTS).chain(([, files]) =>
  fc.uniqueArray(fc.constantFrom(...files.keys()), { minLength: 1, maxLength: 4 }).chain((paths) =>
    fc.tuple(...paths.map((path) => changed(path, files.get(path) ?? '')), fc.boolean()).map((parts) => {
      const remade = new Map(files);
      paths.forEach((path, index) => remade.set(path, String(parts[index])));
      if (parts.at(-1) === true) remade.delete(paths[0] ?? '');
      return remade;
    }),
  ),
);

const end = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 20 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'host',
      'internet',
      '172.17.0.2',
      '8.8.8.8',
      '203.0.113.9',
      '::1',
      '2001:db8::8',
      '255.255.255.255',
      '127.0.0.1',
    ),
  },
  { weight: 1, arbitrary: value },
);
const question = fc.record({
  from: end,
  to: end,
  proto: fc.constantFrom<('tcp' | 'udp' | 'icmp')[]>('tcp', 'udp', 'icmp'),
  dport: fc.integer({ min: 1, max: 65535 }),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

function requestOf(host: Host, { from, to, proto, dport }: Question): FlowRequest {
  const names = [...host.netns.keys(), ...host.containers.map((container) => container.name)];
  const named = (place: number | string): string => (typeof place === 'string' ? place : (names[place % names.length] ?? 'host'));
  return { from: named(from), to: named(to), proto, ...(proto !== 'icmp' && { dport }) };
}

/** Traces a question and tells it in every format. */
async function askAndTell(host: Host, asked: Question): Promise<void> {
  const machine = survives(() => createMachine(host));
  if (!machine) return;
  const trace = survives(() => traceFlow(machine, requestOf(host, asked)));
  if (!trace) return;
  if (!OUTCOMES.has(trace.outcome) || trace.reason === '') throw new Error(`outcome ${trace.outcome} because ${trace.reason}`);
  for (const load of TRACE_REPORTS.values()) checkInert((await load()).render(trace, { verbose: true, color: false }));
}

/** Whole hosts: read, inspected, asked and drawn without a fault, whatever their files say. */
export const HOST_TARGETS: readonly Target[] = [
  target('a damaged host', 150, () =>
    fc.asyncProperty(damaged, fc.array(question, { minLength: 1, maxLength: 4 }), async (files, questions) => {
      const host = survives(() => loadFiles(files));
      if (!host) return;
      const inspection = inspectHost(host);
      for (const { origin } of host.problems)
        if (!inspection.problems.some((p) => p.origin.file === origin.file)) throw new Error(`${origin.file} is not told`);
      checkInert(renderInspection(inspection, { color: false }));
      for (const asked of questions) await askAndTell(host, asked);
    }),
  ),
  target('a damaged host, drawn and explained', 40, () =>
    fc.property(damaged, value, (files, what) => {
      const host = survives(() => loadFiles(files));
      const machine = host && survives(() => createMachine(host));
      if (!host || !machine) return;
      const topology = survives(() => topologyOf(machine));
      if (topology) {
        checkInert(renderTopologyText(topology));
        checkInert(renderTopologySvg(topology));
      }
      for (const word of [what, ...[...host.netns.keys()].slice(0, 1)]) survives(() => explain(machine, word));
    }),
  ),
];
