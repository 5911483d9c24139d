import { describe, expect, it } from 'vitest';
import { printCommands } from '../../src/command/index.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import { whatIf, withRemedy } from '../../src/change/index.js';
import type { FlowRequest, Trace } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { generateDocker } from '../kernel/generate/docker/index.js';
import { Rng } from '../kernel/generate/rng.js';
import { HOSTS, recorded } from '../reachability/hosts.js';
import { scenarioFiles } from '../support/scenario-files.js';

const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);

const RANDOM = setting('AGREE_RANDOM', 5);
const SEED = setting('AGREE_SEED', 1);
/** Flows beside the one that was mended, asked before and after. */
const OTHERS = 25;
/** Remedies tried on one host. */
const MOST = 6;

const isOpen = ({ outcome }: Trace): boolean => outcome === 'connected' || outcome === 'leaves-host';
const key = ({ from, to, proto, dport }: FlowRequest): string => [from, to, proto, dport].join(' ');

/** Flows that a remedy for one might open as well: other ports, the way round, and what else goes on. */
function besides(flow: FlowRequest, all: readonly FlowRequest[], rng: Rng): readonly FlowRequest[] {
  const { sport: _sport, src: _src, id: _id, ...same } = flow;
  const ports = [80, 443, 53, 5432, 9, 8080].map((dport): FlowRequest => ({
    ...same,
    proto: same.proto === 'icmp' ? 'tcp' : (same.proto ?? 'tcp'),
    dport,
  }));
  const others = [...ports, ...Array.from({ length: OTHERS }, () => rng.pick(all))];
  return others.filter((one) => key(one) !== key(flow));
}

/** What is wrong with the remedy of one flow, in words; undefined where none is offered. */
function tried(machine: Machine, flow: FlowRequest, all: readonly FlowRequest[], rng: Rng): readonly string[] | undefined {
  const { remedy } = withRemedy(machine, flow, traceFlow(machine, flow));
  if (remedy === undefined) return undefined;
  const commands = printCommands(remedy.commands);
  const mended = createMachine(whatIf(machine.host, commands));
  const after = traceFlow(mended, flow);
  const said = `${key(flow)}: \`${commands.join('; ')}\``;
  const fails = isOpen(after) ? [] : [`${said} leaves it ${after.outcome}: ${after.reason}`];
  if (!remedy.why.endsWith('no other is opened')) return fails;
  const opened = besides(flow, all, rng).filter((one) => !isOpen(traceFlow(machine, one)) && isOpen(traceFlow(mended, one)));
  return [...fails, ...opened.map((one) => `${said} opens ${key(one)} as well`)];
}

function wrongRemedies(machine: Machine, flows: readonly FlowRequest[], seed: number): readonly string[] {
  const rng = new Rng(seed);
  const wrong: string[] = [];
  for (let offered = 0, i = 0; i < flows.length && offered < MOST; i++) {
    const found = tried(machine, flows[i]!, flows, rng);
    if (found === undefined) continue;
    offered++;
    wrong.push(...found);
  }
  return wrong;
}

describe('a remedy of a trace, made as a command, opens the flow and no other that it does not say', () => {
  it.each(Array.from({ length: RANDOM }, (_, i) => SEED + i))('on random host %i', (seed) => {
    const scenario = generateDocker(seed, 60);
    const machine = createMachine(loadFiles(scenarioFiles(scenario)));
    const flows = scenario.flows.map(({ sport: _sport, id: _id, ...flow }) => flow);
    expect(wrongRemedies(machine, flows, seed)).toEqual([]);
  });

  const damages = ['iptables -P FORWARD DROP', 'iptables -F FORWARD', 'iptables -P INPUT DROP', 'sysctl -w net.ipv4.ip_forward=0'];
  it.each((process.env['AGREE_RECORDED'] === 'all' ? HOSTS : ['docker28-bridge', 'modes28']).map((name) => [name]))(
    'on %s, damaged',
    async (name) => {
      const host = await recorded(name);
      const names = ['host', ...host.containers.filter((c) => c.running).map((c) => c.name)].slice(0, 4);
      const flows = names.flatMap((from) =>
        [...names.filter((n) => n !== from), '203.0.113.8', '2001:db8:8::8'].flatMap((to) =>
          [80, 443].map((dport): FlowRequest => ({ from, to, proto: 'tcp', dport })),
        ),
      );
      const wrong = damages.flatMap((command, i) => wrongRemedies(createMachine(whatIf(host, [command])), flows, i));
      expect(wrong).toEqual([]);
    },
  );
});
