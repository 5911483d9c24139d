import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { fleetHost } from '../../src/commands/audit/worker.js';
import { createMachine, traceFlow, withHostGrounds, type Machine } from '../../src/datapath/index.js';
import { explain } from '../../src/explain/index.js';
import type { FlowRequest } from '../../src/model/trace.js';
import { diffReachability } from '../../src/reachability/diff/diff.js';
import { reachabilityMatrix } from '../../src/reachability/matrix.js';
import { checkPolicy } from '../../src/reachability/policy/engine.js';
import { readPolicy } from '../../src/reachability/policy/read.js';
import { AUDIT_REPORTS } from '../../src/report/audit/index.js';
import { CHECK_REPORTS } from '../../src/report/check/index.js';
import { DIFF_REPORTS } from '../../src/report/diff/index.js';
import { renderExplanations, renderExplanationsMarkdown } from '../../src/report/explanation-text.js';
import { BY_PIECES, FLEET_REPORTS } from '../../src/report/fleet/index.js';
import { FLOWS_REPORTS } from '../../src/report/flows/index.js';
import { TRACE_REPORTS } from '../../src/report/trace/index.js';
import { inertJson } from '../../src/report/inert-json.js';
import { renderInspection } from '../../src/report/inspect-text.js';
import { MATRIX_REPORTS } from '../../src/report/matrix/index.js';
import { renderVerification } from '../../src/report/verify-text.js';
import { sequenceDiagram } from '../../src/report/trace/mermaid.js';
import { renderTopologyDot } from '../../src/report/topology/dot.js';
import { renderTopologyMermaid } from '../../src/report/topology/mermaid.js';
import { renderTopologySvg } from '../../src/report/topology/svg.js';
import { renderTopologyText } from '../../src/report/topology/text.js';
import { inspectHost } from '../../src/snapshot/inspection.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { topologyOf } from '../../src/topology/index.js';
import { RULES } from '../audit/hosts.js';
import { folderFiles } from '../reachability/hosts.js';

type Files = ReadonlyMap<string, string>;
/** A command's text in one format. */
type Told = Readonly<Record<string, string>>;

const WHOLE: Files = folderFiles('docker28-bridge');
const options = { verbose: false, color: false, version: '0', root: '' };

/** A way in which the host is not known, and what each answer about it as a whole must say. */
interface Lacking {
  readonly what: string;
  readonly files: Files;
  readonly says: RegExp;
  /** A flow whose answer rests on it; absent where other listings tell a trace as much: `ip -d addr` has the bridge ports, and namespaces have names. */
  readonly asked?: FlowRequest;
}

const without = (file: string): Files => new Map([...WHOLE].filter(([name]) => name !== file));
const changed = (file: string, edit: (text: string) => string): Files => new Map([...WHOLE, [file, edit(WHOLE.get(file)!)]]);
const web: FlowRequest = { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 8080 };
const host: FlowRequest = { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 22 };

const LACKING: readonly Lacking[] = [
  { what: 'no sockets', files: without('host/ss.txt'), says: /host\/ss\.txt/, asked: host },
  { what: 'no bridge ports', files: without('host/bridge-link.json'), says: /host\/bridge-link\.json/ },
  { what: 'no containers', files: without('docker/containers.json'), says: /docker\/containers\.json/ },
  { what: 'no rules', files: without('host/iptables-save.txt'), says: /host\/iptables-save\.txt/, asked: web },
  {
    what: 'an error message',
    files: changed('host/ip-route.json', () => 'bash: ip: command not found\n'),
    says: /host\/ip-route\.(?:json|txt)/,
    asked: web,
  },
  {
    what: 'a rule cut in two',
    files: changed('host/iptables-save.txt', (text) => text.slice(0, text.lastIndexOf('-A') + 7)),
    says: /host\/iptables-save\.txt/,
    asked: web,
  },
  {
    what: 'a line not understood',
    files: changed('host/sysctl.txt', (text) => `${text}what is this?\n`),
    says: /host\/sysctl\.txt/,
    asked: web,
  },
  { what: 'rules taken for none', files: WHOLE, says: /nft-ruleset\.json/, asked: web },
  { what: 'a blank listing', files: changed('host/ip6tables-save.txt', () => ''), says: /host\/ip6tables-save\.txt/ },
];

