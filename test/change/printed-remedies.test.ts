import { describe, expect, it } from 'vitest';
import { auditMachine } from '../../src/audit/engine.js';
import { proveFixes } from '../../src/audit/prove.js';
import { whatIf, withRemedy } from '../../src/change/index.js';
import { printCommand } from '../../src/command/index.js';
import { createMachine, traceFlow } from '../../src/datapath/index.js';
import type { FlowChange } from '../../src/model/audit.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { recorded, RULES } from '../audit/hosts.js';

const requestOf = ({ flow }: FlowChange): Parameters<typeof traceFlow>[1] => ({
  from: flow.from,
  to: flow.dst ?? flow.to,
  proto: flow.proto,
  ...(flow.dport !== undefined && { dport: flow.dport }),
});

describe('a remedy is proved on the host that its printed commands make', () => {
  it.each([
    ['docker20-bridge', 'iptables'],
    ['docker28-policy', 'iptables'],
    ['fw26', 'iptables'],
    ['v6nat20', 'ip6tables'],
    ['macvlan20', 'nsenter'],
    ['nobrnf20', 'modprobe'],
  ])('%s', (name, program) => {
    const host = loadFiles(recorded(name));
    const draft = auditMachine(createMachine(host), RULES);
    const { findings } = proveFixes(draft);
    const used = new Set<string>();
    draft.drafts.forEach(({ commands }, at) => {
      const { proof, steps } = findings[at]!.remedy;
      if (proof === undefined) return;
      const printed = commands.map(printCommand);
      expect(steps.flatMap((step) => step.commands.map(printCommand))).toEqual(expect.arrayContaining(printed));
      for (const line of printed) used.add(line.split(' ')[0]!);
      const machine = createMachine(whatIf(host, printed));
      for (const change of [...proof.closed, ...proof.stillOpen, ...proof.alsoCloses]) {
        const { outcome, reason } = traceFlow(machine, requestOf(change));
        expect({ flow: change.flow, outcome, reason }).toEqual({ flow: change.flow, outcome: change.after, reason: change.reason });
      }
    });
    expect([...used]).toContain(program);
  });

  it.each([
    ['docker28-policy', { from: '198.51.100.9', to: '198.51.100.10', proto: 'tcp', dport: 8080 }],
    ['fwd20', { from: 'internet', to: '198.51.100.10', proto: 'tcp', dport: 8080 }],
  ] as const)('of a trace: %s', (name, flow) => {
    const host = loadFiles(recorded(name));
    const machine = createMachine(host);
    const { remedy } = withRemedy(machine, flow, traceFlow(machine, flow));
    const printed = remedy?.commands.map(printCommand) ?? [];
    expect(printed.length).toBeGreaterThan(0);
    expect(traceFlow(createMachine(whatIf(host, printed)), flow).outcome).toBe('connected');
  });
});

describe('commands within a container', () => {
  const host = loadFiles(recorded('docker28-bridge'));
  it.each([
    [`nsenter -t "$(docker inspect -f '{{.State.Pid}}' web)" -n iptables -A INPUT -j DROP`],
    [`nsenter --target "$(docker inspect --format '{{ .State.Pid }}' web)" --net iptables -A INPUT -j DROP`],
    ['docker exec web iptables -A INPUT -j DROP'],
  ])('%s', (line) => {
    const { outcome, reason } = traceFlow(createMachine(whatIf(host, [line])), { from: 'host', to: 'web', proto: 'tcp', dport: 80 });
    expect([outcome, reason]).toEqual(['timeout', "`-A INPUT -j DROP` in web's filter INPUT drops it"]);
  });
  it.each([
    ['nsenter -t 1 -n iptables -A INPUT -j DROP', /"1" is none's/],
    [`nsenter -t "$(cat /run/pid)" -n iptables -A INPUT -j DROP`, /is none's/],
    [`nsenter -t "$(docker inspect -f '{{.State.Pid}}' web)" iptables -A INPUT -j DROP`, /write it as nsenter -t PID -n COMMAND/],
    [`nsenter -t 1 -m ls`, /not -m/],
    ['nsenter -n', /say what to run/],
    ['modprobe ip_vs', /br_netfilter is understood/],
  ])('refuses %s', (line, why) => {
    expect(() => whatIf(host, [line])).toThrow(why);
  });
});
