import { describe, expect, it } from 'vitest';
import { advise } from '../../src/advice/index.js';
import { whatIf } from '../../src/change/index.js';
import { printCommands } from '../../src/command/index.js';
import { createMachine, traceFlow, type Machine } from '../../src/datapath/index.js';
import type { Command } from '../../src/model/command.js';
import type { Host } from '../../src/model/host.js';
import type { FlowRequest, Outcome, Remedy } from '../../src/model/trace.js';
import { loadFiles } from '../../src/snapshot/load.js';
import { generateDocker } from '../kernel/generate/docker/index.js';
import { Rng } from '../kernel/generate/rng.js';
import { HOSTS, recorded } from '../reachability/hosts.js';
import { scenarioFiles } from '../support/scenario-files.js';

const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);

const RANDOM = setting('AGREE_RANDOM', 8);
const SEED = setting('AGREE_SEED', 1);
/** Flows that are asked for advice on one host, and others that are asked before and after each remedy. */
const [ASKED, OTHERS] = [12, 40];

const isOpen = (outcome: Outcome): boolean => outcome === 'connected' || outcome === 'leaves-host';
const nameOf = ({ from, to, proto, dport }: FlowRequest): string => `${from} → ${to}:${dport ?? 0}/${proto ?? 'tcp'}`;

/** Who may ask, and every listener that may answer, by their names. */
function flowsOf({ netns, containers }: Host): readonly FlowRequest[] {
  const names = ['host', ...containers.filter((c) => c.running && c.netns === c.name && netns.has(c.name)).map((c) => c.name)];
  return names.flatMap((to) =>
    (netns.get(to)?.sockets ?? [])
      .filter(({ process, ip }) => ip === undefined && process?.startsWith('docker') !== true)
      .flatMap(({ proto, port }) =>
        [...names, 'internet', 'lan'].filter((from) => from !== to).map((from): FlowRequest => ({ from, to, proto, dport: port })),
      ),
  );
}

const MADE: ReadonlySet<string> = new Set(['iptables', 'ip6tables', 'nft', 'sysctl', 'docker']);

/** What a host's own programs make rules of, or a person does, is not made on a copy of the host. */
const isMade = ({ words }: Command): boolean => typeof words[0] === 'string' && MADE.has(words[0]);

/** What a remedy does besides what it says, of the flows that are asked. */
function beyond(machine: Machine, asked: FlowRequest, remedy: Remedy, others: readonly FlowRequest[]): readonly string[] {
  if (!remedy.commands.every(isMade)) return [];
  const commands = printCommands(remedy.commands);
  const said = `${nameOf(asked)}: \`${commands.join('; ')}\``;
  const mended = createMachine(whatIf(machine.host, commands), { assume: machine.answers });
  const { flows = [], count = 0 } = remedy.opens ?? {};
  const opened = others.filter((one) => !isOpen(traceFlow(machine, one).outcome) && isOpen(traceFlow(mended, one).outcome));
  const unsaid = opened.map(nameOf).filter((name) => name !== nameOf(asked) && !flows.includes(name));
  return unsaid.length > count - flows.length ? [`${said} opens ${unsaid.join(', ')} as well, and says ${flows.join(', ')}`] : [];
}

function wrongAdvice(host: Host, seed: number): readonly string[] {
  const [machine, rng, all] = [createMachine(host), new Rng(seed), flowsOf(host)];
  if (all.length === 0) return [];
  const out = all.map(({ from }): FlowRequest => ({ from, to: '203.0.113.8', proto: 'tcp', dport: 443 }));
  const asked = Array.from({ length: ASKED }, (_, i) => rng.pick(i % 4 === 0 ? out : all));
  const others = [...new Map(Array.from({ length: OTHERS }, () => rng.pick(all)).map((one) => [nameOf(one), one])).values()];
  return asked.flatMap((flow) => {
    const { remedies = [] } = advise(machine, flow, traceFlow(machine, flow), { holes: true });
    return remedies.flatMap((remedy) => beyond(machine, flow, remedy, others));
  });
}

describe('what is advised opens what it says, and nothing that it does not say', () => {
  it.each(Array.from({ length: RANDOM }, (_, i) => SEED + i))('on random host %i', (seed) => {
    expect(wrongAdvice(loadFiles(scenarioFiles(generateDocker(seed, 0))), seed)).toEqual([]);
  });

  const damages = ['iptables -P FORWARD DROP', 'iptables -F FORWARD', 'iptables -P INPUT DROP', 'sysctl -w net.ipv4.ip_forward=0'];
  it.each(HOSTS.map((name) => [name]))('on %s, damaged', async (name) => {
    const host = await recorded(name);
    expect(damages.flatMap((command, i) => wrongAdvice(whatIf(host, [command]), SEED + i))).toEqual([]);
  });
});
