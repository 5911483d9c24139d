import { addressBits, parseIp } from '../address/ip.js';
import { command, printCommand } from '../command/index.js';
import { USER_CHAIN } from '../inventory/index.js';
import type { Command } from '../model/command.js';
import type { Host } from '../model/host.js';
import type { RuleMatch, RuleOption, RuleSpec } from '../model/netfilter.js';
import { HOST_NETNS, isHostNetns } from '../model/netns.js';
import type { FlowProto, FlowRequest, Step, Trace, TracedFlow } from '../model/trace.js';
import { ruleWords } from '../netfilter/iptables/index.js';
import { afterCommands } from './after-commands.js';
import { createMachine, hasCause, traceFlow, type Machine } from '../datapath/index.js';

type TableStep = Extract<Step, { kind: 'table' }>;

/** More obstacles than this in one way is no slip of a rule: whoever built it meant it. */
const MOST_CHANGES = 4;

const option = (flag: string, arg: string): RuleOption => ({ flag, negated: false, args: [arg] });

/** The conditions that pick out this flow and no other at this hook. */
function conditions(step: TableStep, flow: TracedFlow): readonly RuleMatch[] {
  const { proto } = flow;
  const { src, dst, sport, dport } = step.packet;
  const length = addressBits(step.family);
  const name = proto === 'icmp' && step.family === 6 ? 'ipv6-icmp' : proto;
  const devices = [...(step.in === '' ? [] : [option('-i', step.in)]), ...(step.out === '' ? [] : [option('-o', step.out)])];
  const builtin: RuleMatch = {
    module: '',
    options: [option('-s', `${src}/${length}`), option('-d', `${dst}/${length}`), ...devices, option('-p', name)],
  };
  // before conntrack no rule knows an answer but by the port that it comes from
  const known = step.table === 'raw' ? [] : [...(step.reply ? [option('--ctstate', 'ESTABLISHED')] : []), ...doorOf(step, flow)];
  const tracked: readonly RuleMatch[] = known.length === 0 ? [] : [{ module: 'conntrack', options: known }];
  return [builtin, ...serviceOf(step, proto, step.reply ? sport : dport), ...tracked];
}

/** The address and port that were asked for, where they were translated: others may lead to the same. A proxy's own connection has none. */
function doorOf({ packet: { src, sport, dst, dport }, reply, leg }: TableStep, flow: TracedFlow): readonly RuleOption[] {
  const [ip, port] = reply ? [src, sport] : [dst, dport];
  if (leg > 0 || flow.dst === undefined || (ip === flow.dst && port === flow.dport)) return [];
  return [option('--ctorigdst', flow.dst), ...(flow.dport === undefined ? [] : [option('--ctorigdstport', String(flow.dport))])];
}

/** What is asked for, or answers: a port, or the type of an echo. */
function serviceOf({ family, reply }: TableStep, proto: FlowProto, port: number | undefined): readonly RuleMatch[] {
  if (proto !== 'icmp')
    return port === undefined ? [] : [{ module: proto, options: [option(reply ? '--sport' : '--dport', String(port))] }];
  const [request, answer] = family === 4 ? ['8', '0'] : ['128', '129'];
  const type = (reply ? answer : request) ?? '';
  return [
    family === 4
      ? { module: 'icmp', options: [option('--icmp-type', type)] }
      : { module: 'icmp6', options: [option('--icmpv6-type', type)] },
  ];
}

/** Docker keeps DOCKER-USER for the administrator and asks it first; elsewhere the base chain itself is the place. */
function chainFor(host: Host, step: TableStep): string {
  if (step.hook !== 'FORWARD' || step.table !== 'filter') return step.hook;
  const set = host.netns.get(HOST_NETNS)?.rulesets.find((r) => r.family === step.family && r.tables.get('filter')?.chains.has(USER_CHAIN));
  return set === undefined ? 'FORWARD' : USER_CHAIN;
}

