import { command, printCommand, remark } from '../../command/index.js';
import { addressBits, formatIp, parseIp, isLoopback } from '../../address/ip.js';
import { USER_CHAIN } from '../../inventory/index.js';
import type { Command } from '../../model/command.js';
import { isHostNetns } from '../../model/netns.js';
import type { Step, Trace } from '../../model/trace.js';
import { type Service, boundTo, ownPort } from '../../surface/index.js';
import type { Fix } from '../proof.js';
import { endedIn, entersChain } from '../survey/reached.js';
import type { SurveyedFlow } from '../survey/asked.js';
import type { Survey } from '../survey/survey.js';
import { isNative, ownDrop } from './native.js';
import { iptables } from './rule-commands.js';

type TableStep = Extract<Step, { kind: 'table' }>;

const TOOL = { 4: 'iptables', 6: 'ip6tables' } as const;

/** The host's filter table at a hook, as the way there met it. */
function filterAt(trace: Trace, hook: TableStep['hook'], leg: number): TableStep | undefined {
  return trace.steps.find(
    (s): s is TableStep =>
      s.kind === 'table' &&
      !s.reply &&
      s.leg === leg &&
      isHostNetns(s.netns) &&
      s.hook === hook &&
      s.table === 'filter' &&
      s.nft === undefined,
  );
}

/** Docker keeps DOCKER-USER for the administrator: the place for a rule, where the packet comes there. */
function chainAt(forward: TableStep | undefined): string {
  return forward?.hits.some((hit) => entersChain(hit, USER_CHAIN)) === true ? USER_CHAIN : 'FORWARD';
}

function insert(family: 4 | 6, chain: string, conditions: readonly string[]): Command {
  return iptables(family, 'filter', ['-I', chain, '1', ...conditions, '-j', 'DROP']);
}

/** A drop on the host where a packet went: in iptables' chain, or, where all its rules are nftables', in a chain of the operator's own. */
function dropped({ trace, family }: SurveyedFlow, chain: string, conditions: readonly string[], also = ''): Fix {
  const own = isNative(trace) ? ownDrop(chain === 'INPUT' ? 'input' : 'forward', conditions, family) : undefined;
  if (own !== undefined) return { title: `Drop it in a chain of your own, before the others${also}`, ...own };
  return { title: `Drop it in ${chain}${also}`, commands: [insert(family, chain, conditions)], tried: true };
}

function address(ip: string | undefined, family: 4 | 6): string {
  return `${ip ?? ''}/${addressBits(family)}`;
}

function portWords(proto: string, port: number | undefined): readonly string[] {
  return ['-m', proto, '--dport', String(port)];
}

/** The command as it is run in a container's network namespace, from the host. */
function inNamespaceOf(container: string, { words }: Command): Command {
  if (container.startsWith('-')) return remark`drop it within the container ${container}`;
  const pid = { output: ['docker', 'inspect', '-f', '{{.State.Pid}}', container] };
  return command('nsenter', '-t', pid, '-n', ...words);
}

/** What tells the connection that is to be closed from others to the same container. */
export interface Closing {
  /** It is asked for at one address only. */
  readonly bound: boolean;
  /** Others come to the same port by a translation, and may be meant to. */
  readonly alsoTranslated: boolean;
}

const ALONE: Closing = { bound: false, alsoTranslated: false };

/** @returns what a rule that closes a service has to leave open. */
export function closingOf(survey: Survey, service: Service): Closing {
  const alsoTranslated = survey.services.some(
    (other) =>
      other.kind === 'published' &&
      service.kind !== 'host' &&
      other.container.netns === service.container.netns &&
      other.proto === service.proto &&
      other.port.containerPort === ownPort(service),
  );
  return { bound: boundTo(service) !== undefined, alsoTranslated };
}

/** The conditions of one connection where it is forwarded: by what the client asked for, where NAT has hidden it. */
function forwardedConditions(asked: SurveyedFlow, dev: string, { bound, alsoTranslated }: Closing): readonly string[] {
  const { trace, family } = asked;
  const { proto, dst, dport } = trace.flow;
  const nat = trace.steps.find((s) => s.kind === 'nat' && s.manip === 'dst' && !s.reply && isHostNetns(s.netns));
  const head = ['-i', dev, '-p', proto];
  const direct = alsoTranslated ? ['-m', 'conntrack', '!', '--ctstate', 'DNAT'] : [];
  if (nat === undefined) return ['-d', address(dst, family), ...head, ...direct, ...portWords(proto, dport)];
  const fixed = dst !== undefined && (bound || isLoopback(parseIp(dst))) ? ['--ctorigdst', dst] : [];
  return [...head, '-m', 'conntrack', ...fixed, '--ctorigdstport', String(dport), '--ctdir', 'ORIGINAL'];
}

/**
 * A rule that closes the way an outside machine's connection took: in DOCKER-USER where it is forwarded and passes there, in FORWARD where it
 * does not, in INPUT where the host itself takes it.
 */