const POLICY = readPolicy(
  'version: 1\nassertions:\n  - name: a\n    deny: { from: internet, to: host, ports: 9/tcp }\n  - name: b\n    allow: { from: internet, to: web, ports: 80/tcp }\n',
  'p.yaml',
);

async function eachOf<R>(reports: ReadonlyMap<string, () => Promise<R>>, name: string, render: (report: R) => string): Promise<Told> {
  const told = await Promise.all([...reports].map(async ([format, load]) => [`${name} ${format}`, render(await load())] as const));
  return Object.fromEntries(told);
}

async function ofTrace(machine: Machine, asked: FlowRequest | undefined): Promise<Told> {
  if (asked === undefined) return {};
  const trace = traceFlow(machine, asked);
  return {
    ...(await eachOf(TRACE_REPORTS, 'trace', (report) => report.render(trace, options))),
    'trace mermaid': sequenceDiagram(trace),
  };
}

async function everyFormat(machine: Machine, asked: FlowRequest | undefined): Promise<Told> {
  const { audit } = auditMachine(machine, RULES);
  const fleet = {
    format: 'dtrace-path-fleet/1' as const,
    hosts: [await fleetHost('one', audit, { pieces: BY_PIECES, version: '0', root: '' })],
  };
  const matrix = reachabilityMatrix(machine);
  const topology = topologyOf(machine);
  const inspection = inspectHost(machine.host);
  const explanations = explain(machine, 'docker0');
  const result = checkPolicy(machine, POLICY);
  const difference = diffReachability(machine, machine);
  const proof = { format: 'dtrace-path-verification/1', kernel: 'Linux 6.1', agrees: true, flows: [], untried: [], gaps: [] } as const;
  const verification = { ...proof, ...withHostGrounds(machine.host) };
  const counts = { packets: 0, other: 0, malformed: 0, control: 0, strayFragments: 0, strayErrors: 0 };
  const flows = { sources: [], counts, unexplainedOnly: false, flows: [], ...withHostGrounds(machine.host) };
  return {
    ...(await ofTrace(machine, asked)),
    'topology text': renderTopologyText(topology),
    'topology mermaid': renderTopologyMermaid(topology),
    'topology dot': renderTopologyDot(topology),
    'topology svg': renderTopologySvg(topology),
    'topology json': inertJson(topology),
    'inspect text': renderInspection(inspection, options),
    'inspect json': inertJson(inspection),
    'verify text': renderVerification(verification, options),
    'verify json': inertJson(verification),
    'explain text': renderExplanations(explanations, options),
    'explain md': renderExplanationsMarkdown(explanations),
    'explain json': inertJson(explanations),
    ...(await eachOf(MATRIX_REPORTS, 'matrix', (report) => [...report.render(matrix, options)].join(''))),
    ...(await eachOf(CHECK_REPORTS, 'check', (report) => report.render(result, options))),
    ...(await eachOf(DIFF_REPORTS, 'diff', (report) => report.render(difference, options))),
    ...(await eachOf(FLOWS_REPORTS, 'flows', (report) => [...report(flows, options)].join(''))),
    ...(await eachOf(AUDIT_REPORTS, 'audit', (report) => [...report(audit, options)].join(''))),
    ...(await eachOf(FLEET_REPORTS, 'fleet', (report) => report(fleet, options))),
  };
}

/** What escapes of a format hide of a name: entities, percent signs, tags between its words. */
function plain(text: string): string {
  return text
    .replace(/&#(\d+);|#(\d+);/g, (_, a?: string, b?: string) => String.fromCharCode(Number(a ?? b)))
    .replaceAll('%2F', '/')
    .replaceAll('<!-- -->', '');
}

describe('every format of every command says what it does not rest on', () => {
  it.each(LACKING.map((one) => [one.what, one] as const))('%s', async (_what, { files, says, asked }) => {
    const told = await everyFormat(createMachine(loadFiles(files)), asked);
    expect(Object.keys(told).length).toBeGreaterThan(35);
    expect(Object.entries(told).flatMap(([format, text]) => (says.test(plain(text)) ? [] : [format]))).toEqual([]);
  });

  it('a whole host lacks nothing', () => {
    expect(withHostGrounds(loadFiles(WHOLE)).lacking).toBeUndefined();
  });
});