function acceptRule(host: Host, step: TableStep, flow: TracedFlow): Command | undefined {
  const chain = chainFor(host, step);
  const spec: RuleSpec = { matches: conditions(step, flow), target: { name: 'ACCEPT', goto: false, options: [] }, errors: [] };
  const words = ruleWords({ spec });
  const program = step.family === 4 ? 'iptables' : 'ip6tables';
  const table = step.table === 'filter' ? [] : ['-t', step.table];
  return words && command(program, ...table, '-I', chain, '1', ...words);
}

function setting(name: string, value: string): Command {
  return command('sysctl', '-w', `${name}=${value}`);
}

/** Where nothing is forwarded at all, the answer would not be either: the one setting lets both through. */
function forwardingOn({ netns }: Host, dev: string, family: 4 | 6): Command {
  if (family === 6) return setting('net.ipv6.conf.all.forwarding', '1');
  const isOff = netns.get(HOST_NETNS)?.sysctl.get('net.ipv4.ip_forward')?.value === '0';
  return isOff ? setting('net.ipv4.ip_forward', '1') : setting(`net.ipv4.conf.${dev}.forwarding`, '1');
}

/** Where a packet was lost. */
function obstacleOf({ steps }: Trace): Step | undefined {
  return steps.findLast((s) => s.kind === 'drop' || (s.kind === 'table' && s.verdict !== 'accept'));
}

/** A name as nft reads one without quotes (scanner.l, string). */
const PLAIN_NAME = /^[A-Za-z_.][\w.-]*$/;

/** An accept before all rules of the native base chain that ended the packet: other chains of the hook are asked as before. */
function nativeAccept(step: TableStep, flow: TracedFlow): Command | undefined {
  const { proto } = flow;
  const { nft, chain, table, family, packet, reply, in: from, out } = step;
  const devices = [from, out].filter((name) => name !== '');
  const port = reply ? packet.sport : packet.dport;
  if (nft === undefined || chain === undefined || nft === 'bridge' || nft === 'netdev' || !devices.every((name) => PLAIN_NAME.test(name)))
    return undefined;
  const ip = family === 4 ? 'ip' : 'ip6';
  const kind = family === 4 ? 'icmp' : 'icmpv6';
  const what = proto === 'icmp' ? [kind, 'type', reply ? 'echo-reply' : 'echo-request'] : [proto, reply ? 'sport' : 'dport', String(port)];
  return command(
    'nft',
    ...['insert', 'rule', nft, table, chain],
    ...(from === '' ? [] : ['iifname', from]),
    ...(out === '' ? [] : ['oifname', out]),
    ...[ip, 'saddr', packet.src, ip, 'daddr', packet.dst, ...what],
    ...(reply ? ['ct', 'state', 'established'] : []),
    ...doorOf(step, flow).flatMap(({ flag, args }) => [
      'ct',
      'original',
      ...(flag === '--ctorigdst' ? [ip, 'daddr'] : ['proto-dst']),
      ...args,
    ]),
    'accept',
  );
}

/** The change that would take the obstacle at the end of a trace away, where it is of a kind that one command changes. */
function changeFor(host: Host, trace: Trace): Command | undefined {
  const last = obstacleOf(trace);
  if (last === undefined || !isHostNetns(last.netns)) return undefined;
  if (last.kind === 'table' && last.nft !== undefined) return nativeAccept(last, trace.flow);
  if (last.kind === 'table') return last.table === 'nat' ? undefined : acceptRule(host, last, trace.flow);
  if (last.kind !== 'drop') return undefined;
  const dev = last.where;
  const family = last.packet.src.includes(':') ? 6 : 4;
  if (hasCause(last.cause, 'forwarding-off')) return forwardingOn(host, dev, family);
  return hasCause(last.cause, 'rp-filter') ? setting(`net.ipv4.conf.${dev}.rp_filter`, '2') : undefined;
}

