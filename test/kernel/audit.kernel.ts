import { printCommands } from '../../src/command/index.js';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { planInput, senderOf } from '../../src/commands/verify.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import { verify } from '../../src/kernel/verify.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import type { Finding } from '../../src/model/audit.js';
import { loadSnapshot } from '../../src/snapshot/load.js';
import { whatIf } from '../../src/change/index.js';
import { CASES } from '../audit/cases.js';
import { machineOf, recorded, RULES } from '../audit/hosts.js';
import { whyNoTwin } from './machine.js';
import { AGENT } from './trial.js';

const HOSTS = fileURLToPath(new URL('../../fixtures/hosts/', import.meta.url));
const FIRST_PORT = 20_000;

/** Rules whose findings say who reaches what. */
const OF_PATHS: readonly string[] = [
  'bridge-isolation-missing',
  'docker-api-exposed',
  'firewall-bypassed',
  'host-service-from-container',
  'icc-ineffective',
  'ipv6-open',
  'localhost-publish-reachable',
  'published-to-all',
  'route-localnet-on',
  'sensitive-service-exposed',
  'swarm-control-exposed',
  'unpublished-port-reachable',
];

const why = await whyNoTwin();
if (why !== undefined) process.stdout.write(`the audit's claims are not sent: ${why}\n`);

function requestOf({ flow }: Trace, i: number): FlowRequest {
  const { from, to, dst, proto, dport } = flow;
  return { from, to: dst ?? to, proto, ...(dport !== undefined && { dport }), ...(proto !== 'icmp' && { sport: FIRST_PORT + i }) };
}

/** What a neighbour sends to 127.0.0.0/8 is answered only once the host has its link address: an ARP request of 127.0.0.1 is not. */
function isLate({ flow }: Trace): number {
  return flow.dst?.startsWith('127.') === true ? 1 : 0;
}

/** Sends every flow that the audit asked about, what it found open and what it found shut, and gives those that ended otherwise. */
async function refuted(machine: Machine, traces: readonly Trace[]): Promise<unknown> {
  const decided = traces.filter((trace) => trace.outcome !== 'unknown').sort((a, b) => isLate(a) - isLate(b));
  const claims = decided.map((told, i) => {
    const request = requestOf(told, i);
    const trace = traceFlow(machine, request);
    return { trace, sender: senderOf(machine, request, trace) };
  });
  const { flows, gaps, untried } = await verify(machine.host, planInput(machine), claims, { agent: AGENT });
  const otherwise = flows.filter((f) => !f.comparison.outcome.agrees).map((f) => ({ flow: f.flow, outcome: f.comparison.outcome }));
  return { otherwise, gaps, untried, sent: flows.length === claims.length };
}

const CONFIRMED = { otherwise: [], gaps: [], untried: [], sent: true };

describe.skipIf(why !== undefined)('what the audit says, sent as real packets', () => {
  it.each(readdirSync(HOSTS).map((name) => [name]))('%s', { timeout: 180_000 }, async (name) => {
    const machine = createMachine(await loadSnapshot(`${HOSTS}${name}`));
    const { survey } = auditMachine(machine, RULES);
    expect(await refuted(machine, survey.allTraces())).toEqual(CONFIRMED);
  });
});

describe.skipIf(why !== undefined)('what each rule says of the hosts made for it, sent as real packets', () => {
  const cases = CASES.filter((test) => OF_PATHS.includes(test.rule) && test.changes.length > 0);
  it.each(cases.map((test) => [test.rule, test.name, test] as const))('%s: %s', async (id, _, test) => {
    const files = recorded(test.host);
    for (const change of test.changes) change(files);
    const machine = machineOf(files);
    const { survey } = auditMachine(
      machine,
      RULES.filter((rule) => rule.id === id),
    );
    expect(await refuted(machine, survey.allTraces())).toEqual(CONFIRMED);
  });
});

/** What a remedy says to type, without its alternatives, and without what is typed elsewhere than in the host's namespace. */
function typed({ steps }: Finding['remedy']): readonly string[] {
  return steps
    .filter(({ title }) => !title.startsWith('Or '))
    .flatMap(({ commands }) => printCommands(commands))
    .filter((command) => /^(?:iptables|ip6tables|sysctl) /.test(command));
}

const isOpen = ({ outcome }: Trace): boolean => outcome === 'connected' || outcome === 'leaves-host';

describe.skipIf(why !== undefined)('remedies as they are printed, typed on the host and its exposures sent again', () => {
  it.each([['docker20-bridge'], ['docker28-policy'], ['fw26'], ['nat20'], ['v6nat20']])('%s', { timeout: 300_000 }, async (name) => {
    const host = await loadSnapshot(`${HOSTS}${name}`);
    const { drafts } = auditMachine(createMachine(host), RULES);
    for (const { finding, paths, commands: tried } of drafts) {
      const commands = typed(finding.remedy);
      const open = paths.filter(isOpen);
      if (tried.length === 0 || open.length === 0 || commands.length === 0) continue;
      const mended = createMachine(whatIf(host, commands));
      const after = open.map((trace, i) => traceFlow(mended, requestOf(trace, i)));
      expect({ rule: finding.rule, stillOpen: after.filter(isOpen).map((t) => t.flow) }).toEqual({ rule: finding.rule, stillOpen: [] });
      expect({ rule: finding.rule, kernel: await refuted(mended, after) }).toEqual({ rule: finding.rule, kernel: CONFIRMED });
    }
  });
});