export function closeOutside(asked: SurveyedFlow, closing: Closing = ALONE): Fix | undefined {
  const { trace, outsider } = asked;
  if (outsider === undefined || trace.flow.proto === 'icmp') return undefined;
  const { dev } = outsider;
  const forward = filterAt(trace, 'FORWARD', 0);
  const host = trace.steps.some((s) => s.kind === 'route' && s.purpose === 'input' && isHostNetns(s.netns) && s.result === 'local');
  // what is on the link itself, the host's rules never see
  if (!host && forward === undefined && routedBetween(trace) === undefined) return closeWithin(asked, endedIn(trace), 'INPUT');
  if (host) {
    const { proto, dport } = trace.flow;
    return dropped(asked, 'INPUT', ['-i', dev, '-p', proto, ...portWords(proto, dport)], `, for what comes in by ${dev}`);
  }
  return dropped(asked, chainAt(forward), forwardedConditions(asked, dev, closing), `, for what comes in by ${dev}`);
}

/** A rule of the container's own namespace, where the host has none on the way. It is gone when the container is restarted. */
function closeWithin({ trace, family }: SurveyedFlow, container: string | undefined, chain: 'INPUT' | 'OUTPUT'): Fix | undefined {
  const { dst, proto, dport } = trace.flow;
  if (container === undefined || isHostNetns(container) || proto === 'icmp') return undefined;
  const conditions = [...(chain === 'OUTPUT' ? ['-d', address(dst, family)] : []), '-p', proto, ...portWords(proto, dport)];
  const drop = insert(family, chain, conditions);
  return {
    title: 'Drop it within the container, which is on the link itself; again after each restart',
    commands: [inNamespaceOf(container, drop)],
    tried: true,
  };
}

/** A rule that keeps one container from a service; without `bySource` whoever asks. */
export function closeInside(asked: SurveyedFlow, bySource = true): Fix | undefined {
  const { trace, family } = asked;
  const { src, dst, proto, dport } = trace.flow;
  if (src === undefined || dst === undefined) return undefined;
  const forward = filterAt(trace, 'FORWARD', 0);
  const what = proto === 'icmp' ? [] : ['-p', proto, ...portWords(proto, dport)];
  const conditions = [...(bySource ? ['-s', address(src, family)] : []), '-d', address(dst, family), ...what];
  if (forward !== undefined || routedBetween(trace) !== undefined) {
    return dropped(asked, chainAt(forward), conditions);
  }
  if (!trace.steps.some((s) => s.kind === 'deliver' && isHostNetns(s.netns))) return closeWithin(asked, asked.from, 'OUTPUT');
  // whoever shares the host's namespace comes by lo, as the host's own programs do
  const entered = trace.steps.findLast((s) => s.kind === 'interface' && !s.reply && isHostNetns(s.netns) && s.dir === 'in');
  if (entered?.kind !== 'interface' || entered.iface === 'lo') return undefined;
  return dropped(asked, 'INPUT', ['-i', entered.iface, ...what], `, for what comes in by ${entered.iface}`);
}

/** The devices between which the host routed the packet, where no table of FORWARD tells them. */
function routedBetween(trace: Trace): { readonly in: string; readonly out: string } | undefined {
  const at = trace.steps.findIndex(
    (s) => s.kind === 'route' && s.purpose === 'input' && isHostNetns(s.netns) && !s.reply && s.result === 'unicast',
  );
  const route = trace.steps[at];
  const entered = trace.steps.slice(0, at).findLast((s) => s.kind === 'interface' && isHostNetns(s.netns) && s.dir === 'in');
  return route?.kind === 'route' && route.dev !== undefined && entered?.kind === 'interface'
    ? { in: entered.iface, out: route.dev }
    : undefined;
}

/** What keeps two networks, or the containers of one, apart: a rule by their bridges, or the setting without which no rule sees the packet. */
export function closeBetween(survey: Survey, asked: SurveyedFlow): Fix | undefined {
  const { trace, family } = asked;
  const forward = filterAt(trace, 'FORWARD', 0);
  const name = `net.bridge.bridge-nf-call-${TOOL[family]}`;
  const bridged = trace.steps.find((s) => s.kind === 'bridge' && isHostNetns(s.netns) && !s.reply);
  const seen =
    bridged?.kind === 'bridge' && survey.machine.root.sysctls.get(name) === 1 ? { in: bridged.bridge, out: bridged.bridge } : undefined;
  const between = forward ?? routedBetween(trace) ?? seen;
  if (between === undefined) {
    return {
      title: 'Have FORWARD see what stays on a bridge',
      commands: [command('modprobe', 'br_netfilter'), command('sysctl', '-w', `${name}=1`)],
      tried: true,
    };
  }
  return dropped(asked, chainAt(forward), ['-i', between.in, '-o', between.out]);
}

/** @returns one fix for each thing that differs, commands of equal titles under one title. */
export function mergeFixes(fixes: readonly Fix[]): readonly Fix[] {
  const merged = new Map<string, { readonly first: Fix; readonly more: Fix[] }>();
  for (const fix of fixes) {
    const known = merged.get(fix.title);
    if (known === undefined) merged.set(fix.title, { first: fix, more: [] });
    else known.more.push(fix);
  }
  return [...merged.values()].map(({ first, more }) => (more.length === 0 ? first : mergedFix(first, more)));
}

function mergedFix(first: Fix, more: readonly Fix[]): Fix {
  const commands = new Map([first, ...more].flatMap((fix) => fix.commands.map((one) => [printCommand(one), one] as const)));
  return { ...first, commands: [...commands.values()] };
}

/** @returns the address as commands and Docker's options write it. */
export function shown(ip: Parameters<typeof formatIp>[0]): string {
  const text = formatIp(ip);
  return text.includes(':') ? `[${text}]` : text;
}