/** Where no rule can tell the flow from others. */
interface Wider {
  /** Answers, before they are known to be some. */
  readonly inRaw: boolean;
  /** A proxy's own connection. */
  readonly byProxy: boolean;
}

function whyOf(commands: readonly Command[], after: Trace, { inRaw, byProxy }: Wider): string {
  const effect = `with ${commands.length === 1 ? 'this' : 'these'} the flow is ${after.outcome === 'connected' ? 'answered' : 'let out, and an answer in'}`;
  if (commands.some(({ words }) => words[0] === 'sysctl')) return `${effect}; the setting holds for every other flow as well`;
  if (byProxy) return `${effect}, and so is whatever a proxy dials the same port for`;
  if (inRaw) return `${effect}; table raw knows an answer by its port alone, so whatever comes from that port passes it as well`;
  return `${effect}, and no other is opened`;
}

const isOpen = (trace: Trace): boolean => trace.outcome === 'connected' || trace.outcome === 'leaves-host';

/** Whether the client would be answered: a packet that goes back to where it came from, or from which no answer returns, is not helped. */
function isHelped({ outcome, steps }: Trace): boolean {
  if (outcome !== 'leaves-host') return outcome === 'connected';
  const out = steps.find((s) => s.kind === 'leave' && !s.reply);
  const [first] = steps;
  const cameBy = first?.kind === 'interface' && first.dir === 'in' && first.netns === out?.netns ? first.iface : undefined;
  return out?.kind === 'leave' && out.untranslated === undefined && out.iface !== cameBy;
}

/** Commands that let a flow through, and every obstacle that one of them takes away, in order. */
export interface RuleRemedy {
  readonly commands: readonly Command[];
  readonly why: string;
  readonly after: Trace;
  readonly passed: readonly { readonly machine: Machine; readonly trace: Trace }[];
}

/**
 * Rules and settings of the host that would let a flow through that does not get through, tried on the model before they are named.
 * @param trace as `traceFlow` gave it.
 * @returns undefined unless the flow then surely arrives.
 */
export function ruleRemedy(machine: Machine, request: FlowRequest, trace: Trace): RuleRemedy | undefined {
  if (isOpen(trace) || trace.outcome === 'unknown' || trace.flow.dst === undefined || parseIp(trace.flow.dst) === undefined)
    return undefined;
  const fixed: FlowRequest = {
    ...request,
    to: trace.flow.dst,
    ...(trace.flow.dport !== undefined && { dport: trace.flow.dport }),
    proto: trace.flow.proto,
  };
  const commands: Command[] = [];
  const passed: { readonly machine: Machine; readonly trace: Trace }[] = [];
  let [inRaw, byProxy] = [false, false];
  let at = machine;
  let now = trace;
  while (commands.length < MOST_CHANGES) {
    const change = changeFor(at.host, now);
    if (change === undefined || commands.map(printCommand).includes(printCommand(change))) return undefined;
    commands.push(change);
    passed.push({ machine: at, trace: now });
    const obstacle = obstacleOf(now);
    inRaw ||= obstacle?.kind === 'table' && obstacle.table === 'raw' && obstacle.reply;
    byProxy ||= (obstacle?.leg ?? 0) > 0;
    const changed = afterCommands(at.host, [change]);
    if (changed === undefined) return undefined;
    at = createMachine(changed, { assume: machine.answers });
    now = traceFlow(at, fixed);
    if (isOpen(now) && !isHelped(now)) return undefined;
    if (isOpen(now)) return { commands, why: whyOf(commands, now, { inRaw, byProxy }), after: now, passed };
  }
  return undefined;
}

/** @returns the trace, with the rules that would open it where they are certain. */
export function withRemedy(machine: Machine, request: FlowRequest, trace: Trace): Trace {
  const found = ruleRemedy(machine, request, trace);
  return found === undefined ? trace : { ...trace, remedy: { commands: found.commands, why: found.why } };
}
